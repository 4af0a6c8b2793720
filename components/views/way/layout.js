// Where everything lies: the rows under one another, each with its name at the left and its numbers beside it.

const GAP = 9; // between rows
const NAME = 17; // sizes of text, in CSS pixels on an ordinary page
const SMALL = 14;
const PAUSE = 16; // between the name of a row and its numbers
const DOTS = 26; // the height of a round of guesses below the path, without its name
const NARROW = 440; // below this width the name stands above the numbers
const STRIP = 11; // of a row of a matrix on a page that scrolls, at most this high

function layout(width, room, data, pen, fonts) {
  const scale = textScale();
  const narrow = width < NARROW;
  const size = { name: NAME * scale, small: SMALL * scale };
  const line = { name: Math.ceil(size.name * 1.3), small: Math.ceil(size.small * 1.28) };
  const path = data.path && { width: Math.min(narrow ? width * 0.32 : 230 * scale, width * 0.34), top: line.small * 1.5 };
  const left = narrow ? 0 : Math.min(236 * scale, width * 0.3);
  const box = { width, size, line, left, narrow, path, x: narrow ? 0 : left + PAUSE };
  box.across = width - box.x - (path ? path.width + PAUSE : 0);
  const labels = data.rows.map((row) => label(row, narrow ? width - (path ? path.width + PAUSE : 0) : left, box, pen, fonts));
  const chips = data.rows.map((row) => row.tokens.length && flow(row.tokens, box, pen, fonts));
  const top = path ? path.top : 0;
  const strip = line.small + 4 + DOTS * scale;
  const ends = narrow ? line.small : 0; // of their own axis
  const below = path && data.path.rounds.length ? 14 + strip * data.path.rounds.length + ends : 0;
  const heights = shares(data, labels, chips, box, room - top - below);
  let y = top;
  box.rows = data.rows.map((row, index) => {
    const above = narrow ? labels[index].lines.length ? labels[index].height : line.name : 0;
    const height = heights[index];
    const place = { y, height, above, label: fitted(labels[index], narrow ? Infinity : height, box), chips: chips[index] };
    place.picture = { x: box.x, y: y + above, width: box.across, height: height - above };
    if (row.heads) place.heads = thumbnails(row.heads, place.picture, line.small);
    y += height + GAP;
    return place;
  });
  if (below) path.strips = { y: y - GAP + 14, height: strip, room: DOTS * scale };
  box.height = y - GAP + below;
  return box;
}

// The words at the left of a row: its name and its shape on a line, if they fit, and a few words below.
function label(row, width, box, pen, fonts) {
  pen.font = fonts.name(box.size.name);
  const named = pen.measureText(row.name).width;
  pen.font = fonts.code(box.size.small);
  const beside = named + 10 + pen.measureText(row.shape).width <= width;
  pen.font = fonts.text(box.size.small);
  const lines = row.says ? wrapped(pen, row.says, width) : [];
  return { named, beside, lines, shape: row.shape, height: box.line.name + (lines.length + !beside * !!row.shape) * box.line.small };
}

// What of a label fits a height: all of it, or its name alone.
function fitted(label, height, box) {
  if (label.height <= height + 2) return label;
  const lines = label.lines.length && box.line.name + label.lines.length * box.line.small <= height + 2 ? label.lines : [];
  return { ...label, lines, shape: label.beside ? label.shape : "", height: box.line.name + lines.length * box.line.small };
}

function wrapped(pen, text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (pen.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

// Chips of tokens in at most two lines; the last says how many are left out.
function flow(tokens, box, pen, fonts) {
  pen.font = fonts.code(box.size.small);
  const height = Math.ceil(box.size.small * 1.65);
  const most = box.narrow ? 4 : 2;
  const placed = [];
  let [x, line] = [0, 0];
  const room = pen.measureText("… 888 more").width + 8;
  for (const [index, token] of tokens.entries()) {
    const text = shortened(pen, token, box.across / 3);
    const width = pen.measureText(text).width + 12;
    const limit = box.across - (line === most - 1 && index < tokens.length - 1 ? room : 0);
    if (x + width > limit && x > 0) {
      if (line === most - 1) {
        placed.push({ more: tokens.length - index, text: `… ${tokens.length - index} more`, x, line, width: room });
        break;
      }
      [x, line] = [0, line + 1];
    }
    placed.push({ text, x, line, width, index });
    x += width + 5;
  }
  return { placed, height, whole: (line + 1) * (height + 5) - 5 };
}

// The height of each row. Rows of tokens and rows with one vector take what their words need; the others share the rest.
function shares(data, labels, chips, box, room) {
  const words = labels.map((each) => (box.narrow ? each.height : 0));
  const single = (row) => row.matrix && row.matrix[0] === 1;
  const natural = data.rows.map((row, index) => {
    if (row.heads) return words[index] + headsHeight(row.heads, box);
    if (row.matrix) return words[index] + Math.max(22, Math.min(STRIP * row.matrix[0], 220));
    return words[index] + chips[index].whole;
  });
  if (!Number.isFinite(room)) return natural;
  const singles = data.rows.every((row) => single(row));
  const left = room - GAP * (data.rows.length - 1);
  if (singles) return data.rows.map(() => Math.max(14, Math.min(left / data.rows.length, 90)));
  const fixed = data.rows.map((row, index) => {
    if (row.tokens.length) return Math.max(chips[index].whole, box.line.name + box.line.small);
    return single(row) ? Math.max(30, box.line.name + 2 * box.line.small) : 0;
  });
  const parts = data.rows.map((row, index) => (fixed[index] ? 0 : row.heads ? 2 : 1));
  const rest = Math.max(left - fixed.reduce((sum, each) => sum + each, 0), 40);
  const whole = parts.reduce((sum, each) => sum + each, 0);
  return data.rows.map((_, index) => fixed[index] || (rest * parts[index]) / whole);
}

function headsHeight([layers], box) {
  return box.narrow ? Math.ceil(layers / 3) * 120 : 220;
}

// Layers side by side, or in several lines, each a block of its heads: as large as the place allows.
function thumbnails([layers, heads], place, named) {
  let best = null;
  for (let blocks = Math.min(layers, 12); blocks >= 1; blocks -= 1) {
    const lines = Math.ceil(layers / blocks);
    const width = (place.width + 10) / blocks - 10;
    const height = (place.height + 4) / lines - 4 - named;
    for (let columns = 1; columns <= heads; columns += 1) {
      const side = Math.min(width / columns, height / Math.ceil(heads / columns));
      if (!best || side > best.side + 0.01) best = { side, blocks, columns, lines, width, height: height + named };
    }
  }
  return { ...best, named, x: place.x, y: place.y, gap: 10, heads, layers };
}

function headPlace(grid, layer, head) {
  const x = grid.x + (layer % grid.blocks) * (grid.width + grid.gap) + (head % grid.columns) * grid.side;
  const y = grid.y + Math.floor(layer / grid.blocks) * (grid.height + 4) + grid.named + Math.floor(head / grid.columns) * grid.side;
  return { x, y, side: grid.side - 2 };
}
