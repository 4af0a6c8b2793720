// Sentences as dots on a map. Dots and sentences stay in the browser: pointing, turning, zooming and the lasso need no
// request to the server; only the picked dots are sent to it. Text from the reader only ever goes into textContent or is
// drawn on the canvas.

const STATES = new WeakMap();
const MOVE = 450; // milliseconds from one map of the same sentences to the next
const MOST_MOVING = 4000; // dots that are drawn in a frame's time where there is no graphics card
const REST_AFTER = 150; // milliseconds
const NOTHING = { selected: [], picked: -1, added: [], phrase: null, asks: false, placed: {} };
const NOWHERE = { added: [], phrase: null, origin: null, guess: null, rounds: [], lines: [] };
const LEAST = 160; // pixels of height, however little room there is
const LOWEST = 260; // where the page scrolls
const FOOT = 40; // pixels of the line below a map
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

export default function ({ data: payload, parentElement, setTriggerValue }) {
  const { data, bytes } = unpacked(payload);
  const root = parentElement.querySelector(".view");
  const previous = STATES.get(root);
  if (previous) cancelAnimationFrame(previous.moving);
  const parts = {
    root,
    stage: root.querySelector(".stage"),
    picture: root.querySelector(".picture"),
    overlay: root.querySelector(".overlay"),
    tip: root.querySelector(".tip"),
    readout: root.querySelector(".readout"),
    legend: root.querySelector(".legend"),
    lasso: root.querySelector(".lasso"),
  };
  const numbers = data.count * data.dimensions;
  const same = previous && previous.data.dimensions === data.dimensions;
  const state = {
    data,
    points: new Float32Array(bytes.buffer, bytes.byteOffset, numbers),
    groupOf: new Int16Array(bytes.buffer, bytes.byteOffset + 4 * numbers, data.count),
    theme: isDark(root) ? "dark" : "light",
    view: same ? previous.view : homeView(),
    marks: NOTHING,
    selected: previous && previous.data.count === data.count ? previous.selected : new Set(),
    hovered: -1,
    cursor: -1,
    guess: previous ? previous.guess : null, // where the reader thinks that a sentence will land
    fence: [],
    fencing: previous ? previous.fencing : false,
    pointers: new Map(),
    trigger: setTriggerValue,
  };
  STATES.set(root, state);
  state.shown = same && previous.data.count === data.count ? previous.shown : state.points;
  const sizes = data.groups.map(() => 0);
  for (const group of state.groupOf) sizes[group]++;
  state.largest = sizes.map((_, group) => group).filter((group) => sizes[group]).sort((a, b) => sizes[b] - sizes[a]);
  state.link = linkedTo(data.channel, root, (heard) => hear(state, parts, heard));

  describedAs(parts.picture, data.alt);
  const turn = data.dimensions === 3 ? "turn" : "move";
  parts.stage.setAttribute(
    "aria-label",
    `${data.alt}. Arrow keys go from dot to dot, with Shift they ${turn} the map; Enter picks a dot, Shift and Enter ` +
      "adds it, Escape lets go, plus and minus zoom.",
  );
  parts.stage.onpointerdown = (event) => press(state, parts, event);
  parts.stage.onpointermove = (event) => drag(state, parts, event);
  parts.stage.onpointerup = (event) => release(state, parts, event);
  parts.stage.onpointercancel = (event) => letGo(state, parts, event);
  // A finger leaves the picture when it is lifted; what it tapped stays to be read.
  parts.stage.onpointerleave = (event) => event.pointerType !== "touch" && point(state, parts, -1);
  parts.stage.onwheel = (event) => wheel(state, parts, event);
  parts.stage.onkeydown = (event) => key(state, parts, event);
  parts.lasso.onclick = () => fencing(state, parts, !state.fencing);
  fencing(state, parts, state.fencing);
  root.classList.toggle("compact", data.compact);
  for (const name of [".closer", ".wider", ".whole"]) root.querySelector(name).hidden = data.compact;
  root.querySelector(".closer").onclick = () => zoom(state, parts, 1.4, dotLookedAt(state));
  root.querySelector(".wider").onclick = () => zoom(state, parts, 1 / 1.4);
  root.querySelector(".whole").onclick = () => {
    state.view = homeView();
    draw(state, parts);
  };
  const give = handedOut(data.file, () => {
    const canvas = document.createElement("canvas");
    paint(canvas, state, savedDensity(state.box.width));
    return canvasDrawing(canvas, state.box);
  });
  listGroups(state, parts, sizes);

  const end = redrawn(parts.stage, () => draw(state, parts));
  travel(state, parts);
  hint(state, parts);
  state.link.tell({ asks: true });
  return () => {
    give();
    end();
    cancelAnimationFrame(state.moving);
    clearTimeout(state.resting);
    state.link.end();
  };
}

// ---------------------------------------------------------------- drawing

// Dots move from their old positions to the new ones, unless the reader asked for reduced motion.
function travel(state, parts) {
  const from = state.shown;
  if (from === state.points || STILL.matches) {
    state.shown = state.points;
    draw(state, parts);
    return;
  }
  const started = performance.now();
  const frame = (now) => {
    const along = Math.min(1, Math.max(0, (now - started) / MOVE));
    const eased = along * along * (3 - 2 * along);
    state.shown = along < 1 ? state.points.map((place, i) => from[i] + eased * (place - from[i])) : state.points;
    draw(state, parts, along < 1);
    if (along < 1) state.moving = requestAnimationFrame(frame);
  };
  frame(started);
}

// moving: the next drawing follows at once. Of very many dots a part is drawn then, and all as soon as it rests.
function draw(state, parts, moving = false) {
  const { data, view } = state;
  const width = parts.stage.clientWidth;
  if (!width) return; // the page is being left
  // On a phone, a map as high as on a desktop would be mostly empty, and its end is in sight with its beginning.
  const room = roomFor(parts.root, parts.stage);
  const most = data.compact ? 1.15 * width : Infinity;
  const below = Math.max(LOWEST, window.innerHeight - topOf(parts.stage) - FOOT);
  const height = Number.isFinite(room) ? Math.min(room, most) : Math.min(data.height, Math.max(LOWEST, width), below);
  const box = { width, height: Math.round(Math.max(LEAST, height)) };
  Object.assign(box, fitting(state.points, data.dimensions, width, box.height));
  state.box = box;
  const placed = placedHere(state);
  const all = new Float32Array(state.shown.length + placed.added.length * data.dimensions);
  all.set(state.shown);
  all.set(placed.added.flat(), state.shown.length);
  state.screen = emptyScreen(data.count + placed.added.length);
  project(all, data.dimensions, view, box, state.screen);
  state.phrase = placed.phrase ? emptyScreen(1) : null;
  if (state.phrase) project(placed.phrase, data.dimensions, view, box, state.phrase);
  state.origin = placed.origin ? emptyScreen(1) : null;
  if (state.origin) project(placed.origin, data.dimensions, view, box, state.origin);
  const guess = state.marks.asks ? state.guess : placed.guess;
  state.guessed = guess && data.dimensions === 2 ? emptyScreen(1) : null;
  if (state.guessed) project(guess, data.dimensions, view, box, state.guessed);
  // Of each round the places, and after them their median.
  state.rounds = (data.dimensions === 2 ? placed.rounds : []).map(({ name, places, median }) => {
    const screen = emptyScreen(places.length + 1);
    project([...places, median].flat(), 2, view, box, screen);
    return { name, screen, count: places.length };
  });
  state.middles = emptyScreen(data.groups.length);
  project(middles(state), data.dimensions, view, box, state.middles);
  const step = moving ? Math.ceil(data.count / MOST_MOVING) : 1;
  state.order = Array.from({ length: Math.ceil(data.count / step) }, (_, place) => place * step);
  clearTimeout(state.resting);
  if (step > 1) state.resting = setTimeout(() => draw(state, parts), REST_AFTER);
  if (data.dimensions === 3) state.order.sort((one, other) => state.screen.near[one] - state.screen.near[other]);
  paint(parts.picture, state);
  outline(parts.overlay, state);
  // What is drawn and where, for tests.
  parts.stage.placeOf = (dot) => [state.screen.x[dot], state.screen.y[dot]];
  parts.stage.sentencesRead = () => [...state.read];
  parts.stage.dataset.drawn = `${data.count} dots, ${state.selected.size} selected, ${placed.added.length} added`;
}

// Where to zoom in without a pointer: at the picked dot, or at the one nearest the middle, since the middle may be empty.
function dotLookedAt({ screen, marks, box }) {
  const dot = marks.picked >= 0 ? marks.picked : dotAt(screen, box.width / 2, box.height / 2, Infinity);
  return dot < 0 ? undefined : [screen.x[dot], screen.y[dot]];
}

// Pixels from the top of the page, however far it is scrolled.
function topOf(stage) {
  const scrolled = document.querySelector('[data-testid="stMain"]')?.scrollTop ?? 0;
  return stage.getBoundingClientRect().top + scrolled;
}

// Marks that belong to the previous map, which had other dots, are ignored.
function placedHere(state) {
  const placed = state.marks.placed[state.data.map];
  const { count, dimensions } = state.data;
  return placed && placed.shape[0] === count && placed.shape[1] === dimensions ? placed : NOWHERE;
}

// The centre of each group: the median, which outliers do not move.
function middles(state) {
  if (state.middlesOf === state.shown) return state.middlePoints;
  const { data } = state;
  const members = data.groups.map(() => []);
  state.groupOf.forEach((group, dot) => members[group].push(dot));
  const found = members.map((dots) =>
    Array.from({ length: data.dimensions }, (_, axis) => {
      const along = dots.map((dot) => state.shown[dot * data.dimensions + axis]).sort((one, other) => one - other);
      return along[along.length >> 1] ?? 0;
    }),
  );
  state.middlesOf = state.shown;
  state.middlePoints = found.flat();
  return state.middlePoints;
}

// At most one drawing a frame, however fast the pointer moves. moving: of the whole map, since the view of it changes.
function soon(state, parts, whole, moving = false) {
  state.whole ||= whole;
  state.sparse ||= moving;
  if (state.frame) return;
  state.frame = requestAnimationFrame(() => {
    state.frame = 0;
    if (state.whole) draw(state, parts, state.sparse);
    else if (state.box) outline(parts.overlay, state);
    state.whole = state.sparse = false;
  });
}

function listGroups(state, parts, sizes) {
  const { data } = state;
  parts.legend.replaceChildren();
  parts.legend.hidden = data.compact || data.groups.length < 2;
  if (parts.legend.hidden) return;
  parts.legend.setAttribute("aria-label", "Groups; pick one to select its sentences");
  data.groups.forEach((group, number) => {
    const button = document.createElement("button");
    button.type = "button";
    const { shape, colour, hollow } = look(state, number);
    const glyph = svgElement("svg", { viewBox: "-1.5 -1.5 3 3", "aria-hidden": "true" });
    const drawn = hollow ? { fill: "none", stroke: colour, "stroke-width": 0.5 } : { fill: colour };
    glyph.append(svgElement("path", { d: shape, ...drawn }));
    const name = document.createElement("span");
    name.textContent = `${group.name} (${sizes[number].toLocaleString("en")})`;
    name.dir = "auto";
    button.append(glyph, name);
    button.onclick = () => select(state, parts, [...state.groupOf.keys()].filter((dot) => state.groupOf[dot] === number));
    parts.legend.append(button);
  });
}

// ---------------------------------------------------------------- pointing

function sentence(state, dot) {
  return dot < state.data.count ? state.data.says[dot] : state.marks.added[dot - state.data.count];
}

function groupName(state, dot) {
  if (dot >= state.data.count) return "added";
  return state.data.groups.length > 1 ? state.data.groups[state.groupOf[dot]].name : "";
}

function point(state, parts, dot) {
  if (dot === state.hovered) return;
  state.hovered = dot;
  state.link.tell({ hovered: dot });
  parts.tip.hidden = dot < 0;
  if (dot >= 0) {
    parts.tip.textContent = sentence(state, dot);
    parts.tip.dir = "auto";
    const group = document.createElement("span");
    group.className = "group";
    group.textContent = [groupName(state, dot), similarity(state, dot)].filter(Boolean).join(" · ");
    parts.tip.append(group);
    const [x, y] = [state.screen.x[dot], state.screen.y[dot]];
    // On the side that has more room, so that it never leaves the picture.
    const right = x < state.box.width / 2;
    parts.tip.style.left = right ? `${x + 12}px` : "auto";
    parts.tip.style.right = right ? "auto" : `${state.box.width - x + 12}px`;
    parts.tip.style.top = `${Math.max(0, y - 20)}px`;
  }
  soon(state, parts, false);
}

function similarity(state, dot) {
  const line = state.marks.picked >= 0 && placedHere(state).lines.find((each) => each.to === dot);
  return line ? `cosine ${line.cosine.toFixed(4)} with the picked one` : "";
}

function hint(state, parts) {
  const count = state.selected.size;
  if (state.data.compact) return;
  const turn = state.data.dimensions === 3 ? "turn" : "move";
  const scrolls = !Number.isFinite(roomFor(parts.root, parts.stage)); // a phone: what stands beside the map is far below
  parts.readout.textContent = state.marks.asks
    ? state.guess
      ? "Click elsewhere to change your guess, or reveal where it lands."
      : "Click the place on the map where you think it lands."
    : count === 1 && scrolls
    ? sentence(state, [...state.selected][0]) ?? ""
    : count
    ? `${count.toLocaleString("en")} selected. Click beside the dots to let go.`
    : state.fencing
      ? "Drag a line around dots to select them."
      : scrolls
      ? "Tap a dot to read it."
      : `Point to read, click to select, drag to ${turn}.`;
}

function hear(state, parts, heard) {
  if (heard.hovered !== undefined) {
    state.hovered = heard.hovered;
    soon(state, parts, false);
  }
  if (heard.selected) {
    state.selected = new Set(heard.selected);
    state.marks = { ...state.marks, picked: -1 };
    hint(state, parts);
    soon(state, parts, true);
  }
  if (heard.marks) {
    state.marks = heard.marks;
    if (!state.marks.asks) state.guess = null;
    state.selected = new Set(heard.marks.selected);
    hint(state, parts);
    soon(state, parts, true);
  }
}

// ---------------------------------------------------------------- picking

// Shown at once, here and on the other maps; the server is told, and answers with the lines.
function select(state, parts, dots) {
  state.selected = new Set(dots);
  state.marks = { ...state.marks, picked: -1 };
  state.link.tell({ selected: dots });
  hint(state, parts);
  soon(state, parts, true);
  state.trigger("picked", dots);
}

function pick(state, parts, dot, adding) {
  if (!adding) return select(state, parts, dot < 0 ? [] : [dot]);
  if (dot < 0) return;
  const dots = new Set(state.selected);
  if (!dots.delete(dot)) dots.add(dot);
  select(state, parts, [...dots]);
}

// Answer the question where on the map something lands.
function guess(state, parts, x, y) {
  const { box, view, data } = state;
  if (data.dimensions !== 2) return;
  state.guess = unproject(x, y, view, box);
  hint(state, parts);
  draw(state, parts);
  state.trigger("guessed", state.guess);
}

function fencing(state, parts, on) {
  state.fencing = on;
  parts.stage.classList.toggle("fencing", on);
  parts.lasso.setAttribute("aria-pressed", on);
  hint(state, parts);
}
