// A whole encoder whose numbers the reader holds. Everything is computed here, in the browser; the server hears of the
// numbers a moment after the reader has let go, so that the address and the printed sheet have them.

const VIEWS = new WeakMap();
const KEPT = new Map(); // by place, what the server has not heard yet
const QUIET = 700; // milliseconds without a change, after which the server hears
const MOST_UNDONE = 200;

// For tests, which hold these functions against core's.
window.encoderscopeByHand = { forward, gradients, descend, examplesOf, lossOf, decoded, unlearned };

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".hand");
  const theme = isDark(root) ? "dark" : "light";
  const before = VIEWS.get(root);
  data.names = [...data.words, data.mask_name];
  data.mask = data.words.length;
  data.examples = examplesOf(data.sentences, data.mask);
  // A word that stands there twice is named with its place.
  data.labels = data.sentence.map((word, at) => {
    const repeated = data.sentence.indexOf(word) !== data.sentence.lastIndexOf(word);
    return repeated ? `${data.names[word]} ${at + 1}` : data.names[word];
  });
  const same = before && before.shape === shapeOf(data, theme);
  before?.end();
  if (before && !same) before.leave();
  const view = same ? before : new View(root, data, theme, before);
  VIEWS.set(root, view);
  view.data = data;
  view.tell = (message) => setTriggerValue("changed", message);
  view.take(same);
  return view.begin();
}

// What needs new tables and arrows when it changes.
function shapeOf(data, theme) {
  return JSON.stringify([data.place, data.names, data.sentence, data.mode, data.goal, data.ways, theme, data.floor]);
}

function copied({ numbers, switches }) {
  return { numbers: numbers.slice(), switches: { ...switches } };
}

class View {
  // before: the view of another sentence, whose numbers go on where they are those of the same language.
  constructor(root, data, theme, before) {
    const goesOn = before?.data.place === data.place;
    Object.assign(this, { root, data, theme, undone: goesOn ? before.undone : [], sent: 0, timer: 0, frame: 0, live: 0, start: null });
    this.shape = shapeOf(data, theme);
    const find = (name) => root.querySelector(`.${name}`);
    this.parts = { stage: find("stage"), svg: find("picture"), panels: find("panels"), layers: find("layers"), readout: find("readout"), live: find("live"), switches: find("switches"), undo: find("undo"), reset: find("reset"), hint: find("hint"), next: find("next"), slopes: find("slopes"), told: find("told"), training: find("training") };
    root.classList.toggle("learns", data.mode === "training");
    for (const [role, colour] of Object.entries(data.colours[theme])) root.style.setProperty(`--hand-${role}`, colour);
    this.looks = data.looks;
    this.network = data.code ? decoded(data.code) : unlearned(data.mask, 1);
    const act = {
      network: () => this.network,
      begin: (options) => this.remember(options),
      set: (changes) => this.set(changes),
      end: (options) => this.settle(options),
      draw: () => this.soon(),
      look: (at) => this.look(at),
      light: (...keys) => this.light(keys),
      say: (text) => this.say(text),
      tell: (text) => this.tellReader(text),
    };
    this.act = act;
    this.plane = new Plane(this.parts.svg, data, theme, act);
    this.numbers = new Numbers(this.parts.panels, data, act);
    this.training = data.mode === "training" ? new Training(this.parts.training, data, theme, act) : null;
    if (!this.training) this.parts.training.replaceChildren();
    else if (goesOn && before.training) this.training.goOn(before.training);
    this.buildButtons();
  }

  // Take over what the server says, unless the reader has gone on meanwhile.
  take(same) {
    const { data } = this;
    this.start = data.opening ? decoded(data.opening) : unlearned(data.mask, 1);
    const kept = KEPT.get(data.place);
    if (kept && kept.length === encoded(this.network).length) {
      if (!same) this.network = decoded(kept);
      this.later();
      return;
    }
    const heard = !this.sent || data.echo >= this.sent;
    if (same && heard && data.code && data.code !== encoded(this.network)) {
      this.network = decoded(data.code);
      this.training?.forget();
    }
    if (!data.code) this.later();
  }

  begin() {
    const draw = () => this.soon();
    const end = redrawn(this.parts.stage, draw);
    const give = handedOut(this.data.file, () => svgDrawing(this.parts.svg));
    describedAs(this.parts.svg, this.data.alt);
    this.parts.svg.setAttribute("role", "group"); // it holds points that can be moved
    draw();
    this.end = () => {
      give();
      end();
      cancelAnimationFrame(this.frame);
      this.frame = 0;
    };
    return () => {
      this.end();
      // Streamlit also calls this before it hands over new data; then the view goes on.
      setTimeout(() => this.root.isConnected || this.leave());
    };
  }

  // The reader goes elsewhere: what the server has not heard is kept for the next view of the same numbers.
  leave() {
    this.training?.halt();
    clearTimeout(this.timer);
    clearTimeout(this.live);
    this.network.numbers = this.network.numbers.map(rounded);
    if (encoded(this.network) !== this.data.code) KEPT.set(this.data.place, encoded(this.network));
  }

  buildButtons() {
    const { layers, switches, undo, reset, hint, next, slopes } = this.parts;
    layers.replaceChildren(
      ...LAYERS.map(([name, says]) => {
        const button = element("button", `layer ${name}`, says);
        button.type = "button";
        button.setAttribute("aria-pressed", this.plane.shown.has(name));
        button.onclick = () => {
          if (!this.plane.shown.delete(name)) this.plane.shown.add(name);
          button.setAttribute("aria-pressed", this.plane.shown.has(name));
          this.soon();
        };
        return button;
      }),
    );
    this.boxes = [["positions", "positions"], ["residual", "residual"], ["scaled", "÷ √d"], ["two_heads", "two heads"]].map(([name, says]) => {
      const label = element("label");
      const box = element("input");
      box.type = "checkbox";
      box.onchange = () => {
        this.remember();
        this.network.switches[name] = box.checked;
        this.settle();
      };
      box.dataset.name = name;
      label.append(box, says);
      return label;
    });
    switches.replaceChildren(...this.boxes);
    undo.onclick = () => this.undo();
    reset.onclick = () => {
      this.remember();
      this.network = copied(this.start);
      this.settle();
    };
    hint.hidden = !this.data.hint;
    hint.setAttribute("aria-expanded", "false");
    hint.onclick = () => {
      const opens = hint.getAttribute("aria-expanded") === "false";
      hint.setAttribute("aria-expanded", String(opens));
      this.hinted = opens ? `Hint: ${this.data.hint}` : "";
      this.tellReader("");
    };
    this.hinted = "";
    this.tellReader("");
    this.slopesShown = false;
    slopes.hidden = !this.data.goal?.loss?.gradient;
    slopes.setAttribute("aria-pressed", "false");
    slopes.onclick = () => {
      this.slopesShown = !this.slopesShown;
      slopes.setAttribute("aria-pressed", String(this.slopesShown));
      this.soon();
    };
    next.href = this.data.following || "#";
    next.hidden = true;
    this.root.onkeydown = (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey) {
        event.preventDefault();
        this.undo();
      }
    };
  }

  // trains: the numbers are about to change by training, whose curve goes on.
  remember({ trains = false } = {}) {
    this.training?.halt();
    this.tellReader("");
    if (!trains) this.training?.forget();
    this.undone.push(copied(this.network));
    if (this.undone.length > MOST_UNDONE) this.undone.shift();
  }

  undo() {
    this.training?.stop();
    const last = this.undone.pop();
    if (!last) return;
    this.network = last;
    this.training?.forget();
    this.settle();
  }

  set(changes) {
    for (const [index, number] of Object.entries(changes)) this.network.numbers[index] = rounded(number);
    this.soon();
  }

  // The reader has let go: the numbers are rounded to what is shown, and the server hears of them.
  settle({ exact = false } = {}) {
    if (!exact) this.network.numbers = this.network.numbers.map(rounded);
    const last = this.undone.at(-1);
    if (last && encoded(last) === encoded(this.network)) this.undone.pop();
    this.soon();
    this.later();
  }

  later() {
    KEPT.set(this.data.place, encoded(this.network));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.plane.held || this.training?.running) return this.later();
      const code = encoded(this.network);
      KEPT.delete(this.data.place);
      if (code === this.data.code) return;
      this.sent = Date.now();
      this.tell({ place: this.data.place, code, number: this.sent });
    }, QUIET);
  }

  look(at) {
    this.looks = at;
    this.tellReader("");
    this.soon();
  }

  soon() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  get place() {
    const { numbers, switches } = this.network;
    return { sentence: this.data.sentence, looks: this.looks, count: numbers.length, ...switches };
  }

  light(keys) {
    this.pointed = keys;
    const direct = new Set(keys);
    const further = reached(keys, this.place);
    // A word's share follows from everything, its arrow from nothing but its own numbers.
    const moved = [...further].filter((key) => !/^(l|pr)\./.test(key));
    const arrows = new Set([...direct, ...moved].map((key) => arrowOf(key, this.place)).filter(Boolean));
    this.numbers.light(direct, further);
    this.plane.light(keys.length ? arrows : null);
    this.soon();
  }

  // What is said as long as the reader points at something; else what the numbers come to.
  say(text) {
    this.parts.readout.textContent = text || this.finding;
  }

  // A message, or the hint, which stand on a line of their own.
  tellReader(text) {
    const says = text || this.hinted;
    if (this.parts.told.textContent === says) return;
    this.parts.told.textContent = says;
    if (says) this.parts.live.textContent = says;
    this.soon();
  }

  draw() {
    const { data, network, looks } = this;
    const room = roomFor(this.root, this.parts.stage);
    this.parts.stage.style.height = Number.isFinite(room) ? `${room}px` : "";
    this.sizeNumbers(room);
    const steps = forward(network.numbers, network.switches, data.sentence, looks);
    const given = [network.numbers, network.switches, data.examples];
    const { loss, gradient } = this.training || this.slopesShown ? gradients(...given) : { loss: lossOf(...given) };
    const shown = this.training?.shows || this.slopesShown ? gradient : null;
    this.numbers.draw(network, steps, looks, shown);
    this.plane.draw(network, steps, looks, shown);
    this.training?.draw(loss, gradient);
    for (const label of this.boxes) label.firstChild.checked = network.switches[label.firstChild.dataset.name];
    this.parts.undo.disabled = !this.undone.length;
    this.finding = this.found(steps, loss);
    const pointed = this.pointed?.length === 1 ? written(this.pointed[0], network, steps, looks, data) : "";
    this.say(pointed);
    this.announce();
  }

  // Give the tables the room that there is: larger type in a large window, narrower rows in a low one.
  sizeNumbers(room) {
    const { panels, stage } = this.parts;
    const [tokens, words] = [this.data.sentence.length, this.data.names.length];
    const rows = 1.2 * 3 + Math.max(2 * tokens + 2, tokens + 2 + words);
    const least = 14 * textScale();
    const wide = stage.clientWidth > 70 * least && Number.isFinite(room);
    const size = wide ? Math.min(1.35 * least, Math.max(least, room / rows / 1.5)) : least;
    panels.style.fontSize = `${size.toFixed(2)}px`;
    panels.style.setProperty("--row", `${Math.min(1.5 * size, Math.max(1.2 * size, (room - 4) / rows)).toFixed(2)}px`);
  }

  // What the numbers come to, in a sentence.
  found(steps, loss) {
    const { data, network, looks } = this;
    if (data.goal) {
      const { solved, says } = judged(data.goal, network, data, this.start, loss);
      this.root.classList.toggle("solved", solved);
      this.parts.next.hidden = !(solved && data.following);
      return `${solved ? "Solved" : "Not yet"}: ${says}.`;
    }
    const name = (at) => `“${isolated(data.labels[at])}”`;
    const heads = steps.w.map((weights, head) => {
      const most = weights.indexOf(Math.max(...weights));
      return `${name(most)} (${fixed(weights[most])}${steps.w.length > 1 ? ` in head ${head + 1}` : ""})`;
    });
    const order = steps.pr.map((share, word) => [share, word]).sort(([one], [other]) => other - one);
    const likely = order.slice(0, 2).map(([share, word]) => `${isolated(data.words[word])} ${fixed(share)}`);
    const floor = data.floor[network.switches.positions ? 0 : 1];
    return `${name(looks)} looks most at ${heads.join(" and ")}; in its place: ${likely.join(", ")}. Loss ${fixed(loss, 3)}, at best ${fixed(floor, 3)}.`;
  }

  // Said once the reader has let go, not at every frame.
  announce() {
    clearTimeout(this.live);
    this.live = setTimeout(() => {
      if (this.parts.live.textContent !== this.finding && !this.training?.running) this.parts.live.textContent = this.finding;
    }, QUIET);
  }
}
