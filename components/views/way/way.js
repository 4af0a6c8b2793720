// The way of a sentence through the encoder: a row for each step. Pointing at a token lights it in every row.
//
// The numbers arrive as bytes and stay in the browser. Text from the reader only ever goes onto the canvas or into
// textContent, never into markup.

const STATES = new WeakMap();
const MOVES = 400; // milliseconds that numbers take from the first row to the last

export default function ({ data: payload, parentElement, setTriggerValue }) {
  const { data, bytes } = unpacked(payload);
  const root = parentElement.querySelector(".view");
  const previous = STATES.get(root);
  const parts = Object.fromEntries(
    ["stage", "picture", "overlay", "readout", "links"].map((name) => [name, root.querySelector(`.${name}`)]),
  );
  const dark = isDark(root);
  const floats = data.rows.reduce((sum, row) => sum + (row.matrix ? row.matrix[0] * row.matrix[1] : 0), 0);
  const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, floats);
  const state = {
    data,
    dark,
    colours: data.colours[dark ? "dark" : "light"],
    bitmaps: bitmaps(data, numbers, bytes.subarray(floats * 4), dark),
    fonts: fontsOf(getComputedStyle(root).fontFamily),
    cell: null,
    open: (cell) => {
      if (cell?.head !== undefined) setTriggerValue("head", [cell.layer, cell.head]);
      else if (data.cells_clickable && cell?.column !== undefined) setTriggerValue("cell", [cell.row, cell.column]);
    },
  };
  STATES.set(root, state);
  describedAs(parts.picture, data.alt);
  const heads = data.rows.some((row) => row.heads);
  parts.stage.setAttribute("aria-label", `${data.alt}. Arrow keys move${heads ? ", Enter opens a head" : data.cells_clickable ? ", Enter follows a number" : ""}.`);
  parts.readout.textContent = data.hint;
  const buttons = linked(parts.links, data, (page) => setTriggerValue("page", page));

  const draw = (progress = 1) => {
    if (!parts.stage.clientWidth) return; // the page is being left
    const pen = parts.picture.getContext("2d");
    state.box = layout(parts.stage.clientWidth, roomFor(root, parts.stage), data, pen, state.fonts);
    paint(parts.picture, state, progress);
    outline(parts.overlay, state);
    place(buttons, state.box);
    parts.stage.dataset.box = JSON.stringify(state.box.rows.map(({ picture, heads: grid }) => ({ picture, grid })));
  };
  const end = redrawn(parts.stage, () => draw());
  const stop = moved(previous && data.subject && previous.data.subject !== data.subject, draw);

  parts.stage.onpointermove = (event) => point(state, parts, at(state, event));
  parts.stage.onpointerleave = () => point(state, parts, null);
  parts.stage.onclick = (event) => state.open(at(state, event));
  parts.stage.onkeydown = (event) => move(state, parts, event);
  const give = handedOut(data.file, () => {
    const canvas = document.createElement("canvas");
    paint(canvas, state, 1, savedDensity(state.box.width));
    return canvasDrawing(canvas, state.box);
  });
  return () => {
    end();
    stop();
    give();
  };
}

// Draw at once, or let the numbers move. Returns a function that ends the movement.
function moved(moves, draw) {
  if (!moves || matchMedia("(prefers-reduced-motion: reduce)").matches) {
    draw();
    return () => {};
  }
  const begun = performance.now();
  let frame = 0;
  const step = (now) => {
    const progress = Math.min(1, Math.max(0, now - begun) / MOVES);
    draw(progress);
    if (progress < 1) frame = requestAnimationFrame(step);
  };
  frame = requestAnimationFrame(step);
  return () => cancelAnimationFrame(frame);
}

function linked(nav, data, open) {
  nav.hidden = !data.rows.some((row) => row.page);
  const buttons = data.rows.map((row) => {
    if (!row.page) return null;
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `${row.name}: take it apart`);
    button.title = "Take it apart";
    button.onclick = (event) => {
      event.stopPropagation();
      open(row.page);
    };
    button.onkeydown = (event) => event.stopPropagation();
    return button;
  });
  nav.replaceChildren(...buttons.filter(Boolean));
  return buttons;
}

function place(buttons, box) {
  buttons.forEach((button, index) => {
    if (!button) return;
    const { y, height, label } = box.rows[index];
    const top = y + (box.narrow ? 0 : Math.max(0, (height - label.height) / 2));
    const wide = box.narrow ? label.named + 8 : box.left;
    Object.assign(button.style, { left: "-4px", top: `${top}px`, width: `${wide + 4}px`, height: `${label.height}px` });
  });
}

function at(state, event) {
  const area = event.currentTarget.getBoundingClientRect();
  const [x, y] = [event.clientX - area.left, event.clientY - area.top];
  for (const [index, row] of state.data.rows.entries()) {
    const place = state.box.rows[index];
    if (row.heads) {
      for (let number = 0; number < row.heads[0] * row.heads[1]; number += 1) {
        const [layer, head] = [Math.floor(number / row.heads[1]), number % row.heads[1]];
        const tile = headPlace(place.heads, layer, head);
        if (x >= tile.x && x < tile.x + tile.side && y >= tile.y && y < tile.y + tile.side) return { row: index, layer, head };
      }
    } else if (row.matrix) {
      const { picture } = place;
      const token = Math.floor(((y - picture.y) / picture.height) * row.matrix[0]);
      const column = Math.floor(((x - picture.x) / picture.width) * row.matrix[1]);
      const inside = token >= 0 && token < row.matrix[0] && column >= 0 && column < row.matrix[1];
      if (inside) return { row: index, token, column };
    } else if (place.chips) {
      const top = place.picture.y + Math.max(0, (place.picture.height - place.chips.whole) / 2);
      const line = Math.floor((y - top) / (place.chips.height + 5));
      const chip = place.chips.placed.find(
        (each) => each.line === line && x >= place.picture.x + each.x && x < place.picture.x + each.x + each.width,
      );
      if (chip && chip.index !== undefined) return { row: index, token: chip.index };
    }
  }
  return null;
}

function point(state, parts, cell) {
  state.cell = cell;
  outline(parts.overlay, state);
  const opens = cell?.head !== undefined || (state.data.cells_clickable && cell?.column !== undefined);
  parts.stage.style.cursor = opens ? "pointer" : "";
  parts.readout.textContent = cell ? describe(state, cell) : state.data.hint;
}

function describe(state, cell) {
  const { data } = state;
  const row = data.rows[cell.row];
  if (cell.head !== undefined) return `Layer ${cell.layer + 1}, head ${cell.head + 1}: click to open it`;
  if (cell.column === undefined) return row.tokens[cell.token];
  const value = state.bitmaps[cell.row].values[cell.token * row.matrix[1] + cell.column];
  const of = row.matrix[0] > 1 ? `${data.tokens[cell.token]} · ` : "";
  return `${row.name}: ${of}dimension ${cell.column + 1}  ${value.toFixed(3).replace("-", "−")}`;
}

// Arrow keys walk through the cells of a row, and beyond its edge into the next row.
function move(state, parts, event) {
  const { data } = state;
  if (event.key === "Enter" && state.cell) {
    event.preventDefault();
    state.open(state.cell);
    return;
  }
  const steps = cellSteps(event);
  if (!steps) return;
  event.preventDefault();
  const size = (row) => (row.matrix ? row.matrix : row.heads ? row.heads.slice(0, 2) : [1, row.tokens.length]);
  let { row, down, across } = state.keys ?? { row: data.rows.findIndex((each) => each.matrix), down: 0, across: 0 };
  const [rows, columns] = size(data.rows[row]);
  down += steps[0];
  across = Math.max(0, Math.min(columns - 1, across + steps[1]));
  if ((down < 0 && row > 0) || (down >= rows && row < data.rows.length - 1)) {
    row += steps[0];
    const [next, wide] = size(data.rows[row]);
    down = steps[0] > 0 ? 0 : next - 1;
    across = Math.min(across, wide - 1);
  }
  state.keys = { row, down: Math.max(0, Math.min(size(data.rows[row])[0] - 1, down)), across };
  const { matrix, heads } = data.rows[row];
  if (heads) point(state, parts, { row, layer: state.keys.down, head: across });
  else if (matrix) point(state, parts, { row, token: state.keys.down, column: across });
  else point(state, parts, { row, token: across });
}
