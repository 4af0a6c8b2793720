// Paths of points through the layers. The slider for the layer is on the page; this view moves the points to it,
// without motion if the reader asked for reduced motion. Text from the reader only ever goes into textContent.

const STATES = new WeakMap();
const HEIGHT = 360;
const MARGIN = 34;
const A_STEP = 320; // milliseconds from one layer to the next

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".view");
  const previous = STATES.get(root);
  if (previous) cancelAnimationFrame(previous.frame);
  const parts = {
    stage: root.querySelector(".stage"),
    picture: root.querySelector(".picture"),
    readout: root.querySelector(".readout"),
  };
  const state = {
    data,
    theme: isDark(root) ? "dark" : "light",
    progress: previous && previous.data.things.length === data.things.length ? previous.progress : data.at,
    frame: 0,
    cursor: -1,
  };
  STATES.set(root, state);
  describedAs(parts.picture, data.alt);
  parts.stage.setAttribute("aria-label", `${data.alt}. Arrow keys move from one to the next.`);
  hint(state, parts);

  const build = () => {
    draw(state, parts);
    place(state, state.progress);
  };
  const resized = new ResizeObserver(build);
  resized.observe(parts.stage);
  build();
  move(state, state.progress, data.at);

  parts.stage.onkeydown = (event) => step(state, parts, event);
  parts.stage.onpointerleave = () => hint(state, parts);
  root.querySelector(".replay").onclick = () => move(state, 0, data.at);
  const give = handedOut(data.file, () => svgDrawing(parts.picture));
  return () => {
    give();
    resized.disconnect();
    cancelAnimationFrame(state.frame);
  };
}

function hint(state, parts) {
  parts.readout.textContent = `At: ${state.data.steps[state.data.at]}. Point at a number to read its sentence.`;
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

// Elements are created once for a width; place() moves them.
function draw(state, parts) {
  const { data, theme } = state;
  const width = parts.stage.clientWidth;
  // Equal units on both axes: a stretched map would show wrong distances.
  const reach = [0, 1].map((axis) => Math.max(1e-9, ...data.points.flat().map((point) => Math.abs(point[axis]))));
  const scale = Math.min((width / 2 - MARGIN) / reach[0], (HEIGHT / 2 - MARGIN) / reach[1]);
  state.point = ([x, y]) => [width / 2 + x * scale, HEIGHT / 2 - y * scale];
  const svg = parts.picture;
  svg.replaceChildren();
  svg.setAttribute("xmlns", SVG_SPACE);
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", HEIGHT);
  const title = svgElement("title");
  title.textContent = data.alt;
  svg.append(title);
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
    mark.append(shape(thing.group, colour, data.paper[theme]));
    const name = svgElement("text", { x: 12, y: 5, fill: colour, "font-weight": 600 });
    name.textContent = thing.name;
    mark.append(name);
    mark.onpointerenter = () => tell(state, parts, number);
    svg.append(trail, ...stops);
    return { trail, stops, mark };
  });
  svg.append(...state.items.map((item) => item.mark));
  data.groups.forEach((group, number) => {
    const colour = data.colours[theme][number % data.colours[theme].length];
    const entry = svgElement("g", { transform: `translate(14 ${18 + 22 * number})` });
    const name = svgElement("text", { x: 14, y: 5, fill: data.ink[theme] });
    name.textContent = group;
    entry.append(shape(number, colour, data.paper[theme]), name);
    svg.append(entry);
  });
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
  state.items.forEach(({ trail, stops, mark }, number) => {
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
    mark.setAttribute("transform", `translate(${reached[reached.length - 1].map((n) => n.toFixed(1)).join(" ")})`);
  });
}

function move(state, from, to) {
  cancelAnimationFrame(state.frame);
  if (from === to || matchMedia("(prefers-reduced-motion: reduce)").matches) {
    place(state, to);
    return;
  }
  const begun = performance.now();
  const lasts = A_STEP * Math.abs(to - from);
  const tick = (now) => {
    const share = Math.min(Math.max((now - begun) / lasts, 0), 1);
    place(state, from + share * (to - from));
    if (share < 1) state.frame = requestAnimationFrame(tick);
  };
  state.frame = requestAnimationFrame(tick);
}
