// Paths of points through the layers. The slider for the layer is on the page; this view moves the points to it,
// without motion if the reader asked for reduced motion. Playing asks the page for one step after the other, so that
// the slider and all else on the page show the same step. Text from the reader only ever goes into textContent.

const STATES = new WeakMap();
const HEIGHT = 360; // where the page scrolls
const MARGIN = 30;
const SIZE = 15; // of text
const A_STEP = 320; // milliseconds from one layer to the next
const REST = 250; // milliseconds that a layer is shown while all are played

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".view");
  const previous = STATES.get(root);
  if (previous) halt(previous);
  const parts = {
    stage: root.querySelector(".stage"),
    picture: root.querySelector(".picture"),
    readout: root.querySelector(".readout"),
    play: root.querySelector(".replay"),
  };
  const same = previous && previous.data.things.length === data.things.length && previous.data.steps.length === data.steps.length;
  const state = {
    data,
    theme: isDark(root) ? "dark" : "light",
    progress: same ? previous.progress : data.at,
    plays: Boolean(same && previous.plays && previous.awaited === data.at),
    awaited: data.at,
    ask: (step) => setTriggerValue("step", step),
    frame: 0,
    timer: 0,
    cursor: -1,
  };
  STATES.set(root, state);
  window.encoderscopePlays = state.plays; // the browser's history gets one entry for all steps
  describedAs(parts.picture, data.alt);
  parts.stage.setAttribute("aria-label", `${data.alt}. Arrow keys move from one to the next.`);
  hint(state, parts);
  nameButton(state, parts);

  const build = () => {
    if (!parts.stage.clientWidth) return; // the page is being left
    draw(state, parts, roomFor(root, parts.stage));
    place(state, state.progress);
  };
  const end = redrawn(parts.stage, build);
  build();
  move(state, data.at < state.progress && state.plays ? data.at : state.progress, data.at, () => playOn(state, parts));

  parts.stage.onkeydown = (event) => step(state, parts, event);
  parts.stage.onpointerleave = () => hint(state, parts);
  parts.play.onclick = () => (state.plays ? pause(state, parts) : play(state, parts));
  const give = handedOut(data.file, () => svgDrawing(parts.picture));
  return () => {
    give();
    end();
    halt(state);
  };
}

function halt(state) {
  cancelAnimationFrame(state.frame);
  clearTimeout(state.timer);
}

function play(state, parts) {
  state.plays = true;
  nameButton(state, parts);
  const last = state.data.steps.length - 1;
  state.awaited = state.data.at === last ? 0 : state.data.at + 1;
  state.ask(state.awaited);
}

function pause(state, parts) {
  state.plays = false;
  window.encoderscopePlays = false;
  clearTimeout(state.timer);
  nameButton(state, parts);
}

// A step has been reached: after a moment, ask for the next one.
function playOn(state, parts) {
  if (!state.plays) return;
  if (state.data.at === state.data.steps.length - 1) return pause(state, parts);
  state.timer = setTimeout(() => play(state, parts), REST);
}

function nameButton(state, parts) {
  const last = state.data.at === state.data.steps.length - 1;
  parts.play.textContent = state.plays ? "Pause" : last ? "Replay" : "Play";
}

function hint(state, parts) {
  parts.readout.textContent = `At: ${state.data.steps[state.data.at]}. Point at a number for its sentence.`;
}

function step(state, parts, event) {
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const count = state.data.things.length;
  state.cursor = (Math.max(state.cursor, by < 0 ? 0 : -1) + by + count) % count;
  tell(state, parts, state.cursor);
}

function tell(state, parts, number) {
  parts.readout.textContent = state.data.things[number].says;
}

// Elements are created once for a size; place() moves them.
function draw(state, parts, room) {
  const { data, theme } = state;
  const width = parts.stage.clientWidth;
  const height = Number.isFinite(room) ? room : HEIGHT;
  const size = SIZE * textScale();
  const svg = parts.picture;
  svg.replaceChildren();
  svg.setAttribute("xmlns", SVG_SPACE);
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  svg.setAttribute("font-size", size);
  const title = svgElement("title");
  title.textContent = data.alt;
  svg.append(title);
  const top = drawGroups(state, svg, width, size);
  // Equal units on both axes: a stretched map would show wrong distances.
  const reach = [0, 1].map((axis) => Math.max(1e-9, ...data.points.flat().map((point) => Math.abs(point[axis]))));
  const half = (height - top) / 2;
  const scale = Math.min((width / 2 - MARGIN) / reach[0], (half - MARGIN) / reach[1]);
  state.point = ([x, y]) => [width / 2 + x * scale, top + half - y * scale];
  const [x, y] = state.point([0, 0]);
  const cross = { stroke: data.line[theme], "stroke-width": 1 };
  svg.append(
    svgElement("line", { x1: x - 6, x2: x + 6, y1: y, y2: y, ...cross }),
    svgElement("line", { x1: x, x2: x, y1: y - 6, y2: y + 6, ...cross }),
  );
  state.items = data.things.map((thing, number) => {
    const colour = data.colours[theme][thing.group % data.colours[theme].length];
    const trail = svgElement("polyline", { fill: "none", stroke: colour, "stroke-width": 2, "stroke-opacity": 0.45 });
    const stops = data.steps.map(() => svgElement("circle", { r: 2.5, fill: colour, "fill-opacity": 0.6 }));
    const mark = svgElement("g", { class: "thing" });
    const leader = svgElement("line", { stroke: colour, "stroke-width": 1 });
    const name = svgElement("text", { fill: colour, "font-weight": 600, "dominant-baseline": "central" });
    name.textContent = thing.name;
    mark.append(leader, shape(thing.group, colour, data.paper[theme]), name);
    mark.onpointerenter = () => tell(state, parts, number);
    svg.append(trail, ...stops);
    return { trail, stops, mark, leader, name };
  });
  svg.append(...state.items.map((item) => item.mark));
  state.widths = state.items.map(({ name }) => name.getComputedTextLength());
  state.line = size + 2;
}

// The names of the groups in rows above the paths; returns the height that they take.
function drawGroups(state, svg, width, size) {
  const { data, theme } = state;
  let [x, y] = [10, size];
  data.groups.forEach((group, number) => {
    const colour = data.colours[theme][number % data.colours[theme].length];
    const entry = svgElement("g");
    const name = svgElement("text", { x: 14, y: 0, fill: data.ink[theme], "dominant-baseline": "central" });
    name.textContent = group;
    entry.append(shape(number, colour, data.paper[theme]), name);
    svg.append(entry);
    const takes = 14 + name.getComputedTextLength();
    if (x > 10 && x + takes > width) [x, y] = [10, y + size + 6];
    entry.setAttribute("transform", `translate(${x} ${y})`);
    x += takes + 22;
  });
  return data.groups.length ? y + size / 2 : 0;
}

// One shape per group: circle, square, triangle, diamond.
function shape(group, colour, paper) {
  const common = { fill: colour, stroke: paper, "stroke-width": 1.5 };
  if (group % 4 === 1) return svgElement("rect", { x: -7, y: -7, width: 14, height: 14, ...common });
  if (group % 4 === 2) return svgElement("polygon", { points: "0,-9 8.5,7 -8.5,7", ...common });
  if (group % 4 === 3) return svgElement("polygon", { points: "0,-9 9,0 0,9 -9,0", ...common });
  return svgElement("circle", { r: 7.5, ...common });
}

// Show every path up to a step, or up to a point between two steps.
function place(state, progress) {
  state.progress = progress;
  const whole = Math.floor(progress);
  const ends = state.items.map(({ trail, stops, mark }, number) => {
    const path = state.data.points[number];
    const reached = path.slice(0, whole + 1).map(state.point);
    stops.forEach((stop, index) => {
      stop.setAttribute("visibility", index <= whole ? "visible" : "hidden");
      const [x, y] = state.point(path[index]);
      stop.setAttribute("cx", x);
      stop.setAttribute("cy", y);
    });
    if (whole < progress) {
      const [from, to] = [path[whole], path[whole + 1]];
      reached.push(state.point([0, 1].map((axis) => from[axis] + (progress - whole) * (to[axis] - from[axis]))));
    }
    trail.setAttribute("points", reached.map((at) => at.map((number) => number.toFixed(1)).join(",")).join(" "));
    const end = reached[reached.length - 1];
    mark.setAttribute("transform", `translate(${end.map((n) => n.toFixed(1)).join(" ")})`);
    return end;
  });
  // On the way names keep their sides; at rest they are moved apart.
  if (!state.offsets || state.offsets.length !== ends.length || whole === progress) {
    state.offsets = apart(ends, state.widths, state.line);
  }
  state.items.forEach(({ name, leader }, number) => {
    const [dx, dy] = state.offsets[number];
    name.setAttribute("x", dx);
    name.setAttribute("y", dy);
    const far = Math.abs(dy) > 1.5 * state.line;
    const side = dx > 0 ? dx - 2 : dx + state.widths[number] + 2;
    leader.setAttribute("visibility", far ? "visible" : "hidden");
    for (const [key, value] of Object.entries({ x1: 0, y1: 0, x2: side, y2: dy })) leader.setAttribute(key, value);
  });
}

function move(state, from, to, arrived) {
  if (from === to || matchMedia("(prefers-reduced-motion: reduce)").matches) {
    place(state, to);
    return arrived();
  }
  const begun = performance.now();
  const lasts = A_STEP * Math.abs(to - from);
  const tick = (now) => {
    const share = Math.min(Math.max((now - begun) / lasts, 0), 1);
    place(state, from + share * (to - from));
    if (share < 1) state.frame = requestAnimationFrame(tick);
    else arrived();
  };
  state.frame = requestAnimationFrame(tick);
}
