// A grid of matrices of equal size on one canvas: strips of numbers, or the thumbnails of many heads.
//
// The numbers arrive as bytes and stay in the browser: hovering and resizing need no request to the server.
// Text from the reader (tokens) only ever goes into textContent, never into markup.

const STATES = new WeakMap();

export default function ({ data: payload, parentElement, setTriggerValue }) {
  const { data, bytes } = unpacked(payload);
  const values = data.kind === "uint8" ? bytes : new Float32Array(bytes.buffer, bytes.byteOffset);
  const root = parentElement.querySelector(".view");
  const previous = STATES.get(root);
  const state = {
    data,
    values,
    dark: isDark(root),
    cursor: previous ? Math.min(previous.cursor, data.names.length - 1) : Math.max(data.selected, 0),
    cell: null,
    select: (tile) => data.clickable && setTriggerValue("picked", tile),
    open: (cell) => data.cells_clickable && cell?.row !== undefined && setTriggerValue("cell", [cell.row, cell.column]),
  };
  STATES.set(root, state);
  const parts = {
    stage: root.querySelector(".stage"),
    picture: root.querySelector(".picture"),
    overlay: root.querySelector(".overlay"),
    readout: root.querySelector(".readout"),
  };
  describedAs(parts.picture, data.alt);
  parts.stage.setAttribute("aria-label", data.alt + (data.clickable || data.cells_clickable ? ". Arrow keys move, Enter opens." : ""));
  parts.stage.classList.toggle("clickable", data.clickable || data.cells_clickable);
  parts.readout.textContent = data.hint;

  const draw = () => {
    if (!parts.stage.clientWidth) return; // the page is being left
    state.box = layout(parts.stage.clientWidth, data, roomFor(root, parts.stage));
    if (!movement.isRunning()) paint(parts.picture, state, getComputedStyle(parts.picture));
    outline(parts.overlay, state);
  };
  // What is read again without a change, as after a click, does not move again.
  const isNew = previous?.data.row_labels.join("\n") !== data.row_labels.join("\n");
  const movement = movementOf(state, parts.picture, isNew);
  const end = redrawn(parts.stage, draw);
  draw();
  movement.start();

  parts.stage.onpointermove = (event) => point(state, parts, at(state, event));
  parts.stage.onpointerleave = () => point(state, parts, null);
  parts.stage.onclick = (event) => {
    const place = at(state, event);
    if (place) state.select(place.tile);
    state.open(place);
  };
  parts.stage.onkeydown = (event) => move(state, parts, event);
  const give = handedOut(data.file, () => savedDrawing(state, getComputedStyle(parts.picture)));
  return () => {
    movement.end();
    end();
    give();
  };
}

// Frames: the selected tile, the tile at the keyboard's cursor, and the same cell in every tile.
function outline(canvas, state) {
  const { data, box, cell } = state;
  const pen = sized(canvas, box.width, box.height);
  const style = getComputedStyle(canvas);
  const frame = (tile, width) => {
    const { x, y } = corner(box, tile);
    pen.lineWidth = width;
    pen.strokeRect(x - 1, y - 1, box.tileWidth + 2, box.tileHeight + 2);
  };
  pen.strokeStyle = data.accent[state.dark ? "dark" : "light"];
  if (data.selected >= 0) frame(data.selected, 2.5);
  if (data.framed) frameCell(pen, state, 0, data.framed[0], data.framed[1], 2.5);
  if (!cell) return;
  pen.strokeStyle = style.color;
  if (data.clickable) frame(cell.tile, 1.5);
  if (cell.row === undefined) return;
  for (let tile = 0; tile < data.names.length; tile += 1) {
    frameCell(pen, state, tile, cell.row, cell.column, tile === cell.tile ? 2 : 1);
  }
}

function frameCell(pen, { data, box }, tile, row, column, thick) {
  const { x, y } = corner(box, tile);
  const [width, height] = [box.tileWidth / data.width, box.tileHeight / data.height];
  pen.lineWidth = thick;
  pen.strokeRect(x + column * width, y + row * height, Math.max(width, 2), Math.max(height, 2));
}

function at(state, event) {
  const { data, box } = state;
  const area = event.currentTarget.getBoundingClientRect();
  const x = event.clientX - area.left;
  const y = event.clientY - area.top;
  const column = Math.floor(x / (box.tileWidth + GAP));
  const row = Math.floor(y / (box.tileHeight + box.label + GAP));
  const tile = row * box.columns + column;
  if (column >= box.columns || tile >= data.names.length || tile < 0) return null;
  const start = corner(box, tile);
  const across = Math.floor(((x - start.x) / box.tileWidth) * data.width);
  const down = Math.floor(((y - start.y) / box.tileHeight) * data.height);
  if (across < 0 || down < 0 || across >= data.width || down >= data.height) return { tile };
  return { tile, row: down, column: across };
}

function point(state, parts, place) {
  state.cell = place;
  outline(parts.overlay, state);
  parts.readout.textContent = place ? describe(state, place) : state.data.hint;
}

function describe(state, { tile, row, column }) {
  const { data } = state;
  const name = data.names[tile];
  if (row === undefined || data.decimals < 0) return name + (data.clickable ? ": click to open it" : "");
  const value = state.values[(tile * data.height + row) * data.width + column];
  if (Number.isNaN(value)) return data.hint;
  const digits = value.toFixed(data.decimals).replace("-", "−");
  if (data.counted_on) return `${data.column_word} ${row * data.width + column + 1}  ${digits}`;
  const to = data.column_labels.length ? data.column_labels[column] : `${data.column_word} ${column + 1}`;
  const text = `${data.row_labels[row]} ${data.joint} ${to}  ${digits}`;
  return name ? `${name}:  ${text}` : text;
}

function move(state, parts, event) {
  const { data, box } = state;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    state.select(state.cursor);
    state.open(state.cell);
    return;
  }
  const steps = cellSteps(event);
  if (!steps) return;
  event.preventDefault();
  const [down, across] = steps;
  if (data.clickable) {
    const next = state.cursor + down * box.columns + across;
    if (next >= 0 && next < data.names.length) state.cursor = next;
    point(state, parts, { tile: state.cursor });
    return;
  }
  const cell = state.cell && state.cell.row !== undefined ? state.cell : { tile: 0, row: 0, column: 0 };
  point(state, parts, {
    tile: cell.tile,
    row: Math.max(0, Math.min(data.height - 1, cell.row + down)),
    column: Math.max(0, Math.min(data.width - 1, cell.column + across)),
  });
}
