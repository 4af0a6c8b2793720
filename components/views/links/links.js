// Two columns of tokens and lines between them: queries on the left, keys on the right.
//
// Pointing at a token leaves only its own lines; clicking keeps them and picks the token. The weights are whole
// numbers of ten-thousandths. Text from the reader only ever goes into textContent, never into markup.

const STATES = new WeakMap();
const THICKEST = 7;
const NUMBER = 56; // the width of a weight beside its token, before it is enlarged

export default function ({ data: payload, parentElement, setTriggerValue }) {
  const { data, bytes } = unpacked(payload);
  const root = parentElement.querySelector(".view");
  const previous = STATES.get(root);
  const parts = {
    stage: root.querySelector(".stage"),
    picture: root.querySelector(".picture"),
    readout: root.querySelector(".readout"),
  };
  const state = {
    data,
    values: new Uint16Array(bytes.buffer, bytes.byteOffset),
    colours: data.colours[isDark(root) ? "dark" : "light"],
    pinned: previous && samePlaces(previous.data, data) ? previous.pinned : null,
    cursor: previous && samePlaces(previous.data, data) ? previous.cursor : null,
    trigger: setTriggerValue,
  };
  STATES.set(root, state);
  state.link = linkedTo(data.channel, root, (heard) => hear(state, parts, heard));
  describedAs(parts.picture, data.alt);
  parts.stage.setAttribute("aria-label", `${data.alt}. Up and down move from token to token, left and right change sides, Enter picks one.`);

  const draw = () => {
    if (!parts.stage.clientWidth) return; // the page is being left
    build(state, parts, roomFor(root, parts.stage));
    focus(state, parts, state.pinned);
  };
  const end = redrawn(parts.stage, draw);
  draw();

  parts.stage.onpointermove = (event) => point(state, parts, under(state, parts, event));
  parts.stage.onpointerleave = () => point(state, parts, null);
  parts.stage.onclick = (event) => pick(state, parts, under(state, parts, event));
  parts.stage.onkeydown = (event) => move(state, parts, event);
  const give = handedOut(data.file, () => svgDrawing(parts.picture));
  return () => {
    give();
    end();
    state.link.end();
  };
}

function samePlaces(one, other) {
  return JSON.stringify([one.tokens, one.rows, one.columns]) === JSON.stringify([other.tokens, other.rows, other.columns]);
}

function weight(state, head, row, column) {
  const { rows, columns } = state.data;
  return state.values[(head * rows.length + row) * columns.length + column];
}

function printed(steps) {
  return (steps / 10000).toFixed(4);
}

// The thickest lines of each row that together reach the requested share.
function edges(state) {
  const { data } = state;
  const found = [];
  data.names.forEach((_, head) => {
    data.rows.forEach((_, row) => {
      const given = data.columns.map((_, column) => ({ head, row, column, steps: weight(state, head, row, column) }));
      const whole = given.reduce((sum, edge) => sum + edge.steps, 0);
      given.sort((one, other) => other.steps - one.steps);
      let sum = 0;
      for (const edge of given) {
        if (edge.steps === 0 || sum >= (whole * data.share) / 100) break;
        sum += edge.steps;
        found.push(edge);
      }
    });
  });
  return found.sort((one, other) => one.steps - other.steps);
}

// ---------------------------------------------------------------- drawing

function build(state, parts, room) {
  const { data, colours } = state;
  const width = parts.stage.clientWidth;
  const count = Math.max(data.rows.length, data.columns.length);
  const scale = textScale();
  const size = 14 * scale;
  const above = 24 * scale;
  const legend = data.names.length > 1 ? 22 * scale * data.names.length + 8 : 0;
  const least = 6; // pixels from token to token; where it is less than a line, every second or third is named
  const most = Number.isFinite(room) ? (room - legend - above) / count : Infinity;
  // Where the page scrolls, both columns should be in sight at once.
  const largest = count > 24 ? 20 : Number.isFinite(room) ? 52 : 30;
  const step = Math.max(least, Math.min(largest * scale, most));
  const every = Math.ceil((size + 1) / step);
  const height = legend + above + count * step;
  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = `${size}px ${CODE_FONT}`;
  const widestName = width * 0.3;
  const widest = (places) => Math.min(widestName, Math.max(...places.map((place) => ruler.measureText(data.tokens[place]).width)));
  state.left = NUMBER * scale + widest(data.rows) + 10;
  state.right = width - NUMBER * scale - widest(data.columns) - 10;
  state.y = (index) => legend + above + (index + 0.5) * step;
  state.index = (y) => Math.floor((y - legend - above) / step);

  const svg = parts.picture;
  svg.replaceChildren();
  for (const [name, value] of Object.entries({ xmlns: SVG_SPACE, viewBox: `0 0 ${width} ${height}`, width, height })) {
    svg.setAttribute(name, value);
  }
  const title = svgElement("title");
  title.textContent = data.alt;
  svg.append(title);
  if (legend) drawLegend(svg, state);
  const text = (x, y, content, attributes) => {
    const element = svgElement("text", { x, y, "font-size": size, "dominant-baseline": "central", ...attributes });
    element.textContent = content;
    svg.append(element);
    return element;
  };
  const heading = { "font-family": "inherit", "font-size": size };
  text(0, legend + 10, "query: who is looking", { ...heading, fill: colours.query });
  text(width, legend + 10, "key: at whom", { ...heading, fill: colours.key, "text-anchor": "end" });
  state.lines = edges(state).map((edge) => ({ ...edge, element: line(state, edge, colours.heads[edge.head]) }));
  svg.append(...state.lines.map((each) => each.element));
  const marked = data.picked.map((place, side) => data[side ? "columns" : "rows"].indexOf(place));
  if (Math.min(...marked) >= 0) {
    const [row, column] = marked;
    const element = line(state, { row, column, steps: weight(state, 0, row, column) }, colours.query);
    element.setAttribute("stroke-opacity", 0.9);
    element.classList.add("picked");
    svg.append(element);
    state.lines.push({ head: 0, row, column, element });
  }
  state.ghost = svgElement("path", { fill: "none", stroke: colours.ink, visibility: "hidden" });
  svg.append(state.ghost);
  const label = (side, place, index) => {
    const query = side === "rows";
    const x = query ? state.left - 8 : state.right + 8;
    const isPicked = place === data.picked[query ? 0 : 1];
    // The picked token is always named; what would touch its name is not.
    const near = every > 1 && Math.abs(index - data[side].indexOf(data.picked[query ? 0 : 1])) < every;
    const named = isPicked || (index % every === 0 && !near);
    const name = text(x, state.y(index), named ? shortened(ruler, data.tokens[place], widestName) : "", {
      "font-family": CODE_FONT,
      fill: isPicked ? colours[query ? "query" : "key"] : colours.ink,
      "font-weight": isPicked ? 700 : 400,
      "text-anchor": query ? "end" : "start",
    });
    const number = text(query ? 2 : width - 2, state.y(index), "", {
      "font-family": CODE_FONT,
      "font-size": size,
      fill: colours.quiet,
      "text-anchor": query ? "start" : "end",
    });
    return { name, number };
  };
  state.labels = {
    rows: data.rows.map((place, index) => label("rows", place, index)),
    columns: data.columns.map((place, index) => label("columns", place, index)),
  };
}

function drawLegend(svg, { data, colours }) {
  data.names.forEach((name, head) => {
    const y = (10 + 22 * head) * textScale();
    const stroke = { stroke: colours.heads[head], "stroke-width": 4 };
    const text = svgElement("text", { x: 36, y, fill: colours.ink, "font-size": 14 * textScale(), "dominant-baseline": "central" });
    text.textContent = name;
    svg.append(svgElement("line", { x1: 4, x2: 28, y1: y, y2: y, ...stroke }), text);
  });
}

function line(state, { head = 0, row, column, steps }, colour) {
  const element = svgElement("path", {
    class: "line",
    fill: "none",
    stroke: colour,
    "stroke-opacity": (0.05 + 0.55 * (steps / 10000) ** 0.6).toFixed(3),
    "data-row": row,
    "data-column": column,
  });
  if (state.data.off && head === 0) {
    element.setAttribute("stroke-dasharray", "3 5");
    element.setAttribute("stroke-opacity", 0.3);
  }
  bend(element, state, row, column, steps);
  return element;
}

function bend(element, state, row, column, steps) {
  const [from, to] = [state.y(row), state.y(column)];
  const middle = (state.left + state.right) / 2;
  element.setAttribute("d", `M${state.left} ${from} C${middle} ${from} ${middle} ${to} ${state.right} ${to}`);
  element.setAttribute("stroke-width", Math.max(0.6, (THICKEST * steps) / 10000).toFixed(2));
}

// ---------------------------------------------------------------- pointing: { row, column }, one of them undefined

function under(state, parts, event) {
  const area = parts.stage.getBoundingClientRect();
  const x = event.clientX - area.left;
  const side = x < (state.left + state.right) / 2 ? "rows" : "columns";
  const index = state.index(event.clientY - area.top);
  if (index < 0 || index >= state.data[side].length) return null;
  return side === "rows" ? { row: index } : { column: index };
}

function point(state, parts, at) {
  parts.readout.setAttribute("aria-live", "polite");
  focus(state, parts, at ?? state.pinned);
  const { rows, columns } = state.data;
  state.link.tell({ row: at ? rows[at.row] : undefined, column: at ? columns[at.column] : undefined });
}

function hear(state, parts, heard) {
  if (heard.asks || heard.open) return;
  // Only the picture under the pointer updates its readout: a screen reader would read out both.
  parts.readout.setAttribute("aria-live", "off");
  const index = (side, place) => (place === undefined ? -1 : state.data[side].indexOf(place));
  const row = index("rows", heard.row);
  const column = index("columns", heard.column);
  const at = { ...(row >= 0 && { row }), ...(column >= 0 && { column }) };
  focus(state, parts, row >= 0 || column >= 0 ? at : state.pinned);
}

function focus(state, parts, at) {
  if (!state.labels) return;
  const { data } = state;
  const matches = ({ row, column }) =>
    (at.row === undefined || row === at.row) && (at.column === undefined || column === at.column);
  parts.picture.classList.toggle("isolating", Boolean(at));
  for (const each of state.lines) each.element.classList.toggle("lit", Boolean(at) && matches(each));
  const both = at && at.row !== undefined && at.column !== undefined;
  state.ghost.setAttribute("visibility", both ? "visible" : "hidden");
  if (both) bend(state.ghost, state, at.row, at.column, weight(state, 0, at.row, at.column));
  state.labels.columns.forEach(({ number }, column) => {
    const shown = at && at.row !== undefined && (at.column === undefined || at.column === column);
    say(number, shown ? printed(weight(state, 0, at.row, column)) : "");
  });
  state.labels.rows.forEach(({ number }, row) => {
    const shown = at && at.row === undefined && at.column !== undefined;
    say(number, shown ? printed(weight(state, 0, row, at.column)) : "");
  });
  parts.readout.textContent = at ? describe(state, at) : "Point at a token to see its lines alone; click to pick it.";
}

// Writing anew what stands there already would cost as much as writing something else.
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function describe(state, { row, column }) {
  const { data } = state;
  const name = (side, index) => isolated(data.tokens[data[side][index]]);
  if (row !== undefined && column !== undefined) {
    return `${name("rows", row)} → ${name("columns", column)}  ${printed(weight(state, 0, row, column))}`;
  }
  const fixed = row !== undefined;
  const other = fixed ? "columns" : "rows";
  const given = data[other].map((_, index) => ({
    token: name(other, index),
    steps: fixed ? weight(state, 0, row, index) : weight(state, 0, index, column),
  }));
  given.sort((one, two) => two.steps - one.steps);
  const most = given.slice(0, 3).map(({ token, steps }) => `${token} ${printed(steps)}`);
  const verb = fixed ? "looks at" : "is looked at by";
  return `${name(fixed ? "rows" : "columns", fixed ? row : column)} ${verb} ${most.join(", ")}`;
}

// ---------------------------------------------------------------- picking and the keyboard

function pick(state, parts, at) {
  if (!at) return;
  const again = state.pinned && state.pinned.row === at.row && state.pinned.column === at.column;
  state.pinned = again ? null : at;
  focus(state, parts, state.pinned);
  if (again) return;
  const query = at.row !== undefined;
  state.trigger("picked", [query ? "query" : "key", query ? state.data.rows[at.row] : state.data.columns[at.column]]);
}

function move(state, parts, event) {
  if (event.key === "Escape") {
    state.pinned = null;
    point(state, parts, null);
    return;
  }
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    pick(state, parts, state.cursor);
    return;
  }
  if (!event.key.startsWith("Arrow")) return;
  event.preventDefault();
  const onRows = state.cursor ? state.cursor.row !== undefined : true;
  const current = state.cursor ? (state.cursor.row ?? state.cursor.column) : -1;
  const side = event.key === "ArrowLeft" ? true : event.key === "ArrowRight" ? false : onRows;
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? (current < 0 ? 1 : 0);
  const count = state.data[side ? "rows" : "columns"].length;
  const next = Math.max(0, Math.min(count - 1, current + by));
  state.cursor = side ? { row: next } : { column: next };
  point(state, parts, state.cursor);
}
