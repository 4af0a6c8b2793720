// Nothing to see: the tab's own key is told to the server; a tab without one takes the key that is offered.

const NAME = "encoderscope-tab-key";

export default function ({ data, setStateValue }) {
  try {
    const kept = sessionStorage.getItem(NAME);
    if (!kept) sessionStorage.setItem(NAME, data.offered);
    else if (kept !== data.offered) setStateValue("kept", kept);
  } catch {
    // A browser that forbids storage has the offered key for as long as the session lasts.
  }
}
