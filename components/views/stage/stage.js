// Draws nothing: it starts what works on the window as a whole.

let end = () => {};

export default function ({ data, setStateValue, setTriggerValue }) {
  end(); // Streamlit calls this anew when data changes, and itself ends only what was started last
  keepHistory();
  document.documentElement.dataset.textScale = data.scale; // what the server draws for
  const started = [listenToKeys(), measureRoom(), followLinks(), explainTerms(), tellNotes()];
  started.push(reportScale(data.scale, (scale) => setStateValue("scale", scale)));
  started.push(preparePrinting(), openAtTheTop(), tabIntoPopovers());
  started.push(askAfterReconnecting(() => setTriggerValue("reconnected", true)));
  end = () => started.forEach((stop) => stop());
  return end;
}
