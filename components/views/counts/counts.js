// A table of counts as coloured cells with their numbers. Cells are clicked, or reached with the arrow keys and opened
// with Enter. Names come from the reader and only ever go into textContent.

const STATES = new WeakMap();
const SIZE = 14; // of text
const LINE = 1.3; // text sizes that a line of names takes
const NEXT = 1.05; // text sizes from one name to the next at least
const ROW = 34; // pixels of a row where the page scrolls
const LOWEST = 220; // of the picture there
const TALLEST = 900;
const LONGEST = 150; // pixels of an upright name, and of a row's name at most

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".view");
  const parts = {
    stage: root.querySelector(".stage"),
    picture: root.querySelector(".picture"),
    readout: root.querySelector(".readout"),
  };
  const state = { data, colours: data.colours[isDark(root) ? "dark" : "light"], cursor: STATES.get(root)?.cursor ?? null };
  if (state.cursor && !data.counts[state.cursor[0]]?.[state.cursor[1]]) state.cursor = null;
  STATES.set(root, state);
  describedAs(parts.picture, data.alt);
  parts.stage.setAttribute("aria-label", `${data.alt}. Arrow keys move from cell to cell, Enter lists what is in it.`);
  const build = () => parts.stage.clientWidth && draw(state, parts, roomFor(root, parts.stage));
  const end = redrawn(parts.stage, build);
  build();
  say(state, parts, null);
  parts.stage.onpointermove = (event) => point(state, parts, at(state, parts, event));
  parts.stage.onpointerleave = () => point(state, parts, null);
  parts.stage.onclick = (event) => {
    const cell = at(state, parts, event);
    if (cell) setTriggerValue("cell", cell);
  };
  parts.stage.onkeydown = (event) => {
    if ((event.key === "Enter" || event.key === " ") && state.cursor) {
      event.preventDefault();
      setTriggerValue("cell", state.cursor);
      return;
    }
    const step = cellSteps(event);
    if (!step) return;
    event.preventDefault();
    const last = [data.rows.names.length - 1, data.columns.names.length - 1];
    const next = state.cursor ? state.cursor.map((index, axis) => index + step[axis]) : [0, 0];
    state.cursor = next.map((index, axis) => Math.min(last[axis], Math.max(0, index)));
    point(state, parts, state.cursor);
  };
  const give = handedOut(data.file, () => svgDrawing(parts.picture));
  return () => {
    end();
    give();
  };
}

function at({ box }, { picture }, event) {
  if (!box) return null;
  const area = picture.getBoundingClientRect();
  const cell = [
    Math.floor((event.clientY - area.top - box.top) / box.down),
    Math.floor((event.clientX - area.left - box.left) / box.across),
  ];
  return cell[0] >= 0 && cell[1] >= 0 && cell[0] < box.rows && cell[1] < box.columns ? cell : null;
}

function point(state, parts, cell) {
  frame(state.pointed, state, cell);
  say(state, parts, cell);
}

function say({ data }, { readout }, cell) {
  const shown = cell ?? data.picked;
  if (!shown) {
    readout.textContent = "Point at a cell to read it; click it to see what is in it.";
    return;
  }
  const [row, column] = shown;
  const count = data.counts[row][column];
  readout.textContent =
    `${data.rows.title} “${isolated(data.rows.names[row])}”, ${data.columns.title} ` +
    `“${isolated(data.columns.names[column])}”: ${count.toLocaleString("en")} ${count === 1 ? data.unit.replace(/s$/, "") : data.unit}`;
}

function frame(mark, { box }, cell) {
  mark.setAttribute("visibility", cell ? "visible" : "hidden");
  if (!cell) return;
  mark.setAttribute("x", box.left + cell[1] * box.across);
  mark.setAttribute("y", box.top + cell[0] * box.down);
}

function draw(state, parts, room) {
  const { data, colours } = state;
  const size = SIZE * textScale();
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${size}px ${CODE_FONT}`;
  const width = parts.stage.clientWidth;
  const [rows, columns] = [data.rows.names.length, data.columns.names.length];
  const longest = (names, most) => Math.min(most, Math.max(...names.map((name) => pen.measureText(name).width)));
  const left = longest(data.rows.names, Math.min(LONGEST * textScale(), 0.34 * width)) + 2.1 * size;
  const across = (width - left - 2) / columns;
  const upright = longest(data.columns.names, Infinity) > across - 0.6 * size;
  const title = 1.5 * size;
  const top = title + (upright ? longest(data.columns.names, LONGEST * textScale() * 0.75) + 0.6 * size : LINE * size);
  const wanted = Number.isFinite(room) ? room : Math.min(TALLEST, Math.max(LOWEST, top + rows * ROW));
  const down = Math.max(1, (wanted - top - 2) / rows);
  const height = top + rows * down + 2;
  state.box = { left, top, across, down, rows, columns };
  const svg = parts.picture;
  svg.replaceChildren();
  const attributes = { xmlns: SVG_SPACE, viewBox: `0 0 ${width} ${height}`, width, height, "font-family": CODE_FONT };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  const name = svgElement("title");
  name.textContent = data.alt;
  svg.append(name);
  drawCells(svg, state, pen, size);
  const spread = (counts) => counts.reduce((sum, each) => sum + each, 0) - Math.max(...counts);
  const byRow = data.counts.map(spread);
  const byColumn = data.columns.names.map((_, column) => spread(data.counts.map((row) => row[column])));
  for (const row of thoseThatFit(byRow, down, NEXT * size)) {
    const text = shortened(pen, data.rows.names[row], left - 2.1 * size);
    write(svg, text, [left - 0.5 * size, top + (row + 0.5) * down + 0.35 * size], size, colours.ink, "end");
  }
  for (const column of thoseThatFit(byColumn, across, upright ? NEXT * size : 0)) {
    const x = left + (column + 0.5) * across;
    if (!upright) {
      write(svg, data.columns.names[column], [x, top - 0.5 * size], size, colours.ink, "middle");
      continue;
    }
    const text = shortened(pen, data.columns.names[column], top - title - 0.6 * size);
    const place = [x + 0.35 * size, top - 0.4 * size];
    write(svg, text, place, size, colours.ink, "start").setAttribute("transform", `rotate(-90 ${place[0]} ${place[1]})`);
  }
  write(svg, data.columns.title, [left + (columns * across) / 2, 0.9 * size], size, colours.quiet, "middle");
  const side = [0.9 * size, top + (rows * down) / 2];
  write(svg, data.rows.title, side, size, colours.quiet, "middle").setAttribute("transform", `rotate(-90 ${side[0]} ${side[1]})`);
  const marks = [[3, colours.query, data.picked], [2, colours.ink, null]].map(([thick, colour, cell]) => {
    const mark = svgElement("rect", { width: across, height: down, fill: "none", stroke: colour, "stroke-width": thick });
    frame(mark, state, cell);
    svg.append(mark);
    return mark;
  });
  state.pointed = marks[1];
  // For tests: where a cell is.
  parts.stage.placeOf = (row, column) => [left + (column + 0.5) * across, top + (row + 0.5) * down];
}

function drawCells(svg, { data, colours, box }, pen, size) {
  const { left, top, across, down } = box;
  const ramp = shades(colours.ramp);
  const most = Math.max(1, ...data.counts.flat());
  const numbered = down >= 1.15 * size && across >= pen.measureText(String(most)).width + 0.3 * size;
  const gap = Math.min(across, down) > 6 ? 1 : 0;
  const light = ([red, green, blue]) => 0.299 * red + 0.587 * green + 0.114 * blue;
  const [ink, paper] = [colours.ink, colours.paper];
  data.counts.forEach((counts, row) =>
    counts.forEach((count, column) => {
      const shade = ramp[Math.round((255 * count) / most)];
      const [x, y] = [left + column * across, top + row * down];
      const fill = `rgb(${shade.slice(0, 3).map(Math.round).join(",")})`;
      svg.append(svgElement("rect", { x, y, width: Math.max(1, across - gap), height: Math.max(1, down - gap), fill }));
      // Zeros stay empty, so that the other counts stand out.
      if (!numbered || !count) return;
      const apart = (colour) => Math.abs(light(rgb(colour)) - light(shade));
      const colour = apart(ink) >= apart(paper) ? ink : paper;
      write(svg, count.toLocaleString("en"), [x + across / 2, y + down / 2 + 0.35 * size], size, colour, "middle");
    }),
  );
}

// The indices whose names are drawn: all, or of many those that matter most and are far enough apart.
function thoseThatFit(weights, step, needed) {
  const order = weights.map((_, index) => index).sort((one, other) => weights[other] - weights[one] || one - other);
  const apart = Math.ceil(needed / step);
  const chosen = [];
  for (const index of order) if (chosen.every((other) => Math.abs(index - other) >= apart)) chosen.push(index);
  return chosen;
}

function write(svg, text, [x, y], size, colour, anchor) {
  const element = svgElement("text", { x, y, "font-size": size, fill: colour, "text-anchor": anchor });
  element.textContent = text;
  svg.append(element);
  return element;
}
