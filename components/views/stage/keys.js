// The keys of the stage: arrows and the page keys, which a presenter's clicker sends, lead from screen to screen.

const STEPS = { ArrowLeft: "back", PageUp: "back", ArrowRight: "next", PageDown: "next" };
const COMMANDS = { p: () => go(toggled("present")), n: openNotes, "?": showLegend };
// What has a use of its own for these keys.
const TAKES_KEYS = [
  "input", "textarea", "select", "[contenteditable]", "[role=slider]", "[role=listbox]", "[role=combobox]",
  "[role=radiogroup]", "[role=radio]", "[role=tablist]", "[role=dialog]", "[role=grid]", "canvas",
].join(", ");

function listenToKeys() {
  const press = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.composedPath()[0];
    if (target.closest?.(TAKES_KEYS)) return;
    const does = COMMANDS[event.key.toLowerCase()];
    if (does) {
      event.preventDefault();
      does();
      return;
    }
    const step = STEPS[event.key];
    if (!step) return;
    const way = document.querySelector(`.st-key-stage_${step} :is(a, button)`);
    if (!way) return;
    event.preventDefault();
    way.click();
  };
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}
