// The room in the corner of the screen. It hears from the server by itself how many are in and have answered, so that a
// full class costs the page nothing; the page runs again only when the room has changed.

const NAME = "encoderscope-room-"; // in the tab's storage: the secret of who opened the room
const STATES = new WeakMap();
const SOON = 250; // milliseconds in which the page hears by itself of what it has changed

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".corner");
  const state = STATES.get(root) ?? { code: "", source: null, latest: null, opened: "" };
  STATES.set(root, state);
  state.data = data;
  state.trigger = setTriggerValue;
  const secret = keep(data);
  if (secret && !data.secret) setStateValue("secret", secret);
  for (const each of root.querySelectorAll(".code")) write(each, data.code);
  write(root.querySelector(".join"), data.join.replace(/^https?:\/\//, ""));
  const qr = root.querySelector(".qr");
  if (qr.dataset.of !== data.join + data.code) {
    qr.innerHTML = data.qr; // made by the server of an address alone
    qr.dataset.of = data.join + data.code;
  }
  const pill = root.querySelector(".pill");
  const large = root.querySelector(".large");
  const close = root.querySelector(".close");
  const show = (shown) => {
    large.hidden = !shown;
    pill.setAttribute("aria-expanded", String(shown));
    if (shown) close.focus();
  };
  pill.onclick = () => show(true);
  close.onclick = () => {
    show(false);
    pill.focus();
  };
  large.onkeydown = (event) => {
    if (event.key === "Escape") close.onclick();
    event.stopPropagation();
  };
  if (data.opened && state.opened !== data.code) show(true);
  if (data.opened) state.opened = data.code;
  if (state.code !== data.code) {
    state.code = data.code;
    state.latest = null;
    listen(root, state);
  }
  draw(root, state);
  return () => {
    // Also called before new data: only what is gone from the page is closed.
    setTimeout(() => {
      if (root.isConnected) return;
      state.source?.close();
      clearTimeout(state.again);
      clearTimeout(state.soon);
    }, SOON);
  };
}

// Returns the secret of a room's host, from the server or from an earlier page of this tab.
function keep({ code, secret }) {
  try {
    if (secret) sessionStorage.setItem(NAME + code, secret);
    return secret || sessionStorage.getItem(NAME + code);
  } catch {
    return secret; // a browser that forbids storage: the room lasts as long as the session
  }
}

function listen(root, state) {
  state.source?.close();
  clearTimeout(state.again);
  const source = new EventSource(`${state.data.root}/class/${state.code}/watch`);
  state.source = source;
  source.addEventListener("state", (event) => {
    state.latest = JSON.parse(event.data);
    draw(root, state);
    clearTimeout(state.soon);
    state.soon = setTimeout(() => {
      if (root.isConnected && state.latest.version > state.data.version) state.trigger("changed", state.latest.version);
    }, SOON);
  });
  source.addEventListener("end", () => {
    source.close();
    state.latest = { ended: true };
    draw(root, state);
    state.trigger("changed", -1);
  });
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED || !root.isConnected) return;
    state.again = setTimeout(() => listen(root, state), 1000 + 2000 * Math.random());
  };
}

function draw(root, state) {
  const { latest, data } = state;
  let said = "";
  if (latest?.ended) said = "ended";
  else if (latest) said = data.asking ? `${latest.answered} of ${latest.people} answered` : `${latest.people} in`;
  write(root.querySelector(".pill .people"), said);
  write(root.querySelector(".words .people"), latest && !latest.ended ? `${latest.people} ${latest.people === 1 ? "is" : "are"} in` : "");
  for (const each of document.querySelectorAll(".es-answered")) write(each, latest?.answered === undefined ? "…" : String(latest.answered));
  for (const each of document.querySelectorAll(".es-people")) write(each, latest?.people === undefined ? "…" : String(latest.people));
}

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}
