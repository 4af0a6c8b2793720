// Where the tiles of a picture lie, and how they are painted on the page and in a saved picture.

const GAP = 4;
const SAVED_WIDTH = 900; // of a saved picture at least, in CSS pixels
const ROW_LABEL = 14; // size of the labels of rows in a saved picture
const MOST_ROW_LABELS = 40;
const STRETCH = 2; // how much higher than asked for strips may be where there is room

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
  const { data, box } = state;
  const pen = sized(canvas, box.width, box.height, density);
  // Cells smaller than a pixel must blend; larger ones must keep their edges.
  pen.imageSmoothingEnabled = box.tileWidth < data.width || box.tileHeight < data.height;
  pen.imageSmoothingQuality = "high";
  cellsOf(state).forEach((tile, index) => {
    const { x, y } = corner(box, index);
    pen.drawImage(tile, x, y, box.tileWidth, box.tileHeight);
    if (data.show_names) {
      pen.fillStyle = style.color;
      pen.font = `${box.size}px ${style.fontFamily}`;
      pen.fillText(data.names[index], x, y - 5, box.tileWidth);
    }
  });
  return pen;
}

// Each tile as a canvas with a pixel a cell, made once. A cell without a number, NaN, stays empty.
function cellsOf(state) {
  if (state.cells) return state.cells;
  const { data, values } = state;
  const ramp = shades(data.ramps[state.dark ? "dark" : "light"]);
  const count = data.height * data.width;
  const scale = 255 / (data.high - data.low || 1);
  state.cells = data.names.map((_, index) => {
    const tile = document.createElement("canvas");
    tile.width = data.width;
    tile.height = data.height;
    const pen = tile.getContext("2d");
    const image = pen.createImageData(data.width, data.height);
    for (let cell = 0; cell < count; cell += 1) {
      const value = values[index * count + cell];
      if (Number.isNaN(value)) continue;
      image.data.set(ramp[Math.max(0, Math.min(255, Math.round((value - data.low) * scale)))], cell * 4);
    }
    pen.putImageData(image, 0, 0);
    return tile;
  });
  return state.cells;
}
