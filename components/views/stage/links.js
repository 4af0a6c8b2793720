// Links within the app that set the whole state at once: the stops of a lesson, presenting. They make an entry in the
// browser's history and have Streamlit restore what the address holds, as it does after Back. Without this script they
// are ordinary links.

function go(address) {
  window.encoderscopeAct?.(); // what follows is an act of its own
  history.pushState({}, "", address);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}

window.encoderscopeGo = go;

function toggled(name) {
  const address = new URL(location.href);
  if (address.searchParams.has(name)) address.searchParams.delete(name);
  else address.searchParams.set(name, "1");
  return address.pathname + address.search;
}

function followLinks() {
  const click = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    // A link in one of our own views stands in a tree of its own.
    const link = event.composedPath()[0].closest?.("a.es-go, a.es-toggle, a.es-print");
    if (!link) return;
    event.preventDefault();
    if (link.matches(".es-print")) return window.print();
    // A menu that holds the link has done its work.
    if (link.closest('[data-testid="stPopoverBody"]')) {
      document.querySelector('[data-testid="stPopover"] button[aria-expanded="true"]')?.click();
    }
    go(link.matches(".es-toggle") ? toggled("present") : link.getAttribute("href"));
  };
  document.addEventListener("click", click);
  return () => document.removeEventListener("click", click);
}
