// Tables of numbers by layer and token, under one another. Pointing at a cell reads it and frames it in every table.
//
// The numbers arrive as bytes and stay in the browser. Text from the reader only ever goes onto the canvas or into
// textContent, never into markup.

const STATES = new WeakMap();

export default function ({ data: payload, parentElement, setTriggerValue }) {
  const { data, bytes } = unpacked(payload);
  const root = parentElement.querySelector(".view");
  const dark = isDark(root);
  const parts = Object.fromEntries(
    ["stage", "picture", "overlay", "readout"].map((name) => [name, root.querySelector(`.${name}`)]),
  );
  const state = {
    data,
    dark,
    values: new Float32Array(bytes.buffer, bytes.byteOffset),
    colours: data.colours[dark ? "dark" : "light"],
    family: getComputedStyle(root).fontFamily,
    cell: null,
    open: (cell) => data.clickable && cell && setTriggerValue("cell", [cell.row, cell.column]),
  };
  STATES.set(root, state);
  describedAs(parts.picture, data.alt);
  parts.stage.setAttribute("aria-label", `${data.alt}. Arrow keys move${data.clickable ? ", Enter opens a cell" : ""}.`);
  parts.stage.classList.toggle("clickable", data.clickable);
  parts.readout.textContent = data.hint;

  const draw = () => {
    if (!parts.stage.clientWidth) return; // the page is being left
    const pen = parts.picture.getContext("2d");
    state.box = layout(parts.stage.clientWidth, roomFor(root, parts.stage), data, pen, state.family);
    paint(parts.picture, state);
    outline(parts.overlay, state);
    const { left, cell, row, places } = state.box;
    parts.stage.dataset.box = JSON.stringify({ left, cell, row, tops: places.map(({ y }) => y) }); // for tests
  };
  const end = redrawn(parts.stage, draw);
  draw();

  parts.stage.onpointermove = (event) => point(state, parts, at(state, event));
  parts.stage.onpointerleave = () => point(state, parts, null);
  parts.stage.onclick = (event) => state.open(at(state, event));
  parts.stage.onkeydown = (event) => move(state, parts, event);
  const give = handedOut(data.file, () => {
    const canvas = document.createElement("canvas");
    paint(canvas, state, savedDensity(state.box.width));
    return canvasDrawing(canvas, state.box);
  });
  return () => {
    end();
    give();
  };
}

function at({ data, box }, event) {
  const area = event.currentTarget.getBoundingClientRect();
  const [x, y] = [event.clientX - area.left, event.clientY - area.top];
  const column = Math.floor((x - box.left) / box.cell);
  if (column < 0 || column >= data.columns.length) return null;
  for (const [grid, place] of box.places.entries()) {
    const row = Math.floor((y - place.y) / box.row);
    if (row >= 0 && row < data.rows.length) return { grid, row, column };
  }
  return null;
}

function point(state, parts, cell) {
  state.cell = cell;
  outline(parts.overlay, state);
  parts.readout.textContent = cell ? describe(state, cell) : state.data.hint;
}

function describe({ data, values }, { grid, row, column }) {
  const value = values[(grid * data.rows.length + row) * data.columns.length + column];
  const name = data.grids[grid].name ? `${data.grids[grid].name}, ` : "";
  const of = /^\d/.test(data.rows[row]) ? `${data.row_word} ${data.rows[row]}` : data.rows[row];
  return `${name}${of}, ${isolated(data.columns[column])}:  ${number(value, data.read)}${data.unit}`;
}

// Frames: the selected cell, and the one that is pointed at, thinly in the other tables.
function outline(canvas, state) {
  const { data, box, colours, cell } = state;
  const pen = sized(canvas, box.width, box.height);
  const frame = (place, width, colour) => {
    const { x, y, width: across, height } = cellPlace(box, { ...place, column: place.column ?? 0 });
    pen.lineWidth = width;
    pen.strokeStyle = colour;
    const all = place.column === null ? data.columns.length : 1;
    pen.strokeRect(x - 0.5, y - 0.5, Math.max(all * across, 3), height);
  };
  data.grids.forEach((_, grid) => {
    if (data.selected) frame({ grid, row: data.selected[0], column: data.selected[1] }, 2.5, colours.query);
    if (cell) frame({ ...cell, grid }, grid === cell.grid ? 2 : 1, colours.ink);
  });
}

// Arrow keys walk through the cells, and beyond the edge of a table into the next one.
function move(state, parts, event) {
  const { data } = state;
  if (event.key === "Escape") point(state, parts, null);
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    state.open(state.cell);
    return;
  }
  const steps = cellSteps(event);
  if (!steps) return;
  event.preventDefault();
  const down = data.rows.length;
  const [row, column] = data.selected ?? [0, 0];
  if (!state.cell) return point(state, parts, { grid: 0, row, column: column ?? 0 });
  const place = Math.max(0, Math.min(data.grids.length * down - 1, state.cell.grid * down + state.cell.row + steps[0]));
  const across = Math.max(0, Math.min(data.columns.length - 1, state.cell.column + steps[1]));
  point(state, parts, { grid: Math.floor(place / down), row: place % down, column: across });
}
