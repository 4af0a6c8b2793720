// What a picture does when it opens: rows are added up, or their mean is taken. At most 400 ms, and never where the
// reader's system asks for less motion.

const MOVES_FOR = 400;

// wanted: false for a picture that the reader has seen. Returns how to start and end it, and whether it is under way.
function movementOf(state, canvas, wanted) {
  const frameOf = { adds: rowsAreAdded, pools: rowsArePooled }[state.data.moves];
  const still = !wanted || !frameOf || matchMedia("(prefers-reduced-motion: reduce)").matches;
  let begun = still ? null : undefined; // undefined: not yet; null: over
  let next = 0;
  const step = (now) => {
    begun ??= now;
    const part = (now - begun) / MOVES_FOR;
    // A picture that is not laid out yet is painted when it is.
    const over = part >= 1 || !canvas.isConnected || !state.box;
    canvas.closest(".stage").dataset.moving = over ? "" : "yes";
    if (over) {
      begun = null;
      if (state.box) paint(canvas, state, getComputedStyle(canvas));
      return;
    }
    frameOf(state, canvas, part);
    next = requestAnimationFrame(step);
  };
  return {
    isRunning: () => begun !== null && begun !== undefined,
    start: () => begun !== null && (next = requestAnimationFrame(step)),
    end: () => cancelAnimationFrame(next),
  };
}

// Words unfold into their rows; then all addends slide into the last matrix, their sum.
function rowsAreAdded(state, canvas, part) {
  const { data, box } = state;
  const last = data.names.length - 1;
  const pen = paint(canvas, state, getComputedStyle(canvas));
  const unfolded = eased(Math.min(1, part / 0.4));
  const slid = eased(Math.max(0, (part - 0.4) / 0.6));
  const sum = corner(box, last);
  pen.clearRect(sum.x, sum.y, box.tileWidth, box.tileHeight);
  cellsOf(state).slice(0, last).forEach((tile, index) => {
    const { x, y } = corner(box, index);
    pen.clearRect(x + unfolded * box.tileWidth, y, (1 - unfolded) * box.tileWidth, box.tileHeight);
    if (!slid) return;
    pen.globalAlpha = 1 / (index + 1); // each has the same weight in what lies on one another
    pen.drawImage(tile, x, y + slid * (sum.y - y), box.tileWidth, box.tileHeight);
    pen.globalAlpha = 1;
  });
}

// All rows above the first empty one slide onto the row below it, their mean.
function rowsArePooled(state, canvas, part) {
  const { data, box, values } = state;
  const rows = Array.from({ length: data.height }, (_, row) => row).findIndex((row) => Number.isNaN(values[row * data.width]));
  const pen = paint(canvas, state, getComputedStyle(canvas));
  const height = box.tileHeight / data.height;
  const { x, y } = corner(box, 0);
  const mean = y + (rows + 1) * height;
  const slid = eased(part);
  pen.clearRect(x, mean, box.tileWidth, y + box.tileHeight - mean);
  for (let row = 0; row < rows; row += 1) {
    const from = y + row * height;
    pen.globalAlpha = 1 / (row + 1);
    pen.drawImage(cellsOf(state)[0], 0, row, data.width, 1, x, from + slid * (mean - from), box.tileWidth, height);
  }
  pen.globalAlpha = 1;
}

function eased(part) {
  return part * part * (3 - 2 * part);
}
