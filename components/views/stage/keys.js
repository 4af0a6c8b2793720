// The keys of the stage: arrows and the page keys, which a presenter's clicker sends, lead from screen to screen.

const STEPS = { ArrowLeft: "back", PageUp: "back", ArrowRight: "next", PageDown: "next" };
const COMMANDS = { p: () => go(toggled("present")), n: openNotes, "?": showLegend };
// What has a use of its own for these keys: for letters and a clicker's page keys what is typed in, for arrows also what
// they move in.
const TYPED_IN = [
  'input:not([type="radio"], [type="checkbox"])', "textarea", "select", "[contenteditable]", "[role=slider]",
  "[role=listbox]", "[role=dialog]", "[role=grid]",
].join(", ");
const TAKES_ARROWS = [TYPED_IN, "input", "[role=radiogroup]", "[role=radio]", "[role=tablist]", "canvas"].join(", ");
const CHOSEN = "input[role=combobox][aria-expanded=false]"; // a list that is closed again

function listenToKeys() {
  const press = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.composedPath()[0];
    const isPageKey = event.key.startsWith("Page");
    const taking = event.key.startsWith("Arrow") ? TAKES_ARROWS : TYPED_IN;
    if (target.closest?.(taking) && !(isPageKey && target.matches?.(CHOSEN))) return;
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
