// Follows the window that presents: it tells over a channel of the browser which screen it shows. Text only ever goes
// into textContent.

const STATES = new WeakMap();

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".notes");
  const state = STATES.get(root) ?? { started: Date.now(), at: data.at, screen: "", next: "" };
  STATES.set(root, state);
  const part = (name) => root.querySelector(`.${name}`);
  const write = (name, text) => {
    if (part(name).textContent !== text) part(name).textContent = text;
  };
  const draw = () => {
    const stop = data.stops[state.at];
    const after = data.stops[state.at + 1];
    write("where", stop ? `${state.at + 1} of ${data.stops.length} · ${stop.where}` : state.screen || "Waiting for the presenting window");
    write("say", stop ? stop.say : state.finding ?? "");
    const next = after ? after.where : stop ? "the end of the lesson" : state.next;
    write("next", next ? `Next: ${next}` : "");
  };
  const tick = () => {
    const now = new Date();
    write("clock", now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
    const seconds = Math.floor((now - state.started) / 1000);
    write("elapsed", `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} since the start`);
    const planned = data.stops.slice(0, state.at + 1).reduce((sum, stop) => sum + stop.minutes, 0);
    write("planned", data.stops.length ? `planned to ${Math.round(planned)} min` : "");
  };
  const channel = new BroadcastChannel("encoderscope-stage");
  channel.onmessage = ({ data: heard }) => {
    if (heard.asks) return;
    state.screen = heard.screen ?? "";
    state.finding = heard.finding ?? "";
    state.next = heard.next ?? "";
    if (heard.stop !== null && heard.stop < data.stops.length) state.at = heard.stop;
    draw();
    tick();
  };
  const ask = () => channel.postMessage({ asks: true });
  ask();
  part("restart").onclick = () => {
    state.started = Date.now();
    tick();
  };
  draw();
  tick();
  // Asks again and again, so that a window that was opened or reloaded later is followed too.
  const timer = setInterval(() => {
    tick();
    ask();
  }, 1000);
  return () => {
    clearInterval(timer);
    channel.close();
  };
}
