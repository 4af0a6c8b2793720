// Drawing of the rows: words, chips, strips of numbers, thumbnails, and the column of dots at the right.

const SERIF = '"Source Serif", Georgia, serif';

function fontsOf(family) {
  return {
    name: (size) => `600 ${size}px ${SERIF}`,
    text: (size) => `${size}px ${family}`,
    code: (size) => `${size}px ${CODE_FONT}`,
  };
}

// One small canvas for each matrix and each thumbnail, a pixel a number; made once, drawn at any size.
function bitmaps(data, numbers, bytes, dark) {
  const ramps = data.ramps[dark ? "dark" : "light"];
  const diverging = shades(ramps.diverging);
  const sequential = shades(ramps.sequential);
  const bitmap = (width, height, colour) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(width, height);
    for (let cell = 0; cell < width * height; cell += 1) image.data.set(colour(cell), cell * 4);
    pen.putImageData(image, 0, 0);
    return canvas;
  };
  let [number, byte] = [0, 0];
  return data.rows.map((row) => {
    if (row.matrix) {
      const [height, width] = row.matrix;
      const values = numbers.subarray(number, number + height * width);
      number += height * width;
      const shade = (cell) => Math.max(0, Math.min(255, Math.round((values[cell] / row.limit + 1) * 127.5)));
      return { values, canvas: bitmap(width, height, (cell) => diverging[shade(cell)]) };
    }
    if (!row.heads) return {};
    const [layers, heads, height, width] = row.heads;
    const tiles = [];
    for (let tile = 0; tile < layers * heads; tile += 1) {
      const weights = bytes.subarray(byte, byte + height * width);
      byte += height * width;
      tiles.push(bitmap(width, height, (cell) => sequential[weights[cell]]));
    }
    return { tiles };
  });
}

// progress: how far the numbers have moved from row to row, from 0 to 1.
function paint(canvas, state, progress = 1, density = 2) {
  const { data, box, fonts, colours } = state;
  const pen = sized(canvas, box.width, box.height, density);
  pen.textBaseline = "alphabetic";
  data.rows.forEach((row, index) => {
    const place = box.rows[index];
    paintLabel(pen, row, place, state);
    const { canvas: strip, tiles } = state.bitmaps[index];
    if (place.chips) paintChips(pen, place, state);
    if (strip) {
      const { x, y, width, height } = place.picture;
      // Row after row, each begins at the row above.
      const arrived = Math.max(0, Math.min(1, progress * data.rows.length - index));
      const from = index && progress < 1 ? box.rows[index - 1].picture.y : y;
      pen.globalAlpha = arrived;
      pen.imageSmoothingEnabled = height < strip.height || width < strip.width;
      pen.drawImage(strip, x, from + (y - from) * (1 - (1 - arrived) ** 2), width, height);
      pen.globalAlpha = 1;
    }
    if (tiles) paintHeads(pen, tiles, place.heads, state);
  });
  if (box.path) paintPath(pen, state, progress);
}

function paintLabel(pen, row, { y, height, label }, { box, fonts, colours, dark }) {
  const { size, line, narrow } = box;
  let base = y + (narrow ? 0 : Math.max(0, (height - label.height) / 2)) + size.name;
  pen.fillStyle = row.colour[dark ? "dark" : "light"];
  pen.font = fonts.name(size.name);
  pen.fillText(row.name, 0, base);
  pen.fillStyle = colours.quiet;
  pen.font = fonts.code(size.small);
  if (label.beside) pen.fillText(label.shape, label.named + 10, base);
  base += line.name - size.name;
  pen.font = fonts.text(size.small);
  for (const each of label.lines) {
    base += line.small;
    pen.fillText(each, 0, base - 4);
  }
  pen.font = fonts.code(size.small);
  if (!label.beside && label.shape) pen.fillText(label.shape, 0, base + line.small - 4);
}

function paintChips(pen, { picture, chips }, { box, fonts, colours, data, cell }) {
  const y0 = picture.y + Math.max(0, (picture.height - chips.whole) / 2);
  pen.font = fonts.code(box.size.small);
  for (const { text, x, line, width, more } of chips.placed) {
    const y = y0 + line * (chips.height + 5);
    if (!more) {
      pen.strokeStyle = colours.line;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.roundRect(picture.x + x + 0.5, y + 0.5, width - 1, chips.height - 1, 5);
      pen.stroke();
    }
    pen.fillStyle = more ? colours.quiet : colours.ink;
    pen.fillText(text, picture.x + x + 6, y + chips.height * 0.7);
  }
}

function paintHeads(pen, tiles, grid, { fonts, box, colours }) {
  pen.font = fonts.text(box.size.small);
  for (let layer = 0; layer < grid.layers; layer += 1) {
    const start = headPlace(grid, layer, 0);
    pen.fillStyle = colours.quiet;
    pen.fillText(shortened(pen, `layer ${layer + 1}`, grid.width), start.x, start.y - 4);
    for (let head = 0; head < grid.heads; head += 1) {
      const { x, y, side } = headPlace(grid, layer, head);
      const tile = tiles[layer * grid.heads + head];
      pen.imageSmoothingEnabled = side < tile.width;
      pen.drawImage(tile, x, y, side, side);
    }
  }
}

// Dots on one scale, joined from row to row; the guess is an open ring in the last row.
function paintPath(pen, { data, box, fonts, colours }, progress) {
  const { values, title, guess, low } = data.path;
  const number = 58 * (box.size.small / SMALL);
  const left = box.width - box.path.width + 8;
  const x = (value) => left + ((value - low) / (1 - low)) * (box.path.width - number - 16);
  pen.fillStyle = colours.quiet;
  pen.font = fonts.text(box.size.small);
  pen.fillText(shortened(pen, title, box.path.width), left - 8, box.size.small);
  const middle = (index) => box.rows[index].picture.y + box.rows[index].picture.height / 2;
  const shown = values.map((value, index) => ({ value, index })).filter(({ value }) => value !== null);
  const visible = shown.filter(({ index }) => progress * data.rows.length >= index + 1);
  const [first, last] = [middle(shown[0].index), middle(shown.at(-1).index)];
  pen.strokeStyle = colours.line;
  pen.lineWidth = 1;
  const end = box.path.strips && !box.narrow ? box.height : last + 12;
  for (const value of [low, 0, 1]) {
    pen.beginPath();
    pen.moveTo(x(value), first - 12);
    pen.lineTo(x(value), end);
    pen.stroke();
  }
  pen.strokeStyle = colours.query;
  pen.lineWidth = 2;
  pen.beginPath();
  for (const { value, index } of visible) pen.lineTo(x(value), middle(index));
  pen.stroke();
  for (const { value, index } of visible) {
    pen.beginPath();
    pen.arc(x(value), middle(index), 5, 0, 2 * Math.PI);
    pen.fillStyle = colours.query;
    pen.fill();
    pen.fillStyle = colours.ink;
    pen.font = fonts.code(box.size.small);
    pen.fillText(value.toFixed(3).replace("-", "−"), box.width - number, middle(index) + box.size.small * 0.35);
  }
  if (box.path.strips && visible.length === shown.length) paintGuesses(pen, data.path, box, fonts, colours, x, last);
  if (guess === null) return;
  pen.strokeStyle = colours.word;
  pen.lineWidth = 3;
  pen.beginPath();
  pen.arc(x(guess), last, 9, 0, 2 * Math.PI);
  pen.stroke();
}

// The guesses of a class below the rows, on the scale of the path, and its last value through them. last: its y. On a
// phone that scale is too short, so they have one of the whole width.
function paintGuesses(pen, { rounds, values, low, places }, box, fonts, colours, along, last) {
  const { y, height, room } = box.path.strips;
  const x = box.narrow ? (value) => 8 + ((value - low) / (1 - low)) * (box.width - 16) : along;
  const width = (x(1) - x(low)) / places;
  const truth = x(values.findLast((value) => value !== null));
  const bottom = y + rounds.length * height;
  pen.strokeStyle = colours.query;
  pen.lineWidth = 1.5;
  pen.setLineDash([4, 4]);
  pen.beginPath();
  pen.moveTo(truth, box.narrow ? y : last + 8);
  pen.lineTo(truth, bottom);
  pen.stroke();
  pen.setLineDash([]);
  pen.font = fonts.text(box.size.small);
  if (box.narrow) paintEnds(pen, low, x, bottom, box, colours);
  rounds.forEach((round, number) => {
    const base = y + (number + 1) * height - 2;
    pen.fillStyle = colours.word;
    pen.globalAlpha = number === rounds.length - 1 ? 1 : PALE;
    for (const mark of stripMarks(rounds, number, x, base, room, width)) {
      pen.beginPath();
      if (mark.r) pen.arc(mark.x, mark.y, mark.r, 0, 2 * Math.PI);
      else pen.rect(mark.x, mark.y, mark.width, mark.height);
      pen.fill();
    }
    pen.globalAlpha = 1;
    pen.fillStyle = colours.ink;
    pen.fillRect(x(round.median) - 1, base - room, 2, room);
    pen.fillStyle = colours.word;
    // The rows leave the place at the left empty.
    pen.textAlign = box.narrow ? "left" : "right";
    pen.strokeStyle = colours.paper;
    pen.lineWidth = 4;
    pen.strokeText(stripName(round), box.narrow ? 0 : box.width, base - room - 5);
    pen.fillText(stripName(round), box.narrow ? 0 : box.width, base - room - 5);
    pen.textAlign = "left";
  });
}

function paintEnds(pen, low, x, y, box, colours) {
  pen.fillStyle = colours.line;
  pen.fillRect(x(low), y, x(1) - x(low), 1);
  pen.fillStyle = colours.quiet;
  pen.fillText(low.toFixed(low ? 2 : 0).replace("-", "−"), 0, y + box.size.small);
  pen.textAlign = "right";
  pen.fillText("1", box.width, y + box.size.small);
  pen.textAlign = "left";
}

// Frames: the token under the pointer in every row, and its cell or head.
function outline(canvas, state) {
  const { data, box, cell, colours } = state;
  const pen = sized(canvas, box.width, box.height);
  if (!cell) return;
  pen.strokeStyle = colours.ink;
  data.rows.forEach((row, index) => {
    const place = box.rows[index];
    if (cell.head !== undefined) {
      if (index !== cell.row) return;
      const { x, y, side } = headPlace(place.heads, cell.layer, cell.head);
      pen.lineWidth = 2;
      pen.strokeRect(x - 1, y - 1, side + 2, side + 2);
      return;
    }
    pen.lineWidth = 1.5;
    const chip = place.chips && place.chips.placed.find((each) => each.index === cell.token);
    if (chip) {
      const y = place.picture.y + Math.max(0, (place.picture.height - place.chips.whole) / 2);
      pen.strokeRect(place.picture.x + chip.x, y + chip.line * (place.chips.height + 5), chip.width, place.chips.height);
    }
    if (!row.matrix || (cell.column === undefined && row.matrix[0] === 1)) return;
    const { x, y, width, height } = place.picture;
    const [rows, columns] = row.matrix;
    const high = height / rows;
    const top = y + (rows > 1 ? cell.token * high : 0);
    if (rows > 1) pen.strokeRect(x, top, width, Math.max(high, 2));
    if (cell.column === undefined || cell.column >= columns) return;
    pen.lineWidth = index === cell.row ? 2.5 : 1;
    pen.strokeRect(x + (cell.column * width) / columns, top, Math.max(width / columns, 2), Math.max(high, 2));
  });
}
