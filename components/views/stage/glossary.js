// What a marked term means: shown beside it when it is picked, with the way to the screen that shows it. Text only ever
// goes into textContent.

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
    box.append(text, way);
    document.querySelector(".stApp").append(box);
    const at = term.getBoundingClientRect();
    const wide = box.offsetWidth;
    box.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - wide - 8))}px`;
    box.style.top = `${at.bottom + 6}px`;
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

// The address of another screen for the sentence and the model of this one.
function withSentence(address) {
  const [here, there] = [new URL(location.href), new URL(address, location.href)];
  for (const name of ["text", "model", "present"]) {
    if (here.searchParams.has(name)) there.searchParams.set(name, here.searchParams.get(name));
  }
  return there.pathname + there.search;
}
