// Draws nothing: it starts what works on the window as a whole.

export default function () {
  keepHistory();
  const ends = [listenToKeys(), measureRoom(), followLinks(), tellNotes()];
  return () => ends.forEach((end) => end());
}
