// What a marked term means: its picture and its sentence, shown beside it when it is picked, with the way to the screen
// that shows it. Text only ever goes into textContent. DRAWINGS, which view.py writes, holds our own drawings.

const FROM_TERM = 6; // pixels between a term and its explanation
const FROM_EDGE = 8;

function explainTerms() {
  let box = null;
  const close = () => {
    box?.remove();
    box = null;
  };
  const open = (term) => {
    close();
    box = document.createElement("div");
    box.className = "es-explained";
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", term.textContent);
    const text = document.createElement("p");
    text.textContent = term.dataset.says;
    const way = document.createElement("a");
    way.href = term.dataset.address;
    way.textContent = `See it: ${term.dataset.shown}`;
    way.onclick = (event) => {
      event.preventDefault();
      close();
      go(withSentence(term.dataset.address));
    };
    box.append(...pictureOf(term.dataset.term), text, way);
    document.querySelector(".stApp").append(box);
    put(box, term.getBoundingClientRect());
    way.focus();
  };
  const press = (event) => {
    const term = event.target.closest?.(".es-term");
    if (term) {
      event.preventDefault();
      open(term);
    } else if (box && !box.contains(event.target)) close();
  };
  const key = (event) => {
    if (event.key === "Escape" && box) close();
    else if ((event.key === "Enter" || event.key === " ") && event.target.matches?.(".es-term")) press(event);
  };
  document.addEventListener("click", press);
  document.addEventListener("keydown", key);
  return () => {
    close();
    document.removeEventListener("click", press);
    document.removeEventListener("keydown", key);
  };
}

// The picture of a term, if it has one: it says nothing that the sentence does not say.
function pictureOf(name) {
  if (!Object.hasOwn(DRAWINGS, name)) return [];
  const picture = new DOMParser().parseFromString(DRAWINGS[name].replace("<svg", BEGINNING), "image/svg+xml").documentElement;
  picture.setAttribute("aria-hidden", "true");
  return [picture];
}

// Below the term; above it where the window ends before the explanation does.
function put(box, at) {
  const farthest = window.innerWidth - FROM_EDGE - box.offsetWidth;
  const lowest = window.innerHeight - FROM_EDGE - box.offsetHeight;
  const [below, above] = [at.bottom + FROM_TERM, at.top - FROM_TERM - box.offsetHeight];
  const top = below > lowest && above >= FROM_EDGE ? above : Math.min(below, lowest);
  box.style.left = `${Math.max(FROM_EDGE, Math.min(at.left, farthest))}px`;
  box.style.top = `${Math.max(FROM_EDGE, top)}px`;
}

// The address of another screen for the sentence and the model of this one.
function withSentence(address) {
  const [here, there] = [new URL(location.href), new URL(address, location.href)];
  for (const name of ["text", "model", "present"]) {
    if (here.searchParams.has(name)) there.searchParams.set(name, here.searchParams.get(name));
  }
  return there.pathname + there.search;
}
