// The plane: every vector of the sentence as an arrow. Tips of words, and of the rows of a matrix, can be dragged.

const HEAD = 8; // of an arrow, in pixels
const REACH_LEAST = 1.2; // units from the middle to the edge, at least
const LAYERS = [
  ["words", "words"],
  ["sums", "positions"],
  ["looking", "query, keys"],
  ["result", "values, result"],
  ["q", "Wq"],
  ["k", "Wk"],
  ["v", "Wv"],
  ["far", "zoom out"],
];

const ROLES = [["q", "query"], ["k", "key"], ["v", "value"]]; // of each matrix and of what it makes
const [STEP, FINE] = [0.1, 0.01]; // of a number that is moved by keys

const SHOWN = new Set(["words", "looking", "result"]); // kept from sentence to sentence and from screen to screen

const STEEP = 0.05; // nats a unit: a slope that is drawn at full length; smaller ones are drawn shorter

class Plane {
  constructor(svg, data, theme, act) {
    Object.assign(this, { svg, data, act, colours: data.colours[theme], reach: 0, lit: null, held: false });
    this.shown = SHOWN;
    this.arrows = new Map();
    this.build();
  }

  build() {
    const { svg, data } = this;
    svg.replaceChildren();
    const title = svgElement("title");
    title.textContent = data.alt;
    this.grid = svgElement("g", { "aria-hidden": "true" });
    this.below = svgElement("g");
    this.above = svgElement("g");
    this.labels = svgElement("g", { "aria-hidden": "true" });
    svg.append(title, this.grid, this.below, this.above, this.labels);
    data.sentence.forEach((_, at) => {
      this.arrow(`p.${at}`, "position", 1.5, "sums", "4 3");
      this.arrow(`x.${at}`, "quiet", 2, "sums");
      this.arrow(`v.${at}`, "value", 2, "result", "2 3");
      this.arrow(`k.${at}`, "key", 2.5, "looking");
    });
    this.arrow("q", "query", 3, "looking");
    this.arrow("z", "value", 4, "result");
    this.arrow("out", "ink", 3, "result");
    data.names.forEach((name, word) => this.handle(`word.${word}`, "word", "words", 2 * word, name));
    const count = data.names.length * 2 + MATRICES.q;
    for (const [matrix, role] of ROLES) {
      for (const row of [0, 1]) {
        this.handle(`W${matrix}.${row}`, role, matrix, count - MATRICES[matrix] + 2 * row, `(${1 - row}, ${row}) × W${matrix}`);
      }
    }
  }

  arrow(name, role, width, layer, dash) {
    const colour = this.colours[role];
    const shaft = svgElement("line", { stroke: colour, "stroke-width": width, "stroke-linecap": "round" });
    if (dash) shaft.setAttribute("stroke-dasharray", dash);
    const head = svgElement("path", { fill: colour });
    const group = svgElement("g", { class: "arrow" });
    group.append(shaft, head);
    this.below.append(group);
    const label = svgElement("text", { fill: colour, "dominant-baseline": "central", "font-weight": 600 });
    this.labels.append(label);
    this.arrows.set(name, { group, shaft, head, label, layer, width });
  }

  // An arrow whose tip can be dragged: two numbers of the network, the first at `index`.
  handle(name, role, layer, index, says) {
    this.arrow(name, role, 2, layer);
    const tip = svgElement("circle", {
      r: 13, fill: "transparent", class: "tip", tabindex: 0, role: "button", "data-index": index, "data-says": says,
      "aria-roledescription": "movable point",
    });
    this.above.append(tip);
    this.arrows.get(name).tip = tip;
    tip.onpointerdown = (event) => this.drag(event, index, tip);
    tip.onkeydown = (event) => this.nudge(event, index);
    tip.onpointerenter = () => this.act.light(`n.${index}`, `n.${index + 1}`);
    tip.onpointerleave = () => this.act.light();
    tip.onfocus = () => this.act.light(`n.${index}`, `n.${index + 1}`);
    tip.onblur = () => this.act.light();
  }

  drag(event, index, tip) {
    if (event.button) return;
    event.preventDefault();
    tip.focus();
    tip.setPointerCapture(event.pointerId);
    this.held = true;
    this.act.begin();
    const { numbers } = this.act.network();
    const [x, y] = this.unit(event);
    const off = [numbers[index] - x, numbers[index + 1] - y];
    tip.onpointermove = (move) => {
      const at = this.unit(move);
      this.act.set({ [index]: at[0] + off[0], [index + 1]: at[1] + off[1] });
    };
    tip.onpointerup = tip.onpointercancel = () => {
      this.held = false;
      tip.onpointermove = tip.onpointerup = tip.onpointercancel = null;
      this.act.end();
    };
  }

  nudge(event, index) {
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const by = event.shiftKey ? FINE : STEP;
    const { numbers } = this.act.network();
    this.act.begin();
    this.act.set({ [index]: numbers[index] + by * way[0], [index + 1]: numbers[index + 1] + by * way[1] });
    this.act.end();
  }

  // The place of a pointer in units of the plane.
  unit({ clientX, clientY }) {
    const box = this.svg.getBoundingClientRect();
    return [(clientX - box.left - this.middle[0]) / this.scale, (this.middle[1] - (clientY - box.top)) / this.scale];
  }

  point([x, y]) {
    return [this.middle[0] + x * this.scale, this.middle[1] - y * this.scale];
  }

  draw({ numbers, switches }, steps, looks, gradient) {
    const { svg } = this;
    const [width, height] = [svg.clientWidth, svg.clientHeight];
    if (!width || !height) return;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.middle = [width / 2, height / 2];
    this.fit(numbers, steps, looks, Math.min(width, height));
    this.drawGrid(width, height);
    const zero = [0, 0];
    const size = 14 * textScale();
    const marks = [];
    const put = (name, from, to, label = "", strong = true) => {
      const each = this.arrows.get(name);
      const on = this.shown.has(each.layer) || this.isLit(name);
      each.group.setAttribute("visibility", on ? "visible" : "hidden");
      each.tip?.setAttribute("visibility", on ? "visible" : "hidden");
      each.label.setAttribute("visibility", "hidden");
      if (!on) return;
      const [a, tip] = [this.point(from), this.point(to)];
      const b = this.within(a, tip, width, height);
      const leaves = b !== tip;
      const inside = a[0] >= 0 && a[0] <= width && a[1] >= 0 && a[1] <= height;
      if (!inside) each.group.setAttribute("visibility", "hidden");
      this.place(each, a, b, leaves);
      each.group.setAttribute("opacity", this.lit && !this.isLit(name) ? 0.2 : strong ? 1 : 0.45);
      // A name stands within the plane, also where its arrow leaves it.
      const named = leaves ? [0, 1].map((axis) => a[axis] + 0.93 * (b[axis] - a[axis])) : b;
      if (label) marks.push({ each, label: leaves ? `${label} (${Math.hypot(to[0], to[1]).toFixed(1)} long)` : label, at: named });
    };
    this.data.names.forEach((name, word) => {
      const at = [numbers[2 * word], numbers[2 * word + 1]];
      put(`word.${word}`, zero, at, name, this.data.sentence.includes(word));
    });
    this.data.sentence.forEach((_, at) => {
      const name = this.data.labels[at];
      const here = at === looks;
      put(`p.${at}`, steps.e[at], steps.x[at], "", here);
      put(`x.${at}`, zero, steps.x[at], this.shown.has("sums") ? `${name} + ${at}` : "", here);
      put(`k.${at}`, zero, steps.k[at], `k ${name}`);
      put(`v.${at}`, zero, steps.v[at], "", steps.w.some((head) => head[at] > 0.3));
    });
    put("q", zero, steps.q[looks], `q ${this.data.labels[looks]}`);
    const start = switches.residual ? steps.x[looks] : zero;
    put("z", start, steps.out, "");
    put("out", zero, steps.out, "result");
    for (const [matrix] of ROLES) {
      const first = numbers.length - MATRICES[matrix];
      for (const row of [0, 1]) {
        const to = [numbers[first + 2 * row], numbers[first + 2 * row + 1]];
        put(`W${matrix}.${row}`, zero, to, `(${1 - row}, ${row}) W${matrix}`);
      }
    }
    this.write(marks, size, [width, height]);
    this.drawGradient(numbers, gradient);
    for (const { tip } of this.arrows.values()) {
      if (!tip) continue;
      const index = Number(tip.dataset.index);
      tip.setAttribute("aria-label", `${tip.dataset.says}: ${fixed(numbers[index])}, ${fixed(numbers[index + 1])}. Arrow keys move it, with Shift finer`);
    }
  }

  // Fit what is shown into the plane; while a tip is held the scale stays, so that it does not run from the pointer.
  fit(numbers, steps, looks, side) {
    const points = [...Array(this.data.names.length)].map((_, word) => [numbers[2 * word], numbers[2 * word + 1]]);
    const far = this.shown.has("far");
    if (far && this.shown.has("looking")) points.push(steps.q[looks], ...steps.k);
    if (far && this.shown.has("result")) points.push(steps.out, ...steps.v);
    if (this.shown.has("sums")) points.push(...steps.x);
    for (const [matrix] of ROLES) {
      const first = numbers.length - MATRICES[matrix];
      if (this.shown.has(matrix)) points.push([numbers[first], numbers[first + 1]], [numbers[first + 2], numbers[first + 3]]);
    }
    const edge = Math.max(REACH_LEAST, ...points.flat().map(Math.abs)) * 1.25;
    if (!this.held) this.reach = edge;
    this.scale = side / 2 / this.reach;
  }

  drawGrid(width, height) {
    const unit = this.reach > 24 ? 10 : this.reach > 12 ? 5 : this.reach > 5 ? 2 : 1;
    const lines = [];
    const [right, up] = [width / 2 / this.scale, height / 2 / this.scale];
    const line = (x1, y1, x2, y2, strong) =>
      lines.push(svgElement("line", { x1, y1, x2, y2, stroke: this.colours.line, "stroke-width": strong ? 2 : 1 }));
    for (let at = -Math.floor(right / unit); at <= right / unit; at += 1) {
      const [x] = this.point([at * unit, 0]);
      line(x, 0, x, height, at === 0);
    }
    for (let at = -Math.floor(up / unit); at <= up / unit; at += 1) {
      const [, y] = this.point([0, at * unit]);
      line(0, y, width, y, at === 0);
    }
    const [x, y] = this.point([unit, 0]);
    const one = svgElement("text", { x, y: y + 10, fill: this.colours.quiet, "text-anchor": "middle", "dominant-baseline": "hanging" });
    one.textContent = String(unit);
    lines.push(one);
    this.grid.replaceChildren(...lines);
  }

  // The tip of an arrow, or the point where it leaves the plane.
  within(from, to, width, height) {
    const [inside, far] = [2, [to[0] - from[0], to[1] - from[1]]];
    const limits = [[inside, width - inside], [inside, height - inside]];
    const share = Math.min(1, ...far.map((by, axis) => {
      if (by === 0) return 1;
      return (limits[axis][by > 0 ? 1 : 0] - from[axis]) / by;
    }));
    return share < 1 && share >= 0 ? [from[0] + share * far[0], from[1] + share * far[1]] : to;
  }

  // leaves: it goes on beyond the plane, and has no head there.
  place({ shaft, head, tip, width }, [x1, y1], [x2, y2], leaves) {
    const far = Math.hypot(x2 - x1, y2 - y1);
    const [dx, dy] = far > 0.5 ? [(x2 - x1) / far, (y2 - y1) / far] : [0, 0];
    const size = leaves ? 0 : Math.min(HEAD + width, far);
    const [bx, by] = [x2 - dx * size, y2 - dy * size];
    const half = size / 2.4;
    for (const [name, value] of Object.entries({ x1, y1, x2: bx, y2: by })) shaft.setAttribute(name, value.toFixed(1));
    const corners = [[x2, y2], [bx - dy * half, by + dx * half], [bx + dy * half, by - dx * half]];
    head.setAttribute("d", `M${corners.map((corner) => corner.map((n) => n.toFixed(1)).join(" ")).join("L")}Z`);
    tip?.setAttribute("cx", x2.toFixed(1));
    tip?.setAttribute("cy", y2.toFixed(1));
  }

  // Names at the tips; those at one place are written one after the other, and no two cover each other.
  write(marks, size, [width, height]) {
    const joined = [];
    for (const mark of marks) {
      const same = joined.find((other) => other.each.label.getAttribute("fill") === mark.each.label.getAttribute("fill") && Math.hypot(other.at[0] - mark.at[0], other.at[1] - mark.at[1]) < 4);
      if (same) same.label += mark.label.startsWith("k ") ? ` = ${mark.label.slice(2)}` : ` = ${mark.label}`;
      else joined.push(mark);
    }
    for (const { each, label } of joined) {
      each.label.textContent = label;
      each.label.setAttribute("font-size", size);
      each.label.setAttribute("visibility", "visible");
    }
    const widths = joined.map(({ each }) => each.label.getComputedTextLength());
    const offsets = apart(joined.map(({ at }) => at), widths, size + 3);
    const taken = [];
    joined.forEach(({ each, at }, number) => {
      const x = Math.max(2, Math.min(width - widths[number] - 2, at[0] + offsets[number][0]));
      const wanted = Math.max(size / 2, Math.min(height - size / 2 - 4, at[1] + offsets[number][1]));
      // At the edge names would be pushed onto one another: the next free line is taken, away from the edge.
      const inwards = wanted < height / 2 ? size + 2 : -size - 2;
      const lines = [0, 1, 2, 3, 4].map((line) => wanted + line * inwards);
      const box = (y) => boxOf(x, y, [0, 0], widths[number], size);
      const y = lines.find((each) => !taken.some((other) => meet(box(each), other))) ?? wanted;
      taken.push(box(y));
      each.label.setAttribute("x", x.toFixed(1));
      each.label.setAttribute("y", y.toFixed(1));
      each.label.setAttribute("opacity", each.group.getAttribute("opacity") === "0.2" ? 0.3 : 1);
    });
  }

  // Which way each tip goes downhill, and how steep it is there; where it is flat there is nothing to see.
  drawGradient(numbers, gradient) {
    this.steps ??= this.above.insertBefore(svgElement("g", { "aria-hidden": "true" }), this.above.firstChild);
    this.steps.replaceChildren();
    if (!gradient) return;
    const words = [...Array(this.data.names.length)].map((_, word) => 2 * word);
    const longest = Math.max(STEEP, ...words.map((index) => Math.hypot(gradient[index], gradient[index + 1])));
    for (const index of words) {
      const [x, y] = this.point([numbers[index], numbers[index + 1]]);
      const by = 60 / longest;
      const [x2, y2] = [x - gradient[index] * by, y + gradient[index + 1] * by];
      this.steps.append(svgElement("line", { x1: x, y1: y, x2, y2, stroke: this.colours.query, "stroke-width": 3, "stroke-linecap": "round" }));
      this.steps.append(svgElement("circle", { cx: x2, cy: y2, r: 3.5, fill: this.colours.query }));
    }
  }

  isLit(name) {
    return this.lit?.has(name) ?? false;
  }

  // Light these arrows and dim all others; with none, show all as they are.
  light(names) {
    this.lit = names && names.size ? names : null;
  }
}
