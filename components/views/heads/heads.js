// Attention weights on one canvas: thumbnails of many heads, or one head large with its tokens named.
//
// The weights arrive as whole numbers of ten-thousandths or hundredths and stay in the browser: hovering and resizing
// need no request to the server, and the numbers in the readout are exact to their last digit. Text from the reader (tokens) is only
// ever drawn on the canvas or put into textContent, never into markup.

const STATES = new WeakMap();

export default function ({ data: payload, parentElement, setTriggerValue }) {
  const { data, bytes } = unpacked(payload);
  const root = parentElement.querySelector(".view");
  const previous = STATES.get(root);
  const parts = {
    stage: root.querySelector(".stage"),
    picture: root.querySelector(".picture"),
    overlay: root.querySelector(".overlay"),
    readout: root.querySelector(".readout"),
  };
  const state = {
    data,
    values: data.decimals === 4 ? new Uint16Array(bytes.buffer, bytes.byteOffset) : bytes,
    dark: isDark(root),
    saved: document.createElement("canvas"), // the picture as it is saved, sharper than most screens
    open: data.open ? data.heads.findIndex(([layer, head]) => layer === data.open[0] && head === data.open[1]) : -1,
    cell: null, // what the reader points at here
    lit: null, // what is lit up: the same, or what another picture points at
    cursor: Math.min(previous ? previous.cursor : 0, data.heads.length - 1),
    trigger: setTriggerValue,
  };
  if (state.open >= 0 && !previous) state.cursor = state.open; // the keyboard starts at the open head
  STATES.set(root, state);
  state.link = linkedTo(data.channel, root, (heard) => hear(state, parts, heard));
  const how = data.labelled
    ? "Arrow keys move from cell to cell, Enter picks one."
    : `Arrow keys move from head to head, with Shift from cell to cell; Enter: ${data.does}.`;
  describedAs(parts.picture, data.alt);
  parts.stage.setAttribute("aria-label", `${data.alt}. ${how}`);
  parts.readout.textContent = data.hint;

  const ruler = parts.picture.getContext("2d");
  const draw = () => {
    if (!parts.stage.clientWidth) return; // the page is being left
    ruler.font = `${TEXT * textScale()}px ${CODE_FONT}`;
    const measure = (text) => ruler.measureText(text).width;
    state.box = layout(parts.stage.clientWidth, data, measure, roomFor(root, parts.stage));
    parts.stage.dataset.box = JSON.stringify({ ...state.box, cells: [data.height, data.width] }); // where everything stands, for tests
    paint(parts.picture, state.saved, state);
    outline(parts.overlay, state);
  };
  const end = redrawn(parts.stage, draw);
  draw();
  // The two pictures may start in either order; the thumbnails are always told which head is open.
  state.link.tell(data.labelled ? { open: data.heads[0] } : { asks: true });

  parts.stage.onpointermove = (event) => point(state, parts, at(state, event));
  parts.stage.onpointerleave = () => point(state, parts, null);
  parts.stage.onclick = (event) => pick(state, at(state, event));
  parts.stage.onkeydown = (event) => move(state, parts, event);
  const give = handedOut(data.file, () => {
    const canvas = document.createElement("canvas");
    drawPicture(canvas, state, getComputedStyle(parts.picture), savedDensity(state.box.width));
    return canvasDrawing(canvas, state.box);
  });
  return () => {
    give();
    end();
    state.link.end();
  };
}

// ---------------------------------------------------------------- pointing

function point(state, parts, cell) {
  state.cell = cell;
  light(state, parts, cell);
  parts.readout.textContent = cell ? describe(state, cell) : state.data.hint;
  state.link.tell({ row: token(state, "rows", cell?.row), column: token(state, "columns", cell?.column) });
}

// Draw at most once per frame, however fast the pointer moves.
function light(state, parts, cell) {
  state.lit = cell;
  if (state.frame || !state.box) return;
  state.frame = requestAnimationFrame(() => {
    state.frame = 0;
    outline(parts.overlay, state);
  });
}

function hear(state, parts, heard) {
  const { data } = state;
  if (heard.asks && data.labelled) state.link.tell({ open: data.heads[0] });
  if (heard.asks) return;
  if (heard.open) {
    state.open = data.heads.findIndex(([layer, head]) => layer === heard.open[0] && head === heard.open[1]);
    // The keyboard starts at the open head.
    if (state.open >= 0) state.cursor = state.open;
    light(state, parts, state.lit);
    return;
  }
  const row = indexOf(data.rows, heard.row, data.block);
  const column = indexOf(data.columns, heard.column, data.block);
  const lit = row !== undefined || column !== undefined;
  light(state, parts, lit ? { tile: data.labelled ? 0 : undefined, row, column } : null);
}

function token(state, side, index) {
  return index === undefined ? undefined : state.data[side][index * state.data.block];
}

function describe(state, { tile, row, column }) {
  const { data } = state;
  const [layer, head] = data.heads[tile];
  const off = data.off[tile] ? ", off" : "";
  const name = `Layer ${layer + 1}, head ${head + 1}${off} (${data.says[tile]})`;
  if (row === undefined || column === undefined) return `${name}${data.labelled ? "" : `: click to ${data.does}`}`;
  const steps = state.values[(tile * data.height + row) * data.width + column];
  const weight = (steps / 10 ** data.decimals).toFixed(data.decimals);
  const from = isolated(data.tokens[token(state, "rows", row)]);
  const to = isolated(data.tokens[token(state, "columns", column)]);
  if (data.block === 1) return `${name}:  ${from} → ${to}  ${weight}`;
  return `${name}:  at most ${weight} from the ${data.block} tokens that start at ${from} to the ${data.block} that start at ${to}`;
}

// ---------------------------------------------------------------- picking and the keyboard

function pick(state, cell) {
  if (!cell) return;
  const { data } = state;
  if (!data.labelled) state.trigger("opened", data.heads[cell.tile]);
  else if (cell.row !== undefined) {
    state.trigger("picked", [token(state, "rows", cell.row), token(state, "columns", cell.column)]);
  }
}

function move(state, parts, event) {
  const { data, box } = state;
  if (event.key === "Escape") point(state, parts, null);
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    pick(state, data.labelled ? state.cell : { tile: state.cursor });
    return;
  }
  const steps = cellSteps(event);
  if (!steps) return;
  event.preventDefault();
  const [down, across] = steps;
  const { row, column } = state.cell ?? {};
  if (!data.labelled && !event.shiftKey) {
    const next = state.cursor + down * box.across + across;
    if (next >= 0 && next < data.heads.length) state.cursor = next;
    point(state, parts, row === undefined ? { tile: state.cursor } : { tile: state.cursor, row, column });
    return;
  }
  const within = (place, size) => Math.max(0, Math.min(size - 1, place));
  // The first press goes to the picked cell, or to the first one.
  const first = row === undefined || column === undefined;
  const marked = data.marked ?? [];
  point(state, parts, {
    tile: data.labelled ? 0 : state.cursor,
    row: first ? (indexOf(data.rows, marked[0], data.block) ?? 0) : within(row + down, data.height),
    column: first ? (indexOf(data.columns, marked[1], data.block) ?? 0) : within(column + across, data.width),
  });
}
