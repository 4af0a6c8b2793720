// The layout of the heads view: positions on the canvas, in CSS pixels.

const GAP = 4;
const TEXT = 14; // the size of names, before they are enlarged for presenters
const BAR = 7; // below a thumbnail: how strongly the head follows its pattern
const LARGEST_CELL = 64;
const LEAST_TILE = 24;

// room: the height there is, which is Infinity where the page scrolls.
function layout(width, data, measure, room = Infinity) {
  const size = TEXT * textScale();
  if (data.labelled) return { ...labelledLayout(width, data, measure, room, size), size };
  const grid = data.across !== null;
  const left = grid ? size + 10 : 0;
  const top = grid ? size + 8 : 0;
  const named = grid ? 0 : size + 5;
  const count = data.heads.length;
  // With many more rows than columns, cells are flattened so that a thumbnail is not as high as the screen.
  const shape = Math.max(0.2, Math.min(1.5, data.height / data.width));
  const fits = (across) => {
    const tileWidth = (width - left - GAP * (across - 1)) / across;
    const down = Math.ceil(count / across);
    const most = (room - top) / down - named - BAR - GAP;
    return { across, down, tileWidth, tileHeight: Math.max(LEAST_TILE, Math.min(tileWidth * shape, most)) };
  };
  let chosen = fits(data.across ?? Math.max(2, Math.floor((width + GAP) / (96 + GAP))));
  if (!grid && Number.isFinite(room)) {
    // As many in a row as make the thumbnails largest.
    for (let across = chosen.across + 1; across <= Math.min(count, 24); across += 1) {
      const other = fits(across);
      const area = ({ tileWidth, tileHeight }) => Math.min(tileWidth * shape, tileHeight);
      if (area(other) > area(chosen)) chosen = other;
    }
  }
  const { across, down, tileHeight } = chosen;
  const tileWidth = grid ? chosen.tileWidth : Math.min(chosen.tileWidth, tileHeight / shape);
  const step = { x: chosen.tileWidth + GAP, y: tileHeight + named + BAR + GAP };
  const height = Math.ceil(Math.max(1, top + down * step.y - GAP)); // whole pixels need no scaling
  return { grid, left, top, across, tileWidth, tileHeight, named, step, width, height, size };
}

// One large matrix, with room for the labels of its tokens.
function labelledLayout(width, data, measure, room, size) {
  const longest = (places) => Math.min(9 * size, 10 + Math.max(...places.map((place) => measure(data.tokens[place]))));
  const left = longest(data.rows);
  const widest = Math.max(...data.columns.map((place) => measure(data.tokens[place])));
  const across = Math.min(LARGEST_CELL, (width - left - 2) / data.width);
  // Labels too long to fit above their column are turned upright.
  const upright = widest > across - 4;
  const top = upright ? longest(data.columns) : size + 9;
  const down = Number.isFinite(room) ? (room - top - 2) / data.height : Math.max(640, across * data.width) / data.height;
  const cell = across;
  const cellHeight = Math.min(cell, down);
  const tileWidth = cell * data.width;
  const tileHeight = cellHeight * data.height;
  const step = { x: tileWidth, y: tileHeight };
  const height = Math.ceil(top + tileHeight + 2);
  return { left, top, across: 1, tileWidth, tileHeight, named: 0, step, width, height, cell, cellHeight, upright };
}

function corner(box, tile) {
  return {
    x: box.left + (tile % box.across) * box.step.x,
    y: box.top + box.named + Math.floor(tile / box.across) * box.step.y,
  };
}

// The thumbnail and the cell under a pointer; between thumbnails there is no cell.
function at(state, event) {
  const { data, box } = state;
  const area = event.currentTarget.getBoundingClientRect();
  const x = event.clientX - area.left - box.left;
  const y = event.clientY - area.top - box.top;
  const across = Math.floor(x / box.step.x);
  const tile = Math.floor(y / box.step.y) * box.across + across;
  if (x < 0 || y < 0 || across >= box.across || tile >= data.heads.length) return null;
  const start = corner(box, tile);
  const column = Math.floor(((x + box.left - start.x) / box.tileWidth) * data.width);
  const row = Math.floor(((y + box.top - start.y) / box.tileHeight) * data.height);
  const inside = column >= 0 && row >= 0 && column < data.width && row < data.height;
  return inside ? { tile, row, column } : { tile };
}
