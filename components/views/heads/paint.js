// Drawing of the heads view: the cells, the names around them, and the marked cells.

// Drawn once at the density of what is saved, and shown at the screen's own: a frame in which the pointer moves is put
// together from the picture and what is lit up, and scaling the picture would take most of it.
function paint(canvas, saved, state) {
  drawPicture(saved, state, getComputedStyle(canvas));
  sized(canvas, state.box.width, state.box.height, 1).drawImage(saved, 0, 0, state.box.width, state.box.height);
}

function drawPicture(canvas, state, style, least = 2) {
  const { data, box, values } = state;
  const pen = sized(canvas, box.width, box.height, least);
  const ramp = shades(data.ramps[state.dark ? "dark" : "light"]);
  const density = canvas.width / box.width;
  const tile = document.createElement("canvas");
  // A pixel that holds several cells shows the largest: a mean would hide a single strong link.
  tile.width = Math.min(data.width, Math.max(1, Math.floor(box.tileWidth * density)));
  tile.height = Math.min(data.height, Math.max(1, Math.floor(box.tileHeight * density)));
  const tilePen = tile.getContext("2d");
  const image = tilePen.createImageData(tile.width, tile.height);
  const scale = 255 / 10 ** data.decimals;
  pen.imageSmoothingEnabled = false;
  pen.fillStyle = style.color;
  data.heads.forEach(([layer, head], index) => {
    const drawn = largest(values, index * data.width * data.height, data, tile);
    for (let cell = 0; cell < drawn.length; cell += 1) {
      image.data.set(ramp[Math.round(drawn[cell] * scale)], cell * 4);
    }
    tilePen.putImageData(image, 0, 0);
    const { x, y } = corner(box, index);
    pen.drawImage(tile, x, y, box.tileWidth, box.tileHeight);
    if (data.off[index]) strike(pen, x, y, box, data.accent[state.dark ? "dark" : "light"]);
    if (data.labelled) return;
    pen.font = `${box.size}px ${style.fontFamily}`;
    if (box.named) pen.fillText(`${layer + 1} · ${head + 1}`, x, y - 5, box.tileWidth);
    // A bar: how strongly the head follows the pattern that the readout names.
    pen.globalAlpha = 0.2;
    pen.fillRect(x, y + box.tileHeight + 2, box.tileWidth, 2);
    pen.globalAlpha = 0.8;
    pen.fillRect(x, y + box.tileHeight + 2, box.tileWidth * data.strengths[index], 2);
    pen.globalAlpha = 1;
  });
  if (box.grid) numbers(pen, state, style);
  if (data.labelled) labels(pen, state);
}

// A head that is switched off is crossed out: its output is zero.
function strike(pen, x, y, box, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = Math.max(1.5, box.tileWidth / 120);
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + box.tileWidth, y + box.tileHeight);
  pen.moveTo(x + box.tileWidth, y);
  pen.lineTo(x, y + box.tileHeight);
  pen.stroke();
}

// The cells of one matrix, or the largest of those that share a pixel.
function largest(values, from, { width, height }, pixels) {
  if (pixels.width === width && pixels.height === height) return values.subarray(from, from + width * height);
  const drawn = new Uint16Array(pixels.width * pixels.height);
  const columns = Array.from({ length: width }, (_, column) => Math.floor((column * pixels.width) / width));
  for (let row = 0; row < height; row += 1) {
    const start = Math.floor((row * pixels.height) / height) * pixels.width;
    for (let column = 0; column < width; column += 1) {
      const value = values[from + row * width + column];
      if (value > drawn[start + columns[column]]) drawn[start + columns[column]] = value;
    }
  }
  return drawn;
}

// Layers down the left edge, heads along the top.
function numbers(pen, { data, box }, style) {
  pen.font = `${box.size}px ${style.fontFamily}`;
  pen.globalAlpha = 0.85;
  data.heads.forEach(([layer, head], index) => {
    const { x, y } = corner(box, index);
    pen.textAlign = "center";
    if (index < box.across) pen.fillText(String(head + 1), x + box.tileWidth / 2, box.size);
    pen.textAlign = "left";
    if (index % box.across === 0) pen.fillText(String(layer + 1), 2, y + box.tileHeight / 2 + box.size / 3);
  });
  pen.globalAlpha = 1;
}

// The tokens along the edges, as many as can be read.
function labels(pen, state) {
  const { data, box } = state;
  const every = Math.max(1, Math.ceil((box.size + 3) / box.cell));
  const everyRow = Math.max(1, Math.ceil((box.size + 3) / box.cellHeight));
  pen.font = `${box.size}px ${CODE_FONT}`;
  pen.textBaseline = "middle";
  const name = (place) => shortened(pen, data.tokens[place], 8.5 * box.size);
  data.rows.forEach((place, row) => {
    if (row % everyRow) return;
    pen.textAlign = "right";
    pen.fillText(name(place), box.left - 6, box.top + (row + 0.5) * box.cellHeight);
  });
  data.columns.forEach((place, column) => {
    if (column % every) return;
    pen.save();
    pen.translate(box.left + (column + 0.5) * box.cell, box.top - 6);
    if (box.upright) pen.rotate(-Math.PI / 2);
    pen.textAlign = box.upright ? "left" : "center";
    pen.fillText(name(place), 0, box.upright ? 0 : -6);
    pen.restore();
  });
}

// The head that is open, the thumbnail under the keyboard, the picked cell, and the same cell in every head.
function outline(canvas, state) {
  const { data, box, lit: cell } = state;
  const pen = sized(canvas, box.width, box.height, 1);
  const ink = getComputedStyle(canvas).color;
  const accent = data.accent[state.dark ? "dark" : "light"];
  const frame = (tile, colour, width) => {
    const { x, y } = corner(box, tile);
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.strokeRect(x - 1, y - 1, box.tileWidth + 2, box.tileHeight + 2);
  };
  const width = box.tileWidth / data.width;
  const height = box.tileHeight / data.height;
  const mark = (tile, row, column, colour, line) => {
    const { x, y } = corner(box, tile);
    pen.strokeStyle = colour;
    pen.lineWidth = line;
    // Either of the two may be undefined: then the whole row or column is marked.
    const [from, wide] = column === undefined ? [0, box.tileWidth] : [column * width, Math.max(width, 2)];
    const [down, high] = row === undefined ? [0, box.tileHeight] : [row * height, Math.max(height, 2)];
    pen.strokeRect(x + from, y + down, wide, high);
  };
  if (!data.labelled && state.open >= 0) frame(state.open, accent, 2.5);
  if (data.marked) {
    const row = indexOf(data.rows, data.marked[0], data.block);
    const column = indexOf(data.columns, data.marked[1], data.block);
    if (row !== undefined && column !== undefined) mark(0, row, column, accent, 2.5);
  }
  for (const { cell: [query, key], width: line, says } of data.guessed ?? []) {
    const row = indexOf(data.rows, query, data.block);
    const column = indexOf(data.columns, key, data.block);
    if (row === undefined || column === undefined) continue;
    pen.setLineDash([5, 3]);
    mark(0, row, column, data.guess[state.dark ? "dark" : "light"], line);
    pen.setLineDash([]);
    count(pen, state, says, box.left + (column + 0.5) * width, box.top + (row + 0.5) * height, width, height);
  }
  if (!cell) return;
  if (!data.labelled && cell.tile !== undefined) frame(cell.tile, ink, 1.5);
  if (cell.row === undefined && cell.column === undefined) return;
  data.heads.forEach((_, tile) => mark(tile, cell.row, cell.column, ink, tile === cell.tile ? 2 : 1));
}

// How many of a class guessed a cell, in the most words that it has room for.
function count(pen, { data, box, dark }, says, x, y, width, height) {
  pen.font = `600 ${box.size}px ${CODE_FONT}`;
  const fits = (lines) =>
    Math.max(...lines.map((line) => pen.measureText(line).width)) <= width - 4 && lines.length * box.size <= height - 2;
  const lines = says.find(fits) ?? [];
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const across = Math.max(...lines.map((line) => pen.measureText(line).width)) + 3;
  const down = lines.length * box.size + 1;
  pen.fillStyle = data.paper[dark ? "dark" : "light"];
  if (lines.length) pen.fillRect(x - across / 2, y - down / 2, across, down);
  pen.fillStyle = data.guess[dark ? "dark" : "light"];
  lines.forEach((line, number) => pen.fillText(line, x, y + 1 + (number - (lines.length - 1) / 2) * box.size));
}

// The row or column of a token, if it is shown; several tokens share one where cells were pooled.
function indexOf(places, token, block) {
  const index = places.indexOf(token);
  return index < 0 ? undefined : Math.floor(index / block);
}
