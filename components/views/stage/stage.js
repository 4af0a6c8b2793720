// Draws nothing: it starts what works on the window as a whole.

export default function ({ data, setStateValue }) {
  keepHistory();
  document.documentElement.dataset.textScale = data.scale; // what the server draws for
  const ends = [listenToKeys(), measureRoom(), followLinks(), explainTerms(), tellNotes()];
  ends.push(reportScale(data.scale, (scale) => setStateValue("scale", scale)));
  ends.push(preparePrinting());
  return () => ends.forEach((end) => end());
}
