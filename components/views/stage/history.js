// One entry in the browser's history for each thing that the reader does.
//
// Streamlit replaces the entry when a reader changes a widget, and makes one, sometimes two, when the server changes
// the address. Here the first change of an address after the app was idle makes an entry, and what follows from it
// belongs to the same entry. After Back, Streamlit itself restores every value that the address holds.

const IDLE = 150; // milliseconds without a run, after which an act of the reader has ended
const TYPING = 3_000; // between two letters that belong to one text

function keepHistory() {
  if (window.encoderscopeHistory) return;
  window.encoderscopeHistory = true;
  const push = history.pushState.bind(history);
  const replace = history.replaceState.bind(history);
  let open = true; // what the app says while a page loads belongs to the entry that is there
  let typedIn = null;
  let typedAt = 0;
  let timer = 0;

  const tell = () => {
    document.documentElement.dataset.act = open ? "goes on" : "ended";
  };
  const change = (state, title, url) => {
    const target = url === undefined || url === null ? location.href : new URL(url, location.href).href;
    if (target === location.href) return replace(state, title, url);
    const box = document.activeElement?.matches("input, textarea") ? document.activeElement : null;
    const typing = box !== null && box === typedIn && performance.now() - typedAt < TYPING;
    const goesOn = typing || window.encoderscopePlays; // layers that are played in turn are one act
    typedIn = box;
    typedAt = performance.now();
    const changed = open || goesOn ? replace : push;
    open = true;
    tell();
    close();
    return changed(state, title, url);
  };
  window.encoderscopeAct = () => {
    open = false;
    tell();
  };
  history.pushState = change;
  history.replaceState = change;

  function close() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const app = document.querySelector('[data-testid="stApp"]');
      if (app?.dataset.testScriptState === "notRunning") {
        open = false;
        tell();
      } else close();
    }, IDLE);
  }

  // A text that is handed over is read, and the next one is another, however soon it comes.
  window.addEventListener("keydown", (event) => {
    if (event.key === "Enter") typedIn = null;
  }, true);
  window.addEventListener("popstate", () => {
    open = true;
    tell();
    typedIn = null;
    close();
  }, true);
  close();
}
