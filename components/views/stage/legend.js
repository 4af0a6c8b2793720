// The legend of keys, and the keys that are about presenting.

const LEGEND = [
  ["→ or Page Down", "the next screen"],
  ["← or Page Up", "the screen before"],
  ["P", "presenter mode on and off"],
  ["N", "the speaker’s notes in a second window"],
  ["?", "this legend"],
  ["Esc", "close what is open"],
];

function showLegend() {
  const open = document.querySelector("dialog.es-legend");
  if (open) return open.close();
  const dialog = document.createElement("dialog");
  dialog.className = "es-legend";
  dialog.setAttribute("aria-label", "Keys");
  const list = document.createElement("dl");
  for (const [key, does] of LEGEND) {
    const [name, text] = [document.createElement("dt"), document.createElement("dd")];
    name.textContent = key;
    text.textContent = does;
    list.append(name, text);
  }
  dialog.append(list);
  dialog.onclick = () => dialog.close();
  dialog.onclose = () => dialog.remove();
  document.querySelector(".stApp").append(dialog);
  dialog.showModal();
}

function openNotes() {
  const address = new URL(location.href);
  address.searchParams.delete("present");
  address.searchParams.set("notes", "1");
  const notes = window.open(address, "encoderscope-notes", "width=900,height=600");
  // A window that was there before the room was opened does not know that it is the host's.
  try {
    for (const name of Object.keys(sessionStorage))
      if (name.startsWith("encoderscope-room-")) notes.sessionStorage.setItem(name, sessionStorage.getItem(name));
  } catch {
    // No window was opened, or the browser forbids storage: the texts can be read on this screen.
  }
}
