// A model that learns: its loss and, where the page gives them, its word embeddings, its answers and its heads after each
// step that was kept. One slider moves all of them. No message goes to the server while it moves.

const STATES = new WeakMap();
const MOMENT = 120; // milliseconds of a checkpoint, when it is played
const WIDE = 900;

export default function ({ data: given, parentElement }) {
  const { data, bytes } = unpacked(given);
  // Weights in ten-thousandths.
  const weights = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  const root = parentElement.querySelector(".view");
  const before = STATES.get(root);
  if (before) clearTimeout(before.timer);
  const parts = {
    stage: root.querySelector(".stage"),
    picture: root.querySelector(".picture"),
    readout: root.querySelector(".readout"),
    time: root.querySelector(".time"),
    play: root.querySelector(".time button"),
    slider: root.querySelector(".time input"),
    step: root.querySelector(".time output"),
  };
  const last = Math.max(0, data.tests.length - 1);
  const same = before && before.data.key === data.key;
  const state = { data, weights, at: same && data.map ? Math.min(before.at, last) : last, plays: false, timer: 0, shows: [] };
  STATES.set(root, state);
  describedAs(parts.picture, data.alt);
  parts.stage.setAttribute("aria-label", data.alt);
  parts.time.classList.toggle("on", Boolean(data.map));
  parts.slider.max = String(last);
  parts.slider.setAttribute("aria-label", "Step of the training");
  parts.readout.textContent = data.says;

  const show = (index) => {
    state.at = index;
    for (const each of state.shows) each(index);
    const step = data.tests.length ? data.tests[index][0] : 0;
    parts.slider.value = String(index);
    parts.slider.setAttribute("aria-valuetext", `step ${step}`);
    parts.step.textContent = `step ${step}`;
    if (data.skills) parts.readout.textContent = skillsAt(data, step);
  };
  const build = () => {
    if (!parts.stage.clientWidth) return; // the page is being left
    state.shows = draw(state, parts, roomFor(root, parts.stage), isDark(root) ? "dark" : "light");
    show(state.at);
  };
  const name = () => (parts.play.textContent = state.plays ? "Pause" : "Play");
  const pause = () => {
    state.plays = false;
    clearTimeout(state.timer);
    name();
  };
  const next = () => {
    if (state.at >= last) return pause();
    show(state.at + 1);
    state.timer = setTimeout(next, MOMENT);
  };
  parts.play.onclick = () => {
    if (state.plays) return pause();
    state.plays = true;
    name();
    if (state.at >= last) show(0);
    state.timer = setTimeout(next, MOMENT);
  };
  parts.slider.oninput = () => {
    pause();
    show(Number(parts.slider.value));
  };
  const end = redrawn(parts.stage, build);
  name();
  build();
  const give = handedOut(data.file, () => svgDrawing(parts.picture));
  return () => {
    give();
    end();
    clearTimeout(state.timer);
  };
}

// The last skill that the model has at a step, and the next.
function skillsAt(data, step) {
  const got = data.skills.filter((skill) => skill.step !== null && skill.step <= step);
  if (!got.length) return data.skills.length ? "It has none of its skills yet." : data.says;
  const latest = got[got.length - 1];
  return `Since step ${latest.step}: ${latest.says}. It has ${got.length} of ${data.skills.length} skills.`;
}

function draw(state, parts, room, theme) {
  const { data, weights } = state;
  const colours = data.colours[theme];
  const width = parts.stage.clientWidth;
  const scaled = textScale();
  const size = SMALL * scaled;
  const svg = parts.picture;
  const places = layout(data, width, Number.isFinite(room) ? room : null, scaled);
  svg.replaceChildren();
  const height = Math.max(...Object.values(places).map((place) => place.y + place.height));
  for (const [name, value] of Object.entries({ xmlns: SVG_SPACE, viewBox: `0 0 ${width} ${height}`, width, height })) {
    svg.setAttribute(name, value);
  }
  put(svg, "title", {}, data.alt);
  const ramp = shades(data.ramps[theme]).map(([r, g, b]) => `rgb(${Math.round(r)},${Math.round(g)},${Math.round(b)})`);
  const tell = (layer, head, query, key) => {
    const cell = (((state.at * data.layers + layer) * data.heads + head) * data.tokens.length + query) * data.tokens.length + key;
    parts.readout.textContent =
      `Layer ${layer + 1}, head ${head + 1}: “${data.tokens[query]}” gives “${data.tokens[key]}” ${(weights[cell] / 10000).toFixed(2)} of its attention.`;
  };
  const make = { loss: lossPanel, map: mapPanel, said: saidPanel, heads: headsPanel };
  return Object.entries(places).map(([kind, place]) => {
    const group = put(svg, "g", { transform: `translate(${place.x} ${place.y})` });
    return make[kind]({ group, colours, size, width: place.width, height: place.height, shades: ramp, tell }, data, weights);
  });
}

// Where each panel stands: side by side where there is room, one below the other on a phone.
function layout(data, width, room, scaled) {
  if (!data.map) return { loss: { x: 0, y: 0, width, height: room || 340 * scaled } };
  const gap = 24 * scaled;
  if (width >= WIDE * Math.min(scaled, 1.15) || (room && width >= 700)) {
    const height = room || 460 * scaled;
    const [first, third] = [0.31 * width, 0.3 * width];
    const second = width - first - third - 2 * gap;
    const upper = 0.5 * height;
    return {
      loss: { x: 0, y: 0, width: first, height: upper - gap / 2 },
      said: { x: 0, y: upper + gap / 2, width: first, height: height - upper - gap / 2 },
      map: { x: first + gap, y: 0, width: second, height },
      heads: { x: first + second + 2 * gap, y: 0, width: third, height },
    };
  }
  const heights = { loss: 200, map: 300, said: 30 + 25 * data.listed.length, heads: 80 + (width / data.heads) * data.layers };
  let y = 0;
  return Object.fromEntries(
    Object.entries(heights).map(([kind, each]) => {
      const place = { x: 0, y, width, height: each * (kind === "heads" ? 1 : scaled) };
      y += place.height + 16;
      return [kind, place];
    }),
  );
}
