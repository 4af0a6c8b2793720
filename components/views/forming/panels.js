// The panels of the view: each draws what stays into its group, and returns a function that shows one checkpoint.
// Text from the reader only ever goes into textContent.

const SMALL = 14; // of text

function put(parent, name, attributes = {}, said = null) {
  const element = svgElement(name, attributes);
  if (said !== null) element.textContent = said;
  parent.append(element);
  return element;
}

function heading(panel, said) {
  put(panel.group, "text", { x: 0, y: panel.size, "font-size": panel.size, fill: panel.colours.ink, "font-weight": 600 }, said);
}

// Steps on a logarithmic axis that begins with 0.
function across(step, last, width) {
  return (width * Math.log1p(step)) / Math.log1p(last);
}

// The loss of each batch, the loss over all that can be asked, and the floors.
function lossPanel(panel, data) {
  const { group, colours, size, width, height } = panel;
  const [left, top, right, bottom] = [2.6 * size, 1.9 * size, width - 4, height - 2.9 * size];
  const tests = data.tests;
  const highest = Math.max(data.chance, ...data.losses, ...tests.map(([, loss]) => loss));
  const x = (step) => left + across(step, data.last, right - left);
  const y = (loss) => bottom - ((bottom - top) * loss) / (1.04 * highest);
  heading(panel, "Loss, in nats");
  const unit = highest > 2 ? 1 : highest > 0.8 ? 0.5 : 0.2;
  for (let value = 0; value <= highest; value += unit) {
    put(group, "line", { x1: left, x2: right, y1: y(value), y2: y(value), stroke: colours.line });
    put(group, "text", { x: left - 6, y: y(value) + size / 3, "font-size": size, fill: colours.quiet, "text-anchor": "end" },
      String(Math.round(10 * value) / 10));
  }
  for (const step of [0, 1, 10, 100, 1000].filter((each) => each <= data.last)) {
    put(group, "text", { x: x(step), y: bottom + 1.2 * size, "font-size": size, fill: colours.quiet, "text-anchor": "middle" }, String(step));
  }
  put(group, "text", { x: right, y: bottom + 2.4 * size, "font-size": size, fill: colours.quiet, "text-anchor": "end" },
    "step, on a logarithmic scale");
  const lines = [{ at: data.floor, said: `the least that is possible: ${data.floor.toFixed(3)}`, colour: colours.output }];
  if (data.bag !== null) lines.push({ at: data.bag, said: `without the order: ${data.bag.toFixed(3)}`, colour: colours.position });
  lines.forEach(({ at, said, colour }, number) => {
    put(group, "line", { x1: left, x2: right, y1: y(at), y2: y(at), stroke: colour, "stroke-width": 2, "stroke-dasharray": "7 5" });
    // The floor's name stands below its line where there is room, else above both.
    const above = y(at) - 6;
    const below = y(at) + 1.15 * size;
    put(group, "text", { x: left + 6, y: number === 0 && below < bottom ? below : above, "font-size": size, fill: colour }, said);
  });
  if (data.losses.length) {
    const path = data.losses.map((loss, index) => `${index ? "L" : "M"}${x(index + 1).toFixed(1)} ${y(loss).toFixed(1)}`).join("");
    put(group, "path", { d: path, fill: "none", stroke: colours.quiet, "stroke-opacity": 0.35, "stroke-width": 1 });
  }
  for (const other of data.others || []) {
    const way = other.tests.map(([step, loss], index) => `${index ? "L" : "M"}${x(step).toFixed(1)} ${y(loss).toFixed(1)}`).join("");
    put(group, "path", { d: way, fill: "none", stroke: colours[other.colour], "stroke-width": 3, "stroke-linejoin": "round" });
    if (other.tests.length) {
      const [step, loss] = other.tests[Math.floor(other.tests.length * 0.62)];
      put(group, "text", { x: x(step), y: y(loss) - 10, "font-size": size, fill: colours[other.colour], "text-anchor": "middle" }, other.name);
    }
  }
  const path = tests.map(([step, loss], index) => `${index ? "L" : "M"}${x(step).toFixed(1)} ${y(loss).toFixed(1)}`).join("");
  put(group, "path", { d: path, fill: "none", stroke: colours.word, "stroke-width": 3, "stroke-linejoin": "round" });
  if (data.others?.length && tests.length) {
    const [step, loss] = tests[Math.floor(tests.length * 0.4)];
    put(group, "text", { x: x(step) + 8, y: y(loss) - 10, "font-size": size, fill: colours.word }, data.name);
  }
  const dot = put(group, "circle", { r: 6, fill: colours.word, stroke: colours.paper, "stroke-width": 2 });
  const says = put(group, "text", { "font-size": 1.1 * size, fill: colours.word, "font-weight": 600 });
  dot.setAttribute("visibility", tests.length ? "visible" : "hidden");
  return (index) => {
    if (!tests.length) return;
    const [step, loss] = tests[Math.min(index, tests.length - 1)];
    dot.setAttribute("cx", x(step));
    dot.setAttribute("cy", y(loss));
    const late = x(step) > left + 0.6 * (right - left);
    says.setAttribute("x", x(step) + (late ? -10 : 12));
    says.setAttribute("y", Math.max(top + size, y(loss) - 12));
    says.setAttribute("text-anchor", late ? "end" : "start");
    says.textContent = loss.toFixed(3);
  };
}

// The word embeddings on two axes that are the same for all checkpoints.
function mapPanel(panel, data) {
  const { group, colours, size, width, height } = panel;
  const [left, top, right, bottom] = [3 * size, 2 * size, width - 3 * size, height - 1.4 * size];
  heading(panel, "Word embeddings");
  const every = data.map.flat();
  const ends = [0, 1].map((axis) => [Math.min(...every.map((p) => p[axis])), Math.max(...every.map((p) => p[axis]))]);
  const scale = Math.min((right - left) / (ends[0][1] - ends[0][0] || 1), (bottom - top) / (ends[1][1] - ends[1][0] || 1));
  const middle = ends.map(([low, high]) => (low + high) / 2);
  const place = ([a, b]) => [(left + right) / 2 + scale * (a - middle[0]), (top + bottom) / 2 - scale * (b - middle[1])];
  const marks = data.words.map((word, number) => {
    const colour = colours[data.groups[number]] || colours.ink;
    const dot = put(group, "circle", { r: 4, fill: colour });
    const name = put(group, "text", { "font-size": size, fill: colour, "text-anchor": "middle", class: "code" }, word);
    const hit = put(group, "title", {}, word);
    dot.append(hit);
    return { dot, name };
  });
  put(group, "text", { x: 0, y: height - 4, "font-size": size, fill: colours.quiet },
    `2 of ${data.width} dimensions, by PCA: ${Math.round(100 * data.variance)} % of the variance`);
  return (index) => {
    const taken = [];
    data.map[index].forEach((point, number) => {
      const [px, py] = place(point);
      const { dot, name } = marks[number];
      dot.setAttribute("cx", px);
      dot.setAttribute("cy", py);
      const box = [px, py, (data.words[number].length * 0.62 * size) / 2 + 2];
      // A name that would cover another is left out until its dot stands apart.
      const free = !taken.some(([x, y, half]) => Math.abs(x - px) < half + box[2] && Math.abs(y - py) < 1.05 * size);
      if (free) taken.push(box);
      name.setAttribute("visibility", free ? "visible" : "hidden");
      name.setAttribute("x", px);
      name.setAttribute("y", py - 7);
    });
  };
}

// What the model says of the hidden word, and what the grammar says.
function saidPanel(panel, data) {
  const { group, colours, size, width, height } = panel;
  heading(panel, "What is hidden? Bar: the model. Mark: the grammar");
  const row = Math.min(1.75 * size, (height - 1.8 * size) / data.listed.length);
  const left = Math.max(...data.listed.map((number) => data.words[number].length)) * 0.62 * size + 8;
  const right = width - 3.6 * size;
  const bars = data.listed.map((number, index) => {
    const y = 1.8 * size + index * row;
    put(group, "text", { x: left - 8, y: y + row / 2 + size / 3, "font-size": size, fill: colours.ink, "text-anchor": "end", class: "code" },
      data.words[number]);
    put(group, "line", { x1: left, x2: right, y1: y + row / 2, y2: y + row / 2, stroke: colours.line });
    const bar = put(group, "rect", { x: left, y: y + 0.2 * row, height: 0.6 * row, rx: 2, fill: colours.word, "fill-opacity": 0.75 });
    const exact = data.exact[number];
    put(group, "line", { x1: left + (right - left) * exact, x2: left + (right - left) * exact, y1: y + 0.05 * row, y2: y + 0.95 * row,
      stroke: colours.output, "stroke-width": 3 });
    const value = put(group, "text", { x: width, y: y + row / 2 + size / 3, "font-size": size, fill: colours.quiet, "text-anchor": "end" });
    return { number, bar, value };
  });
  return (index) => {
    for (const { number, bar, value } of bars) {
      const share = data.said[index][number];
      bar.setAttribute("width", Math.max(0, (right - left) * share));
      value.textContent = share.toFixed(2);
    }
  };
}

// Every head's attention: one square for each, a row for each layer. Queries are rows, keys columns.
function headsPanel(panel, data, weights) {
  const { group, colours, size, width, height, shades } = panel;
  const { layers, heads, tokens } = data;
  const count = tokens.length;
  heading(panel, heads * layers > 1 ? "Attention of every head" : "Attention of the head");
  const top = 2 * size;
  const labels = 1.5 * size;
  const gap = 8;
  const square = Math.min((width - labels - gap * (heads - 1)) / heads, (height - top - 1.6 * size - gap * (layers - 1)) / layers);
  const cell = square / count;
  const cells = [];
  for (let layer = 0; layer < layers; layer += 1) {
    const y0 = top + layer * (square + gap);
    put(group, "text", { x: 0, y: y0 + square / 2 + size / 3, "font-size": size, fill: colours.quiet }, String(layer + 1));
    for (let head = 0; head < heads; head += 1) {
      const x0 = labels + head * (square + gap);
      for (let query = 0; query < count; query += 1) {
        for (let key = 0; key < count; key += 1) {
          const rect = put(group, "rect", { x: x0 + key * cell, y: y0 + query * cell, width: cell + 0.3, height: cell + 0.3 });
          rect.onpointerenter = () => panel.tell(layer, head, query, key);
          cells.push(rect);
        }
      }
      put(group, "rect", { x: x0, y: y0, width: square, height: square, fill: "none", stroke: colours.line });
    }
  }
  put(group, "text", { x: labels, y: top + layers * (square + gap) + 0.8 * size, "font-size": size, fill: colours.quiet },
    "rows: layers 1 to " + layers + "; from each word (row) to each word (column)");
  const each = cells.length;
  return (index) => cells.forEach((rect, number) => rect.setAttribute("fill", shades[Math.round(weights[index * each + number] * 0.0255)]));
}
