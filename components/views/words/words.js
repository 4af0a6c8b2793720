// A text whose words are buttons: a click hides a word, or shows it again.
//
// Text from the reader only ever goes into textContent, never into markup.

const DARKEST = 55; // percent, so that the words on it can still be read

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".view");
  const text = root.querySelector(".text");
  const colours = data.colours[isDark(root) ? "dark" : "light"];
  const held = root.getRootNode().activeElement?.dataset?.word; // where the keyboard is
  text.setAttribute("aria-label", data.alt);
  text.style.setProperty("--mark", colours.word);
  text.replaceChildren(...data.pieces.map((piece) => (piece.word === null ? piece.text : button(piece, data, colours))));
  for (const each of text.querySelectorAll("button")) {
    each.onclick = () => setTriggerValue("clicked", Number(each.dataset.word));
    if (each.dataset.word === held) each.focus();
  }
  const foot = root.querySelector(".foot");
  foot.replaceChildren(data.hint);
  if (!data.hidden.length) return;
  const all = document.createElement("button");
  all.textContent = "Show all words again";
  all.onclick = () => setTriggerValue("clicked", -1);
  foot.replaceChildren(all);
}

function button(piece, data, colours) {
  const element = document.createElement("button");
  const turn = data.hidden.indexOf(piece.word);
  element.dataset.word = piece.word;
  element.setAttribute("aria-pressed", String(turn >= 0));
  element.title = `${piece.text}: ${piece.said}; ${turn < 0 ? "click to hide it" : "click to show it"}`;
  element.style.setProperty("--ground", piece.shade < 0 ? colours.query : colours.key);
  element.style.setProperty("--shade", `${Math.round(DARKEST * Math.min(1, Math.abs(piece.shade)))}%`);
  if (turn < 0) {
    element.textContent = piece.text;
    return element;
  }
  const struck = document.createElement("s");
  struck.textContent = piece.text;
  const number = document.createElement("b");
  number.textContent = turn + 1;
  element.append(struck, number);
  return element;
}
