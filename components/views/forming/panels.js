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
  const narrow = width < 460;
  lines.forEach(({ at, said, colour }, number) => {
    put(group, "line", { x1: left, x2: right, y1: y(at), y2: y(at), stroke: colour, "stroke-width": 2, "stroke-dasharray": "7 5" });
    // In a narrow picture the curve would cross the name: it stands where no curve comes.
    const below = y(at) + 1.15 * size;
    const beside = number === 0 && below < bottom ? below : y(at) - 6;
    put(group, "text", {
      x: narrow ? right : left + 6, y: narrow ? top + (1 + 1.2 * number) * size : beside, "font-size": size, fill: colour,
      "text-anchor": narrow ? "end" : "start",
    }, said);
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
  const [left, top, right, bottom] = [3 * size, 3.4 * size, width - 3 * size, height - 2.6 * size];
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
    `2 of ${data.width} dimensions, by PCA: ${Math.round(100 * data.variance)}% of the variance`);
  return (index) => {
    const places = data.map[index].map(place);
    const taken = places.map(([px, py]) => [px, py, 5, 5]);
    places.forEach(([px, py], number) => {
      const { dot, name } = marks[number];
      dot.setAttribute("cx", px);
      dot.setAttribute("cy", py);
      const [half, high] = [(data.words[number].length * 0.62 * size) / 2, 0.45 * size];
      // Above, below, right or left of its dot; a name that finds no free place is left out until its dot stands apart.
      const tried = [[0, -7 - high], [0, 7 + high], [8 + half, 0], [-8 - half, 0]].map(([x, y]) => [px + x, py + y, half, high]);
      const free = tried.find((box) => box[0] - half > 0 && box[0] + half < width &&
        taken.every(([x, y, w, h], other) => other === number || Math.abs(x - box[0]) >= w + half || Math.abs(y - box[1]) >= h + high));
      name.setAttribute("visibility", free ? "visible" : "hidden");
      if (!free) return;
      taken.push(free);
      name.setAttribute("x", free[0]);
      name.setAttribute("y", free[1] + 0.32 * size);
    });
  };
}

// What the model says of the hidden word, and what the grammar says.
function saidPanel(panel, data) {
  const { group, colours, size, width, height } = panel;
  heading(panel, "Bars: the model · marks: the grammar");
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

// Every head's attention: one square for each, named by layer and head. Queries are rows, keys columns.
function headsPanel(panel, data, weights) {
  const { group, colours, size, width, height, shades } = panel;
  const { layers, heads, tokens } = data;
  const [count, all] = [tokens.length, layers * heads];
  heading(panel, "Attention, by layer and head");
  const [top, foot, gap, name] = [1.5 * size, 1.5 * size, 10, 1.35 * size];
  const fitting = (columns) => {
    const rows = Math.ceil(all / columns);
    return Math.min((width - gap * (columns - 1)) / columns, (height - top - foot) / rows - name - gap / 2);
  };
  const columns = Array.from({ length: all }, (_, number) => number + 1).reduce((best, each) => (fitting(each) > fitting(best) ? each : best), 1);
  const square = fitting(columns);
  const cell = square / count;
  const cells = [];
  for (let number = 0; number < all; number += 1) {
    const [layer, head] = [Math.floor(number / heads), number % heads];
    const x0 = (number % columns) * (square + gap);
    const y0 = top + name + Math.floor(number / columns) * (square + name + gap / 2);
    put(group, "text", { x: x0, y: y0 - 0.3 * size, "font-size": size, fill: colours.quiet }, `${layer + 1}.${head + 1}`);
    for (let query = 0; query < count; query += 1) {
      for (let key = 0; key < count; key += 1) {
        const rect = put(group, "rect", { x: x0 + key * cell, y: y0 + query * cell, width: cell + 0.3, height: cell + 0.3 });
        rect.onpointerenter = () => panel.tell(layer, head, query, key);
        cells.push(rect);
      }
    }
    put(group, "rect", { x: x0, y: y0, width: square, height: square, fill: "none", stroke: colours.line, "pointer-events": "none" });
  }
  put(group, "text", { x: 0, y: height - 4, "font-size": size, fill: colours.quiet }, "row: from; column: to");
  return (index) => cells.forEach((rect, number) => rect.setAttribute("fill", shades[Math.round(weights[index * all * count * count + number] * 0.0255)]));
}
