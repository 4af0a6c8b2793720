// An opened popover stands at the end of the document. Tab leads from its button into it, and from its last control on to
// what follows the button, as if it stood there.

const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])';
const OPENED = '[data-testid="stPopover"] button[aria-expanded="true"]';

// A row of options is one stop, at whichever of them the focus is.
function stopsAt(focused, control) {
  const row = control?.closest("[role=radiogroup]");
  return focused === control || (row !== null && row !== undefined && row.contains(focused));
}

function tabIntoPopovers() {
  const press = (event) => {
    if (event.key !== "Tab" || event.ctrlKey || event.altKey || event.metaKey) return;
    const opener = document.querySelector(OPENED);
    const body = document.querySelector('[data-testid="stPopoverBody"]');
    if (!opener || !body) return;
    const controls = [...body.querySelectorAll(CONTROLS)].filter(
      (each) => !each.disabled && each.tabIndex >= 0 && each.getClientRects().length,
    );
    const at = document.activeElement;
    if (at === opener && !event.shiftKey && controls.length) {
      event.preventDefault();
      controls[0].focus();
    } else if (event.shiftKey && stopsAt(at, controls[0])) {
      event.preventDefault();
      event.stopPropagation();
      opener.focus();
    } else if (!event.shiftKey && stopsAt(at, controls.at(-1))) {
      event.stopPropagation(); // a row of options would take the focus back
      opener.focus(); // the browser goes on from there
    }
  };
  // Before the popover's own keys.
  document.addEventListener("keydown", press, true);
  return () => document.removeEventListener("keydown", press, true);
}
