// A grid of matrices of equal size on one canvas: strips of numbers, or the thumbnails of many heads.
//
// The numbers arrive as bytes and stay in the browser: hovering and resizing need no request to the server.
// Text from the reader (tokens) only ever goes into textContent, never into markup.

const STATES = new WeakMap();
const GAP = 4;
const SAVED_WIDTH = 900; // of a saved picture at least, in CSS pixels
const ROW_LABEL = 14; // size of the labels of rows in a saved picture
const MOST_ROW_LABELS = 40;
const STRETCH = 2; // how much higher than asked for strips may be where there is room

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
    paint(parts.picture, state, getComputedStyle(parts.picture));
    outline(parts.overlay, state);
  };
  const end = redrawn(parts.stage, draw);
  draw();

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
    end();
    give();
  };
}

// The number of tiles in a row, and their size in CSS pixels. Strips take the height there is; square tiles are made
// smaller where it is not enough.
function layout(width, data, room, scale = textScale()) {
  const fits = data.columns.find((n) => (width - GAP * (n - 1)) / n >= data.smallest_tile);
  const columns = fits || data.columns[data.columns.length - 1];
  const rows = Math.ceil(data.names.length / columns);
  const size = 15 * scale;
  const label = data.show_names ? Math.round(size + 6) : 0;
  const most = Number.isFinite(room) ? (room - rows * label - GAP * (rows - 1)) / rows : Infinity;
  let tileWidth = (width - GAP * (columns - 1)) / columns;
  let tileHeight = data.tile_height || tileWidth;
  if (data.tile_height && Number.isFinite(most)) tileHeight = Math.max(8, Math.min(most, STRETCH * data.tile_height));
  if (!data.tile_height) tileWidth = tileHeight = Math.min(tileHeight, Math.max(8, most));
  return { columns, rows, label, size, tileWidth, tileHeight, width, height: rows * (tileHeight + label + GAP) - GAP };
}

function corner(box, tile) {
  return {
    x: (tile % box.columns) * (box.tileWidth + GAP),
    y: Math.floor(tile / box.columns) * (box.tileHeight + box.label + GAP) + box.label,
  };
}

// The picture as it is saved: strips have the labels of their rows at the left, which on the page the readout tells.
function savedDrawing(state, style) {
  const { data } = state;
  const canvas = document.createElement("canvas");
  if (!data.tile_height || !data.row_labels.some(Boolean)) {
    paint(canvas, state, style, savedDensity(state.box.width));
    return canvasDrawing(canvas, state.box);
  }
  const width = Math.max(state.box.width, SAVED_WIDTH);
  const font = `${ROW_LABEL}px ${CODE_FONT}`;
  const ruler = canvas.getContext("2d");
  ruler.font = font;
  const labels = data.row_labels.map((label) => shortened(ruler, label, width / 4));
  const left = Math.ceil(Math.max(...labels.map((label) => ruler.measureText(label).width))) + 10;
  const every = Math.ceil(data.height / MOST_ROW_LABELS);
  const tile_height = Math.max(data.tile_height, (data.height / every) * (ROW_LABEL + 3));
  const box = layout(width - left, { ...data, tile_height }, Infinity, 1);
  paint(canvas, { ...state, box }, style, savedDensity(width));
  const top = every > 1 ? ROW_LABEL / 2 : 0; // the first label is higher than its row
  const height = box.height + top;
  const drawing = canvasDrawing(canvas, box);
  const place = { "font-family": CODE_FONT, "font-size": ROW_LABEL, "text-anchor": "end", "dominant-baseline": "central" };
  data.names.forEach((_, tile) => {
    if (tile % box.columns) return;
    labels.forEach((label, row) => {
      if (row % every) return;
      const y = corner(box, tile).y + ((row + 0.5) * box.tileHeight) / data.height;
      const text = svgElement("text", { x: -8, y, fill: style.color, ...place });
      text.textContent = label;
      drawing.append(text);
    });
  });
  const whole = { viewBox: `${-left} ${-top} ${width} ${height}`, width, height };
  for (const [name, value] of Object.entries(whole)) drawing.setAttribute(name, value);
  return drawing;
}

function paint(canvas, state, style, density = 2) {
  const { data, box, values } = state;
  const pen = sized(canvas, box.width, box.height, density);
  const ramp = shades(data.ramps[state.dark ? "dark" : "light"]);
  const cells = data.height * data.width;
  const tile = document.createElement("canvas");
  tile.width = data.width;
  tile.height = data.height;
  const tilePen = tile.getContext("2d");
  const image = tilePen.createImageData(data.width, data.height);
  const scale = 255 / (data.high - data.low || 1);
  // Cells smaller than a pixel must blend; larger ones must keep their edges.
  pen.imageSmoothingEnabled = box.tileWidth < data.width || box.tileHeight < data.height;
  pen.imageSmoothingQuality = "high";
  for (let index = 0; index < data.names.length; index += 1) {
    for (let cell = 0; cell < cells; cell += 1) {
      const shade = Math.max(0, Math.min(255, Math.round((values[index * cells + cell] - data.low) * scale)));
      image.data.set(ramp[shade], cell * 4);
    }
    tilePen.putImageData(image, 0, 0);
    const { x, y } = corner(box, index);
    pen.drawImage(tile, x, y, box.tileWidth, box.tileHeight);
    if (data.show_names) {
      pen.fillStyle = style.color;
      pen.font = `${box.size}px ${style.fontFamily}`;
      pen.fillText(data.names[index], x, y - 5, box.tileWidth);
    }
  }
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
  if (!cell) return;
  pen.strokeStyle = style.color;
  if (data.clickable) frame(cell.tile, 1.5);
  if (cell.row === undefined) return;
  const width = box.tileWidth / data.width;
  const height = box.tileHeight / data.height;
  for (let tile = 0; tile < data.names.length; tile += 1) {
    const { x, y } = corner(box, tile);
    pen.lineWidth = tile === cell.tile ? 2 : 1;
    pen.strokeRect(x + cell.column * width, y + cell.row * height, Math.max(width, 2), Math.max(height, 2));
  }
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
  const to = data.column_labels.length ? data.column_labels[column] : `${data.column_word} ${column + 1}`;
  const text = `${data.row_labels[row]} ${data.joint} ${to}  ${value.toFixed(data.decimals).replace("-", "−")}`;
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
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
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
