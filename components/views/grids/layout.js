// Where everything lies: the labels of columns on top, then the tables under one another, and a scale below.

const SMALL = 14; // sizes of text, in CSS pixels on an ordinary page
const NAME = 17;
const BETWEEN = 10; // between two tables
const LOWEST = 12; // heights of a row
const HIGHEST = 40;
const ON_A_PHONE = 24; // where the page scrolls

function layout(width, room, data, pen, family) {
  const scale = textScale();
  const size = { small: SMALL * scale, name: NAME * scale };
  const [down, across] = [data.rows.length, data.columns.length];
  pen.font = `${size.small}px ${family}`;
  const left = 8 + Math.max(...data.rows.map((label) => pen.measureText(label).width));
  const cell = (width - left - 1) / across;
  pen.font = `${size.small}px ${CODE_FONT}`;
  const names = data.columns.map((label) => shortened(pen, label, 7 * size.small));
  const widest = Math.max(...names.map((label) => pen.measureText(label).width));
  const upright = widest > cell - 4;
  const top = upright ? widest + 8 : size.small * 1.3 + 4;
  const named = data.grids.some((grid) => grid.name) ? size.name * 1.5 : 0;
  const scaleHeight = size.small * 1.9;
  const count = data.grids.length;
  const share = (room - top - count * named - (count - 1) * BETWEEN - scaleHeight) / (count * down);
  const row = Number.isFinite(room) ? Math.max(LOWEST, Math.min(HIGHEST * scale, share)) : ON_A_PHONE * scale;
  // The names of tables stand above their rows, the first of them above the names of the columns.
  const step = named + down * row + BETWEEN;
  const places = data.grids.map((_, index) => ({ y: named + top + index * step, named: index * step + (index ? top : 0) }));
  const height = Math.ceil(places.at(-1).y + down * row + scaleHeight);
  return { width, height, size, left, cell, row, names, upright, top, places, every: Math.ceil((size.small + 2) / cell), family };
}

function cellPlace(box, { grid, row, column }) {
  return { x: box.left + column * box.cell, y: box.places[grid].y + row * box.row, width: box.cell, height: box.row };
}
