// The words of two sentences and the lines between them; below, the cosine of the sentences on a scale.
// Text from the reader only ever goes into textContent.

const LARGEST = 30; // of words, where there is little room
const SMALLEST = 16;
const SMALL = 14; // of positions and of the scale
const LOW = 220; // of two sentences one above the other on a phone
const STRIP = [46, 80]; // of one round of guesses above the scale, at least and at most
const WIDE = 600; // from which the scale stands beside words that stand below one another

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".view");
  const parts = {
    stage: root.querySelector(".stage"),
    picture: root.querySelector(".picture"),
    readout: root.querySelector(".readout"),
  };
  const state = { data, colours: data.colours[isDark(root) ? "dark" : "light"], cursor: -1 };
  describedAs(parts.picture, data.alt);
  parts.stage.setAttribute("aria-label", `${data.alt}. Arrow keys move from one word to the next.`);
  parts.readout.textContent = hint();
  const build = () => parts.stage.clientWidth && draw(state, parts, roomFor(root, parts.stage));
  const end = redrawn(parts.stage, build);
  build();
  parts.stage.onpointerleave = () => point(state, parts, -1);
  parts.stage.onkeydown = (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const count = data.partners.length;
    point(state, parts, (Math.max(state.cursor, by < 0 ? 0 : -1) + by + count) % count);
  };
  const give = handedOut(data.file, () => svgDrawing(parts.picture));
  return () => {
    end();
    give();
  };
}

function hint() {
  return "Numbers are positions. A purple line leads to another position.";
}

// Stress one pair, and say where its two words stand; -1: none.
function point(state, parts, number) {
  const { data } = state;
  state.cursor = number;
  state.lines.forEach((line, index) => line?.setAttribute("stroke-width", index === number ? 5 : 2.5));
  if (number < 0) {
    parts.readout.textContent = hint();
    return;
  }
  const [one, other] = data.partners[number];
  const [from, to] = [data.first[one].position, data.second[other].position];
  parts.readout.textContent =
    `${data.first[one].text}: position ${from} in the first sentence, ` +
    (from === to ? "the same in the second." : `${to} in the second.`);
}

function draw(state, parts, room) {
  const { data } = state;
  let scaled = textScale();
  const width = parts.stage.clientWidth;
  // Between the sentences stays room for the lines.
  const strip = Math.max(STRIP[0] * scaled, Math.min(STRIP[1] * scaled, (Number.isFinite(room) ? room : 450) / 7));
  const strips = strip * data.scale.rounds.length;
  const foot = 92 * scaled + strips;
  const largest = Math.min(Math.max(LARGEST * scaled, Number.isFinite(room) ? room / 13 : 0), (room - foot) / 7.5);
  const size = fitting(data, width, largest, scaled);
  // Words below one another leave room for the scale at their side.
  const beside = !size && width > WIDE;
  scaled *= Math.max(1, size / scaled / 36); // what stands beside large words is larger too
  const below = beside ? 0 : 92 * scaled + strips;
  const words = size
    ? across(data, width, size, scaled, Math.min(width > WIDE ? 10 * size : LOW * scaled, room - below))
    : down(data, beside ? width * 0.6 : width, SMALLEST * scaled, room - below, scaled);
  const y = beside
    ? Math.max(Math.min(words.height / 2, 160 * scaled), strips + 40 * scaled)
    : words.height + strips + 34 * scaled;
  const height = beside ? Math.max(words.height, y + 58 * scaled) : words.height + below;
  const svg = parts.picture;
  svg.replaceChildren();
  const attributes = { xmlns: SVG_SPACE, viewBox: `0 0 ${width} ${height}`, width, height, "font-family": CODE_FONT };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  const title = svgElement("title");
  title.textContent = data.alt;
  svg.append(title);
  state.lines = data.partners.map(([one, other], number) => {
    const [from, to] = [words.first[one], words.second[other]];
    if (!from || !to) return null;
    const moved = data.first[one].position !== data.second[other].position;
    const line = svgElement("line", {
      x1: from.end[0], y1: from.end[1], x2: to.end[0], y2: to.end[1],
      stroke: moved ? state.colours.position : state.colours.quiet,
      "stroke-width": 2.5, "stroke-opacity": moved ? 0.85 : 0.45, "stroke-linecap": "round",
    });
    line.onpointerenter = () => point(state, parts, number);
    svg.append(line);
    return line;
  });
  for (const side of ["first", "second"]) {
    words[side].forEach((place, index) => {
      const word = data[side][index];
      const partner = data.partners.findIndex((pair) => pair[side === "first" ? 0 : 1] === index);
      const colour = partner < 0 || word.unknown ? "query" : word.special ? "quiet" : "ink";
      const text = write(svg, place.shown, place.word, size || SMALLEST * scaled, state.colours[colour], place.anchor);
      if (partner >= 0) text.onpointerenter = () => point(state, parts, partner);
      if (partner < 0) text.setAttribute("text-decoration", "underline");
      write(svg, String(word.position), place.number, SMALL * scaled, state.colours.quiet, place.anchor);
    });
  }
  if (words.omitted) {
    write(svg, `and ${words.omitted} more rows`, [words.width / 2, words.height - 6], SMALL * scaled, state.colours.quiet, "middle");
  }
  const left = beside ? words.width : 24 * scaled;
  drawScale(svg, data.scale, state.colours, [left, width - 24 * scaled], y, scaled, strip);
}

function write(svg, text, [x, y], size, colour, anchor) {
  const element = svgElement("text", { x, y, "font-size": size, fill: colour, "text-anchor": anchor, class: "word" });
  element.textContent = text;
  svg.append(element);
  return element;
}

function pen(size) {
  const drawing = document.createElement("canvas").getContext("2d");
  drawing.font = `${size}px ${CODE_FONT}`;
  return drawing;
}

// The largest size at which both sentences fit side by side; 0 if none does.
function fitting(data, width, largest, scaled) {
  const measure = pen(100);
  const longest = Math.max(
    ...[data.first, data.second].map((side) =>
      side.reduce((sum, word) => sum + measure.measureText(word.text).width / 100 + 1, -1),
    ),
  );
  const size = Math.min(Math.max(largest, SMALLEST * scaled), (width - 8) / longest);
  return size >= SMALLEST * scaled ? size : 0;
}

// One sentence above the other.
function across(data, width, size, scaled, height) {
  const measure = pen(size);
  const row = (side, y, lineY, numberY) => {
    const widths = side.map((word) => measure.measureText(word.text).width);
    let left = (width - widths.reduce((sum, each) => sum + each, 0) - size * (side.length - 1)) / 2;
    return side.map((word, index) => {
      const middle = left + widths[index] / 2;
      left += widths[index] + size;
      return { shown: word.text, word: [middle, y], end: [middle, lineY], number: [middle, numberY], anchor: "middle" };
    });
  };
  const line = 1.25 * size;
  return {
    width,
    height,
    first: row(data.first, 20 * scaled + line, 20 * scaled + 1.4 * line, 18 * scaled),
    second: row(data.second, height - 24 * scaled - 0.35 * line, height - 24 * scaled - 1.35 * line, height - 8 * scaled),
    omitted: 0,
  };
}

// One sentence beside the other, each word in a row of its own.
function down(data, width, size, room, scaled) {
  const measure = pen(size);
  const row = 1.3 * size;
  const count = Math.max(data.first.length, data.second.length);
  const rows = Math.min(count, Number.isFinite(room) ? Math.max(3, Math.floor(room / row - (count * row > room ? 1 : 0.3))) : 80);
  const edge = 0.4 * width;
  const side = (words, sign) =>
    words.slice(0, rows).map((word, index) => {
      const shown = shortened(measure, word.text, edge - 42 * scaled);
      const y = row * (index + 0.75);
      const x = sign < 0 ? edge : width - edge;
      const number = [x + sign * (measure.measureText(shown).width + 10), y];
      return { shown, word: [x, y], end: [x - sign * 6, y - 0.3 * size], number, anchor: sign < 0 ? "end" : "start" };
    });
  const omitted = count - rows;
  return { width, height: row * (rows + (omitted ? 1 : 0.3)), first: side(data.first, -1), second: side(data.second, 1), omitted };
}

function drawScale(svg, scale, colours, [left, right], y, scaled, strip) {
  const { low } = scale;
  const at = (cosine) => left + ((Math.min(cosine, 1) - low) / (1 - low)) * (right - left);
  const size = SMALL * scaled;
  svg.append(svgElement("line", { x1: left, x2: right, y1: y, y2: y, stroke: colours.quiet, "stroke-width": 1.5 }));
  for (const tick of [low, (low + 1) / 2, 1]) {
    svg.append(svgElement("line", { x1: at(tick), x2: at(tick), y1: y - 5, y2: y + 5, stroke: colours.quiet, "stroke-width": 1.5 }));
    write(svg, String(tick).replace("-", "−"), [at(tick), y + 22 * scaled], size, colours.quiet, "middle");
  }
  write(svg, scale.name, [(left + right) / 2, y + 48 * scaled], size, colours.quiet, "middle");
  const mark = (cosine, text, colour, outlined) => {
    const x = at(cosine);
    svg.append(svgElement("circle", {
      cx: x, cy: y, r: 8 * scaled, fill: outlined ? "none" : colour, stroke: colour, "stroke-width": 2.5,
    }));
    const anchor = x > right - 120 * scaled ? "end" : x < left + 120 * scaled ? "start" : "middle";
    write(svg, text, [x, y - 16 * scaled], size * 1.15, colour, anchor);
  };
  drawGuesses(svg, scale, colours, at, left, y - 36 * scaled, scaled, strip);
  const shown = Math.min(scale.cosine, 1).toFixed(4).replace("-", "−");
  if (scale.guess === null) return mark(scale.cosine, shown, colours.position, false);
  const near = Math.abs(at(scale.guess) - at(scale.cosine)) < 260 * scaled;
  mark(scale.cosine, near ? "" : shown, colours.position, false);
  mark(scale.guess, near ? `your guess ${scale.guess.toFixed(2)}, it is ${shown}` : `your guess ${scale.guess.toFixed(2)}`, colours.word, true);
}

// The guesses of a class above the scale, and the truth through them. foot: the y on which the last round stands.
function drawGuesses(svg, scale, colours, at, left, foot, scaled, strip) {
  const { rounds, low, places } = scale;
  if (!rounds.length) return;
  const truth = at(scale.cosine);
  svg.append(svgElement("line", {
    x1: truth, x2: truth, y1: foot - rounds.length * strip, y2: foot + 4, stroke: colours.position,
    "stroke-width": 1.5, "stroke-dasharray": "4 4",
  }));
  const room = strip - 20 * scaled;
  const width = (at(1) - at(low)) / places;
  rounds.forEach((round, number) => {
    const base = foot - (rounds.length - 1 - number) * strip;
    const strong = number === rounds.length - 1 ? 1 : PALE;
    for (const { r, x, y, width: across, height } of stripMarks(rounds, number, at, base, room, width)) {
      const look = { fill: colours.word, "fill-opacity": strong, class: "guessed" };
      svg.append(r ? svgElement("circle", { cx: x, cy: y, r, ...look }) : svgElement("rect", { x, y, width: across, height, ...look }));
    }
    const middle = at(round.median);
    svg.append(svgElement("line", { x1: middle, x2: middle, y1: base - room, y2: base, stroke: colours.ink, "stroke-width": 2 }));
    const name = write(svg, stripName(round), [left, base - room - 4 * scaled], SMALL * scaled, colours.word, "start");
    for (const [key, value] of [["paint-order", "stroke"], ["stroke", colours.paper], ["stroke-width", 4]]) name.setAttribute(key, value);
  });
}
