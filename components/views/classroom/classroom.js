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
  state.follows = !secret;
  if (state.follows && !data.device) setStateValue("follows", data.code);
  for (const each of root.querySelectorAll(".code")) write(each, data.code);
  for (const each of root.querySelectorAll(".join")) write(each, data.join.replace(/^https?:\/\//, ""));
  for (const qr of root.querySelectorAll(".qr")) {
    // Without one, until the tab has said that it is the host's.
    const of = data.qr ? data.join + data.code : "";
    if (qr.dataset.of === of) continue;
    qr.innerHTML = data.qr; // made by the server of an address alone
    qr.dataset.of = of;
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
  pill.hidden = state.follows;
  write(root.querySelector(".follow"), data.join.replace(/^https?:\/\//, "").replace(/class$/, "") + "?room=" + data.code);
  const aside = root.querySelector(".aside");
  aside.hidden = !state.follows;
  aside.onclick = () => {
    setAside(data.code, !isAside(data.code));
    draw(root, state);
    catchUp(state);
  };
  if (state.code !== data.code || state.device !== data.device) {
    state.code = data.code;
    state.device = data.device;
    state.latest = null;
    listen(root, state);
  }
  clearInterval(state.leading);
  state.leading = setInterval(() => {
    if (!root.isConnected) return clearInterval(state.leading);
    draw(root, state); // what counts the answers may have been drawn a moment ago
    if (secret) lead(root, state, secret);
  }, 200);
  draw(root, state);
  return () => {
    // Also called before new data: only what is gone from the page is closed.
    setTimeout(() => {
      if (root.isConnected) return;
      state.source?.close();
      clearTimeout(state.again);
      clearTimeout(state.soon);
      clearInterval(state.leading);
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
  const source = new EventSource(`${state.data.root}/class/${state.code}/watch?device=${state.device}&k=${state.data.key}`);
  state.source = source;
  source.addEventListener("state", (event) => {
    state.latest = JSON.parse(event.data);
    draw(root, state);
    catchUp(state);
    clearTimeout(state.soon);
    state.soon = setTimeout(() => {
      const { latest, data } = state;
      if (!latest || latest.ended) return; // another stream was opened, or the room has ended
      const more = data.texts !== null && latest.answered !== data.texts;
      // In the speaker's notes, which are another window.
      const decided = data.decided !== null && latest.decided !== data.decided;
      if (root.isConnected && (latest.version > data.version || more || decided))
        state.trigger("changed", `${latest.version} ${latest.answered} ${latest.decided}`);
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

// --- Leading and following: an address is all that a screen needs.

const OWN = ["room", "present", "notes"]; // parameters that are a tab's own

function shownAddress() {
  const address = new URL(location.href);
  for (const name of OWN) address.searchParams.delete(name);
  return address.pathname + address.search;
}

async function lead(root, state, secret) {
  const address = state.data.leads ? shownAddress() : "";
  if (state.told === address || state.telling || (state.told === undefined && !address)) return;
  state.telling = true;
  try {
    const answer = await fetch(`${state.data.root}/class/${state.code}/lead`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ secret, address }),
    });
    if (answer.ok) state.told = address;
  } catch {
    // Tried again at the next look.
  }
  state.telling = false;
}

// Goes where the teacher has gone. Only a step of the teacher leads there, so that Streamlit may write the address its
// own way.
function catchUp(state) {
  const address = state.latest?.address;
  if (!state.follows || !address || isAside(state.code)) {
    state.at = "";
    return;
  }
  if (address === state.at) return;
  state.at = address;
  if (address === shownAddress()) return;
  const target = new URL(address, location.origin);
  const own = new URL(location.href).searchParams;
  for (const name of OWN) if (own.has(name)) target.searchParams.set(name, own.get(name));
  window.encoderscopeGo?.(target.pathname + target.search);
}

const ASIDE = "encoderscope-aside-";
function isAside(code) {
  try {
    return sessionStorage.getItem(ASIDE + code) === "1";
  } catch {
    return false;
  }
}
function setAside(code, aside) {
  try {
    sessionStorage.setItem(ASIDE + code, aside ? "1" : "0");
  } catch {
    // A browser that forbids storage follows.
  }
}

function draw(root, state) {
  const { latest, data } = state;
  // Who has answered and put the phone away is still one of the class.
  const people = Math.max(latest?.people ?? 0, data.asking ? (latest?.answered ?? 0) : 0);
  let said = "";
  if (latest?.ended) said = "ended";
  else if (latest) said = data.asking ? `${latest.answered} of ${people} answered` : `${people} in`;
  write(root.querySelector(".pill .people"), said);
  const leads = Boolean(latest?.address);
  const does = !leads ? "you are in" : isAside(data.code) ? "Follow again" : "Following · step aside";
  write(root.querySelector(".aside"), `${data.code} · ${latest?.ended ? "ended" : does}`);
  write(root.querySelector(".words .people"), latest && !latest.ended ? `${people} ${people === 1 ? "is" : "are"} in` : "");
  for (const each of document.querySelectorAll(".es-answered")) write(each, latest?.answered === undefined ? "…" : String(latest.answered));
  for (const each of document.querySelectorAll(".es-people")) write(each, latest?.people === undefined ? "…" : String(people));
}

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}
