// The keys of the stage: arrows and the page keys, which a presenter's clicker sends, lead from screen to screen.

const STEPS = { ArrowLeft: "back", PageUp: "back", ArrowRight: "next", PageDown: "next" };
// What has a use of its own for these keys.
const TAKES_KEYS = [
  "input", "textarea", "select", "[contenteditable]", "[role=slider]", "[role=listbox]", "[role=combobox]",
  "[role=radiogroup]", "[role=radio]", "[role=tablist]", "[role=dialog]", "[role=grid]", "canvas",
].join(", ");

function listenToKeys() {
  const press = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const step = STEPS[event.key];
    if (!step || event.composedPath()[0].closest?.(TAKES_KEYS)) return;
    const way = document.querySelector(`.st-key-stage_${step} :is(a, button)`);
    if (!way) return;
    event.preventDefault();
    way.click();
  };
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}
