// Training in front of the reader: gradient descent on all numbers, the loss step by step, and its exact floor.

// Most happens in the first steps, so these are shown slowly.
const SLOW_STEPS = 400;
const [STEPS_A_FRAME, LATER] = [3, 30];
const STEPS_AT_ONCE = 3000; // of one press of Train
const KEPT_LOSSES = 1200; // points of the curve
const RATES = [0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 1];
const SEEDS = 12;

class Training {
  constructor(panel, data, theme, act) {
    Object.assign(this, { panel, data, colours: data.colours[theme], act, losses: [], step: 0, running: 0, ends: [] });
    this.speed = null;
    this.shows = false; // the gradient
    this.build();
  }

  build() {
    const { panel } = this;
    panel.replaceChildren();
    this.says = element("p", "says");
    this.curve = svgElement("svg", { class: "curve", role: "img" });
    const rate = element("label", "", "Learning rate ");
    this.rate = element("input");
    Object.assign(this.rate, { type: "range", min: 0, max: RATES.length - 1, step: 1 });
    this.rate.value = RATES.indexOf(0.05);
    this.rated = element("output", "", "0.05");
    this.rate.oninput = () => {
      this.burst = 0;
      this.rated.textContent = String(this.learningRate);
      this.rate.setAttribute("aria-valuetext", this.rated.textContent);
    };
    rate.append(this.rate, this.rated);
    const seed = element("label", "", "Seed ");
    this.seed = element("select");
    for (let number = 1; number <= SEEDS; number += 1) this.seed.append(new Option(String(number), String(number)));
    this.seed.onchange = () => this.begin();
    seed.append(this.seed);
    const button = (text, does) => {
      const made = element("button", "", text);
      made.type = "button";
      made.onclick = does;
      return made;
    };
    this.train = button("Train", () => (this.running ? this.stop() : this.go()));
    this.train.classList.add("first");
    this.gradient = button("Show the gradient", () => this.toggleGradient());
    this.gradient.setAttribute("aria-pressed", "false");
    const buttons = element("div", "buttons");
    buttons.append(this.train, button("One step", () => this.one()), this.gradient);
    const begin = element("div", "buttons");
    this.anew = button("Begin anew", () => this.begin());
    begin.append(seed, this.anew, button("All 12 seeds", () => this.all()));
    panel.append(this.says, this.curve, buttons, rate, begin);
  }

  get learningRate() {
    return RATES[Number(this.rate.value)];
  }

  toggleGradient() {
    this.shows = !this.shows;
    this.gradient.setAttribute("aria-pressed", String(this.shows));
    this.act.draw();
  }

  // Random numbers, as nobody has trained them.
  begin() {
    this.act.begin();
    const { numbers } = unlearned(this.data.mask, Number(this.seed.value));
    this.act.set(Object.fromEntries(numbers.entries()));
    this.act.end();
  }

  // The numbers were changed by something else: the curve begins anew.
  forget() {
    Object.assign(this, { losses: [], step: 0, speed: null, ends: [], burst: 0 });
    this.act.draw();
  }

  go() {
    this.ends = [];
    this.act.begin({ trains: true });
    const last = this.step + STEPS_AT_ONCE;
    this.train.textContent = "Stop";
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const frame = () => {
      const steps = still ? STEPS_AT_ONCE : this.step < SLOW_STEPS ? STEPS_A_FRAME : LATER;
      const went = this.descend(Math.min(steps, last - this.step));
      if (!went || this.step >= last) return this.stop();
      this.running = requestAnimationFrame(frame);
      this.act.draw();
    };
    this.running = requestAnimationFrame(frame);
  }

  one() {
    this.stop();
    this.ends = [];
    this.act.begin({ trains: true });
    this.descend(1);
    this.act.end({ exact: true });
  }

  // Go some steps downhill; false if the numbers burst, which then stay where they were last small.
  descend(steps) {
    const network = this.act.network();
    this.speed ??= new Float64Array(network.numbers.length);
    for (let step = 0; step < steps; step += 1) {
      const { loss, gradient } = gradients(network.numbers, network.switches, this.data.examples);
      const before = network.numbers.slice();
      descend(network.numbers, this.speed, gradient, this.learningRate);
      if (!Number.isFinite(loss) || network.numbers.some((number) => !(Math.abs(number) <= LARGEST))) {
        network.numbers.set(before);
        this.burst = this.learningRate;
        this.speed = null;
        return false;
      }
      this.burst = 0;
      this.losses.push(loss);
      this.step += 1;
    }
    return true;
  }

  stop() {
    if (!this.running) return;
    this.halt();
    this.act.end();
  }

  halt() {
    cancelAnimationFrame(this.running);
    this.running = 0;
    this.train.textContent = "Train";
  }

  // Take over curve and settings of the training of another sentence.
  goOn({ losses, step, ends, rate, seed, shows }) {
    Object.assign(this, { losses, step, ends, shows });
    this.rate.value = rate.value;
    this.rate.oninput();
    this.seed.value = seed.value;
    this.gradient.setAttribute("aria-pressed", String(shows));
  }

  // Train every seed, one after the other, and show where each ends.
  all() {
    this.stop();
    const { switches } = this.act.network();
    const rate = this.learningRate;
    this.ends = [];
    let [seed, step] = [1, 0];
    let { numbers } = unlearned(this.data.mask, seed);
    let speed = new Float64Array(numbers.length);
    this.train.textContent = "Stop";
    const frame = () => {
      const until = performance.now() + 12;
      while (performance.now() < until && step < STEPS_AT_ONCE) {
        const { loss, gradient } = gradients(numbers, switches, this.data.examples);
        if (!Number.isFinite(loss) || numbers.some((number) => !(Math.abs(number) <= LARGEST))) {
          numbers.fill(NaN);
          step = STEPS_AT_ONCE;
        } else {
          descend(numbers, speed, gradient, rate);
          step += 1;
        }
      }
      if (step >= STEPS_AT_ONCE) {
        const end = gradients(numbers, switches, this.data.examples);
        this.ends.push(this.judge(end.loss, end.gradient, switches));
        if (this.ends.length === SEEDS) {
          this.halt();
          return this.act.draw();
        }
        [seed, step] = [seed + 1, 0];
        numbers = unlearned(this.data.mask, seed).numbers;
        speed = new Float64Array(numbers.length);
      }
      this.act.draw();
      this.running = requestAnimationFrame(frame);
    };
    this.running = requestAnimationFrame(frame);
  }

  // How training stands with these numbers: at the floor, stuck where it is flat, or not there yet.
  judge(loss, gradient, switches) {
    const slope = Math.hypot(...gradient);
    const over = loss - this.data.floor[switches.positions ? 0 : 1];
    const state = !Number.isFinite(loss) ? "burst" : over < NEAR ? "there" : slope < FLAT ? "stuck" : "on its way";
    return { loss, slope, state };
  }

  draw(reached, gradient) {
    const { switches } = this.act.network();
    const floor = this.data.floor[switches.positions ? 0 : 1];
    const { loss, slope, state } = this.judge(reached, gradient, switches);
    const step = `Step ${this.step.toLocaleString("en")}`;
    if (this.ends.length || (this.running && !this.losses.length)) {
      const count = (of) => this.ends.filter((end) => end.state === of).length;
      const parts = [[`at the floor ${fixed(floor, 3)}`, "there"], ["stuck", "stuck"], ["not there yet", "on its way"], ["burst", "burst"]];
      const found = parts.filter(([, of]) => count(of)).map(([says, of]) => `${count(of)} ${says}`);
      this.says.textContent = `${this.ends.length} of ${SEEDS} seeds trained${found.length ? `: ${found.join(", ")}` : ""}.`;
    } else if (this.burst) {
      this.says.textContent = `Burst after ${step.toLowerCase()}: the learning rate ${this.burst} is too large.`;
    } else {
      const told = { there: ": at the floor", stuck: ": stuck, it is flat here", "on its way": "", burst: "" }[this.running ? "on its way" : state];
      this.says.textContent = `${step}: loss ${fixed(loss, 3)}, floor ${fixed(floor, 3)}${told}. Slope ${fixed(slope, 3)}.`;
    }
    // Where nothing is left to learn, the way on is to begin anew.
    const anew = state === "there" && !this.running;
    this.anew.classList.toggle("first", anew);
    this.train.classList.toggle("first", !anew);
    this.drawCurve(floor);
  }

  drawCurve(floor) {
    const svg = this.curve;
    const [width, height] = [svg.clientWidth, svg.clientHeight];
    if (!width || !height) return;
    const size = 14 * textScale();
    const [left, bottom] = [size * 2.4, size * 1.5];
    const shown = this.ends.length ? this.ends.map((end) => end.loss) : this.losses;
    const top = Math.max(1.2, ...shown.filter(Number.isFinite).map((loss) => Math.min(loss, 2.5)));
    const y = (loss) => 4 + (1 - Math.min(loss, top) / top) * (height - bottom - 4);
    const steps = this.ends.length ? SEEDS + 2.5 : Math.max(300, this.losses.length);
    const x = (step) => left + (step / steps) * (width - left - 4);
    const text = (says, at, down, anchor, fill) => {
      const made = svgElement("text", { x: at, y: down, fill, "font-size": size, "text-anchor": anchor, "dominant-baseline": "central" });
      made.textContent = says;
      return made;
    };
    const { quiet, line, key, word, query } = this.colours;
    const parts = [
      svgElement("line", { x1: left, x2: width - 4, y1: y(0), y2: y(0), stroke: line }),
      svgElement("line", { x1: left, x2: left, y1: 4, y2: y(0), stroke: line }),
      text("0", left - 4, y(0), "end", quiet),
      text("1", left - 4, y(1), "end", quiet),
      svgElement("line", { x1: left, x2: width - 4, y1: y(floor), y2: y(floor), stroke: word, "stroke-width": 2, "stroke-dasharray": "6 4" }),
      text("floor", width - 6, y(floor) + size * (floor > 0.3 ? 0.8 : -0.8), "end", word),
      text(this.ends.length ? "seed" : "steps", width - 4, height - size / 2, "end", quiet),
    ];
    if (this.ends.length) {
      this.ends.forEach((end, index) => {
        const at = x(index + 1);
        if (end.state === "burst") parts.push(text("×", at, 12, "middle", query));
        else parts.push(svgElement("circle", { cx: at, cy: y(end.loss), r: 5, fill: end.state === "there" ? key : query }));
        if (index % 2 === 0) parts.push(text(String(index + 1), at, height - size / 2, "middle", quiet));
      });
    } else {
      const every = Math.ceil(this.losses.length / KEPT_LOSSES);
      const points = this.losses.filter((_, step) => step % every === 0).map((loss, index) => `${x(index * every).toFixed(1)},${y(loss).toFixed(1)}`);
      parts.push(svgElement("polyline", { points: points.join(" "), fill: "none", stroke: key, "stroke-width": 2 }));
      parts.push(text(this.losses.length ? this.losses.length.toLocaleString("en") : "0", left + 4, height - size / 2, "start", quiet));
    }
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("aria-label", this.says.textContent);
    svg.replaceChildren(...parts);
  }
}

const NEAR = 0.005; // nats above the floor that count as reached
const FLAT = 0.003; // nats a unit: a slope below which training is stuck
