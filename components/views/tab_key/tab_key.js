// Draws nothing: it sends the tab's own key to the server; a tab without a key takes the one that is offered.

const NAME = "encoderscope-tab-key";

export default function ({ data, setStateValue }) {
  try {
    const kept = sessionStorage.getItem(NAME);
    if (!kept) sessionStorage.setItem(NAME, data.offered);
    else if (kept !== data.offered) setStateValue("kept", kept);
  } catch {
    // If the browser forbids storage, the offered key lasts as long as the session.
  }
}
