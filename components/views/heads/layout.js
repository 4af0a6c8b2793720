// The layout of the heads view: positions on the canvas, in CSS pixels.

const GAP = 4;
const NAMED_TILE = 96; // the smallest width of a thumbnail with a name
const CAPTION = 15;
const LABEL = 15; // from one label to the next
const LARGEST_CELL = 38;

function layout(width, data, measure) {
  if (data.labelled) return labelledLayout(width, data, measure);
  const grid = data.across !== null;
  const left = grid ? 20 : 0;
  const top = grid ? 18 : 0;
  const across = grid ? data.across : Math.max(2, Math.floor((width + GAP) / (NAMED_TILE + GAP)));
  const tileWidth = (width - left - GAP * (across - 1)) / across;
  // With many more rows than columns, cells are flattened so that a thumbnail is not as high as the screen.
  const tileHeight = tileWidth * Math.max(0.2, Math.min(1.5, data.height / data.width));
  const named = grid ? 0 : CAPTION + 3;
  // A narrow thumbnail gets a caption in small type.
  const small = Math.max(10, Math.min(13, 0.34 * tileWidth));
  const under = grid ? small + 8 : CAPTION + 4;
  const down = Math.ceil(data.heads.length / across);
  const step = { x: tileWidth + GAP, y: tileHeight + named + under + GAP };
  const height = Math.ceil(Math.max(1, top + down * step.y - GAP)); // whole pixels need no scaling
  return { grid, left, top, across, tileWidth, tileHeight, named, under, small, step, width, height };
}

// One large matrix, with room for the labels of its tokens.
function labelledLayout(width, data, measure) {
  const longest = (places) => Math.min(120, 10 + Math.max(...places.map((place) => measure(data.tokens[place]))));
  const left = longest(data.rows);
  const cell = Math.min(LARGEST_CELL, (width - left - 2) / data.width);
  const tileWidth = cell * data.width;
  // Labels too long to fit above their column are turned upright.
  const upright = Math.max(...data.columns.map((place) => measure(data.tokens[place]))) > cell - 4;
  const top = upright ? longest(data.columns) : 22;
  const cellHeight = Math.min(cell, Math.max(640, tileWidth) / data.height);
  const tileHeight = cellHeight * data.height;
  const step = { x: tileWidth, y: tileHeight };
  const height = Math.ceil(top + tileHeight + 2);
  return { left, top, across: 1, tileWidth, tileHeight, named: 0, under: 0, step, width, height, cell, cellHeight, upright };
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
