// The numbers in the order of computation, in tables. Those of the network are boxes to type or step in; all others
// follow from them.

class Numbers {
  constructor(panels, data, act) {
    Object.assign(this, { panels, data, act, cells: new Map(), bars: new Map(), arrows: new Map(), rows: [] });
    panels.replaceChildren(...(data.mode === "training" ? [this.parameters()] : [this.way(), this.outcome()]));
  }

  // The way from words to queries, keys and values, for all tokens.
  way() {
    const { data } = this;
    const table = element("table", "way");
    const head = (cells) => table.append(this.headRow(cells));
    head([
      ["", ""],
      ["word", this.link("embedding", "embedding")],
      ["position", this.link("+ position", "position")],
      ["quiet", this.link("= sum", "sum")],
    ]);
    data.sentence.forEach((word, at) => {
      const row = this.row(this.token(at));
      this.pair(row, [0, 1].map((c) => this.box(2 * word + c, "word", `${data.names[word]}, ${ORDINALS[c]} number`)));
      this.pair(row, [0, 1].map((c) => this.shown(`p.${at}.${c}`, "position")));
      this.pair(row, [0, 1].map((c) => this.shown(`x.${at}.${c}`)));
      table.append(row);
    });
    head([["", ""], ...ROLES.map(([matrix, role]) => [role, `× W${matrix}`])]);
    for (const line of this.matrixRows()) table.append(line);
    head([["", ""], ...ROLES.map(([, role]) => [role, this.link(`= ${role}`, role)])]);
    data.sentence.forEach((_, at) => {
      const row = this.row(element("th", "", data.labels[at]));
      for (const [matrix, role] of ROLES) {
        this.pair(row, [0, 1].map((c) => this.shown(`${matrix}.${at}.${c}`, role)));
      }
      table.append(row);
    });
    return table;
  }

  // From the scores of the token that looks to the word that fills its place.
  outcome() {
    const { data } = this;
    const box = element("div", "outcome");
    const looks = element("table", "looks");
    this.heads = element("tr");
    looks.append(this.heads);
    data.sentence.forEach((_, at) => {
      const row = this.row(element("th", "", data.labels[at]));
      for (const head of [0, 1]) {
        const score = this.shown(`s.${head}.${at}`);
        const weight = this.shown(`w.${head}.${at}`, "key");
        score.classList.add(`head${head}`);
        weight.classList.add(`head${head}`, "bar");
        row.append(score, weight);
        this.bars.set(`w.${head}.${at}`, weight);
      }
      looks.append(row);
    });
    const sums = element("table", "sums");
    for (const [key, says, role, step] of [["z", "Σ weight · value", "value", "attended"], ["out", "+ sum = result", "ink", "result"]]) {
      const row = this.row(element("th", role));
      row.firstChild.append(this.link(says, step));
      this.pair(row, [0, 1].map((c) => this.shown(`${key}.${c}`, role)));
      sums.append(row);
      if (key === "out") this.resultName = row.querySelector("a");
    }
    const head = this.headRow([["", ""], ["word", "word"], ["quiet", "· result"], ["output", this.link("share", "share")]], [1, 2, 1, 1]);
    const words = this.words(head, (word) => [this.shown(`l.${word}`)]);
    box.append(looks, sums, words);
    return box;
  }

  // All numbers of the network, and what fills the gap; while it learns.
  parameters() {
    const box = element("div", "parameters");
    const words = this.words(this.headRow([["", ""], ["word", "embedding"], ["output", "share"]], [1, 2, 1]));
    const matrices = element("table", "matrices");
    matrices.append(this.headRow([["", ""], ...ROLES.map(([matrix, role]) => [role, `W${matrix}`])]));
    for (const line of this.matrixRows()) matrices.append(line);
    box.append(words, matrices);
    return box;
  }

  // All words with their numbers and their shares. more: returns further cells of a word, before its share.
  words(head, more = () => []) {
    const table = element("table", "words");
    table.append(head);
    this.data.names.forEach((name, word) => {
      const row = this.row(element("th", "", name));
      this.pair(row, [0, 1].map((c) => this.box(2 * word + c, "word", `${name}, ${ORDINALS[c]} number`)));
      if (word < this.data.mask) {
        const share = this.shown(`pr.${word}`, "output");
        share.classList.add("bar");
        this.bars.set(`pr.${word}`, share);
        row.append(...more(word), share);
      }
      table.append(row);
    });
    return table;
  }

  matrixRows() {
    const count = this.data.names.length * 2 + MATRICES.q;
    return [0, 1].map((line) => {
      const row = this.row(element("td"));
      for (const [matrix, role] of ROLES) {
        const first = count - MATRICES[matrix] + 2 * line;
        this.pair(row, [0, 1].map((c) => this.box(first + c, role, `W${matrix}, row ${line + 1}, column ${c + 1}`)));
      }
      return row;
    });
  }

  headRow(cells, spans = [1, 2, 2, 2]) {
    const row = element("tr", "head");
    cells.forEach(([role, content], index) => {
      // The corner heads nothing.
      const cell = element(content ? "th" : "td", role);
      cell.colSpan = spans[index];
      cell.append(content);
      if (content) cell.scope = "col";
      row.append(cell);
    });
    return row;
  }

  row(first) {
    const row = element("tr");
    if (first.tagName === "TH") first.scope = "row";
    row.append(first);
    return row;
  }

  pair(row, cells) {
    cells[0].classList.add("left");
    row.append(...cells);
  }

  // The name of a token: pressing it makes it the one that looks.
  token(at) {
    const cell = element("th");
    const button = element("button", "token", this.data.labels[at]);
    button.type = "button";
    button.onclick = () => this.act.look(at);
    button.dataset.at = at;
    button.title = `See what ${this.data.labels[at]} looks at`;
    cell.append(button);
    this.rows.push(button);
    return cell;
  }

  // A name that leads to the same step on the reader's sentence in a whole model.
  link(text, step) {
    const way = this.data.ways[step];
    if (!way) return document.createTextNode(text);
    const link = element("a", "es-go", text);
    link.href = way.href;
    link.target = "_self";
    link.setAttribute("aria-label", `${text}: ${way.says}`);
    link.onpointerenter = link.onfocus = () => this.act.say(way.says);
    link.onpointerleave = link.onblur = () => this.act.say("");
    return link;
  }

  shown(key, role = "") {
    const cell = element("td", `number ${role}`);
    this.listen(cell, key);
    return cell;
  }

  box(index, role, says) {
    const key = `n.${index}`;
    const cell = element("td", `number ${role}`);
    const input = element("input");
    Object.assign(input, { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false });
    input.setAttribute("role", "spinbutton");
    input.setAttribute("aria-label", says);
    input.setAttribute("aria-valuemin", -LARGEST);
    input.setAttribute("aria-valuemax", LARGEST);
    const step = (by) => {
      this.act.begin();
      this.act.set({ [index]: this.act.network().numbers[index] + by });
      this.act.end();
      input.value = fixed(this.act.network().numbers[index]);
    };
    input.onkeydown = (event) => {
      const up = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (up) {
        event.preventDefault();
        step(up * (event.shiftKey ? FINE : STEP));
      } else if (event.key === "Enter") input.blur();
      else if (event.key === "Escape") {
        input.value = fixed(this.act.network().numbers[index]);
        input.blur();
      }
    };
    input.onchange = () => {
      const text = input.value.trim().replace("−", "-").replace(",", ".");
      const typed = Number(text);
      if (!PLAIN_NUMBER.test(text)) {
        this.act.tell(`“${input.value.slice(0, 20)}” is no number; type one such as −1.25.`);
      } else if (Math.abs(typed) > LARGEST) {
        this.act.tell(`${fixed(typed, 0)} is too large: numbers go from −${LARGEST} to ${LARGEST}.`);
      } else if (typed !== this.act.network().numbers[index]) {
        this.act.begin();
        this.act.set({ [index]: typed });
        this.act.end();
      }
      input.value = fixed(this.act.network().numbers[index]);
    };
    input.onfocus = () => input.select();
    const arrow = element("span", "slope");
    arrow.setAttribute("aria-hidden", "true");
    cell.append(input, arrow);
    this.listen(cell, key, input);
    this.arrows.set(index, [...(this.arrows.get(index) ?? []), arrow]);
    return cell;
  }

  listen(cell, key, input = cell) {
    this.cells.set(key, [...(this.cells.get(key) ?? []), input]);
    cell.dataset.key = key;
    cell.addEventListener("pointerenter", () => this.act.light(key));
    cell.addEventListener("pointerleave", () => this.act.light());
    // A finger has no other way to point.
    cell.addEventListener("click", () => this.act.light(key));
    cell.addEventListener("focusin", () => this.act.light(key));
    cell.addEventListener("focusout", () => this.act.light());
  }

  put(key, number) {
    const text = fixed(number);
    for (const cell of this.cells.get(key) ?? []) {
      if (cell.tagName === "INPUT") {
        // What is being typed is left alone until it is handed over.
        if (cell.getRootNode().activeElement !== cell || cell.dataset.drawn === cell.value) cell.value = text;
        cell.dataset.drawn = text;
        cell.setAttribute("aria-valuenow", number.toFixed(2));
        cell.setAttribute("aria-valuetext", text);
      } else if (cell.textContent !== text) cell.textContent = text;
    }
    this.bars.get(key)?.style.setProperty("--share", `${(100 * number).toFixed(1)}%`);
  }

  draw({ numbers, switches }, steps, looks, gradient) {
    numbers.forEach((number, index) => this.put(`n.${index}`, number));
    for (const kind of ["p", "x", "q", "k", "v"]) {
      steps[kind].forEach((pair, at) => pair.forEach((number, c) => this.put(`${kind}.${at}.${c}`, number)));
    }
    steps.s.forEach((scores, head) => scores.forEach((score, at) => this.put(`s.${head}.${at}`, score)));
    steps.w.forEach((weights, head) => weights.forEach((weight, at) => this.put(`w.${head}.${at}`, weight)));
    for (const kind of ["z", "out"]) steps[kind].forEach((number, c) => this.put(`${kind}.${c}`, number));
    steps.l.forEach((number, word) => this.put(`l.${word}`, number));
    steps.pr.forEach((number, word) => this.put(`pr.${word}`, number));
    this.panels.classList.toggle("twoHeads", switches.two_heads);
    const longest = Math.max(...[...numbers, ...[steps.x, steps.q, steps.k, steps.v].flat(2)].map((number) => fixed(number).length));
    this.panels.style.setProperty("--digits", `${2.75 + 0.5 * Math.max(0, longest - 5) + (gradient ? 0.5 : 0)}em`);
    for (const button of this.rows) {
      button.setAttribute("aria-pressed", Number(button.dataset.at) === looks);
    }
    if (this.heads) this.drawHeads(switches, looks);
    this.drawSlopes(gradient);
  }

  drawHeads(switches, looks) {
    const name = this.data.labels[looks];
    // One dimension a head: √1 divides by nothing.
    const divided = switches.scaled && !switches.two_heads ? " ÷ √2" : "";
    const made = `${looks} ${name} ${divided} ${switches.two_heads}`;
    if (this.heads.dataset.made === made) return;
    this.heads.dataset.made = made;
    const cells = [element("th", "", `${name} at`)];
    for (const head of switches.two_heads ? [1, 2] : [""]) {
      cells.push(element("th", "quiet", `q${head} · k${head}${divided}`), element("th", "key"));
      cells.at(-1).append(this.link(`weight${head && ` ${head}`}`, "weight"));
    }
    for (const cell of cells) cell.scope = "col";
    this.heads.replaceChildren(...cells);
    this.heads.className = "head";
    this.resultName.textContent = switches.residual ? "+ sum = result" : "= result";
  }

  // At each number, which way one step goes and how far: the largest has the largest arrow.
  drawSlopes(gradient) {
    const most = gradient ? Math.max(STEEP, ...gradient.map(Math.abs)) : 1;
    for (const [index, arrows] of this.arrows) {
      const slope = gradient ? gradient[index] / most : 0;
      for (const arrow of arrows) {
        arrow.textContent = Math.abs(slope) < 0.02 ? "" : slope > 0 ? "↓" : "↑";
        arrow.style.opacity = 0.35 + 0.65 * Math.abs(slope);
      }
    }
  }

  light(keys, further) {
    for (const [key, cells] of this.cells) {
      for (const cell of cells) {
        const td = cell.closest("td");
        td.classList.toggle("lit", keys.has(key));
        td.classList.toggle("reached", further.has(key) && !keys.has(key));
      }
    }
  }
}

const PLAIN_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;
const ORDINALS = ["first", "second"];

function element(name, role = "", text = "") {
  const made = document.createElement(name);
  if (role) made.className = role;
  if (text) made.textContent = text;
  return made;
}
