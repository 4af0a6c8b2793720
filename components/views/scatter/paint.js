// The map on its canvas: lines, dots, rings, and the names of groups. All text is drawn, never markup.

// SVG paths of radius 1 about 0.
const SHAPES = [
  "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
  "M-.88 -.88H.88V.88H-.88Z",
  "M0 -1.15L1.1 .8H-1.1Z",
  "M0 -1.25L1.25 0L0 1.25L-1.25 0Z",
];
const REST = "M.6 0A.6 .6 0 1 1 -.6 0A.6 .6 0 1 1 .6 0Z";
const STAR = "M0 -1.5L.42 -.5L1.43 -.46L.65 .19L.88 1.21L0 .65L-.88 1.21L-.65 .19L-1.43 -.46L-.42 -.5Z";
const NAME_SIZE = 15;
const SENTENCE_SIZE = 14;
const READ_FROM = 1.5; // zoom from which sentences stand beside their dots, where there is room
const MOST_READ = 600; // dots in the picture; among more there is no room
const LONGEST_READ = 240; // pixels
const MOST_RINGS = 400; // more rings than this would only be a blot

function look(state, group) {
  const { data, theme } = state;
  const roles = data.roles[theme];
  if (data.groups[group].rest) return { shape: REST, colour: roles.quiet };
  const colours = data.colours[theme];
  // Ten colours, four shapes, filled or hollow: eighty groups that look different. Since ten and four are both even, a
  // colour would meet only every other shape if the shapes were not moved on after twenty groups.
  const shape = SHAPES[(group + Math.floor(group / 20)) % SHAPES.length];
  return { shape, colour: colours[group % colours.length], hollow: group % 80 >= 40 };
}

// The more dots, the smaller.
function radius(count) {
  return Math.max(1.6, 7 - 1.35 * Math.log10(Math.max(count, 10)));
}

// Each shape is drawn once and then copied, which is several times faster than drawing its path again.
function stamp(shape, colour, size, paper, hollow = false) {
  const density = Math.max(window.devicePixelRatio || 1, 2);
  const half = Math.ceil(size * 1.6 + 1);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 2 * half * density;
  const pen = canvas.getContext("2d");
  pen.scale(density, density);
  pen.translate(half, half);
  pen.scale(size, size);
  pen.fillStyle = hollow ? paper : colour;
  pen.strokeStyle = hollow ? colour : paper;
  pen.lineWidth = hollow ? 0.5 : 0.25;
  const path = new Path2D(shape);
  pen.fill(path);
  pen.stroke(path);
  return { canvas, half };
}

function paint(canvas, state, least = 2) {
  const { data, box, screen, marks } = state;
  const roles = data.roles[state.theme];
  const pen = sized(canvas, box.width, box.height, least);
  const size = radius(data.count) * Math.min(1.6, Math.max(1, Math.sqrt(state.view.zoom)));
  if (state.stampSize !== size) {
    state.stampSize = size;
    state.stamps = data.groups.map((_, group) => {
      const { shape, colour, hollow } = look(state, group);
      return stamp(shape, colour, size, roles.paper, hollow);
    });
  }
  drawLines(pen, state, roles);
  const some = state.selected.size > 0;
  for (const lit of some ? [false, true] : [true]) {
    pen.globalAlpha = lit ? 1 : 0.4;
    for (const dot of state.order) {
      if (some && state.selected.has(dot) !== lit) continue;
      const { canvas: drawn, half } = state.stamps[state.groupOf[dot]];
      const grown = data.dimensions === 3 ? 1 + 0.3 * screen.near[dot] : 1;
      pen.drawImage(drawn, screen.x[dot] - half * grown, screen.y[dot] - half * grown, 2 * half * grown, 2 * half * grown);
    }
  }
  pen.globalAlpha = 1;
  const ring = (dot, width) => {
    pen.beginPath();
    pen.arc(screen.x[dot], screen.y[dot], size + 2.5, 0, 2 * Math.PI);
    pen.lineWidth = width;
    pen.stroke();
  };
  pen.strokeStyle = roles.ink;
  if (state.selected.size <= MOST_RINGS) for (const dot of state.selected) if (dot < screen.x.length) ring(dot, 1.2);
  drawRounds(pen, state, roles);
  const star = stamp(STAR, roles.query, Math.max(6, size * 1.4), roles.paper);
  for (let dot = data.count; dot < screen.x.length; dot++) {
    pen.drawImage(star.canvas, screen.x[dot] - star.half, screen.y[dot] - star.half, 2 * star.half, 2 * star.half);
  }
  if (marks.picked >= 0 && marks.picked < screen.x.length) ring(marks.picked, 3);
  drawMove(pen, state, roles);
  drawPhrase(pen, state, roles);
  drawGuess(pen, state, roles);
  const taken = data.groups.length > 1 ? drawNames(pen, state, roles) : [];
  drawSentences(pen, state, roles, size, taken);
  drawMedianNames(pen, state, roles);
}

// Lines from the picked dot to its true nearest neighbours: solid where the map keeps them near, else dashed.
function drawLines(pen, state, roles) {
  const { marks, screen } = state;
  if (marks.picked < 0) return;
  for (const { to, cosine, near } of placedHere(state).lines) {
    pen.beginPath();
    pen.moveTo(screen.x[marks.picked], screen.y[marks.picked]);
    pen.lineTo(screen.x[to], screen.y[to]);
    pen.lineWidth = 0.8 + 3 * Math.max(0, cosine);
    pen.strokeStyle = near ? roles.output : roles.query;
    pen.setLineDash(near ? [] : [6, 4]);
    pen.stroke();
  }
  pen.setLineDash([]);
}

// An arrow to what was added last, from where it was before it moved, which is a ring.
function drawMove(pen, { origin, screen, data }, roles) {
  if (!origin || screen.x.length <= data.count) return;
  const [fromX, fromY, toX, toY] = [origin.x[0], origin.y[0], screen.x.at(-1), screen.y.at(-1)];
  const length = Math.hypot(toX - fromX, toY - fromY);
  const [across, down] = [(toX - fromX) / (length || 1), (toY - fromY) / (length || 1)];
  for (const [colour, width] of [[roles.paper, 6], [roles.query, 3]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    pen.arc(fromX, fromY, 7, 0, 2 * Math.PI);
    // Where the two are closer than the ring and the head are wide, the ring alone is drawn.
    if (length > 24) {
      const [tipX, tipY] = [toX - 10 * across, toY - 10 * down];
      pen.moveTo(fromX + 7 * across, fromY + 7 * down);
      pen.lineTo(tipX, tipY);
      for (const side of [1, -1]) {
        pen.moveTo(tipX - 11 * across + side * 7 * down, tipY - 11 * down - side * 7 * across);
        pen.lineTo(tipX, tipY);
      }
    }
    pen.stroke();
  }
}

function nameFont() {
  return `600 ${NAME_SIZE * textScale()}px "Source Sans", system-ui, sans-serif`;
}

function drawPhrase(pen, state, roles) {
  if (!state.phrase) return;
  const { x: [x], y: [y] } = state.phrase;
  pen.strokeStyle = roles.query;
  pen.lineWidth = 2.5;
  pen.beginPath();
  pen.arc(x, y, 9, 0, 2 * Math.PI);
  for (const [across, down] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    pen.moveTo(x + 5 * across, y + 5 * down);
    pen.lineTo(x + 14 * across, y + 14 * down);
  }
  pen.stroke();
  pen.font = nameFont();
  pen.textAlign = "center";
  written(pen, shortened(pen, state.marks.phrase, 220), x, y - 22, roles.query, roles);
}

// The reader's guess, and a line from it to what was to be placed, which is the dot that was added last.
function drawGuess(pen, state, roles) {
  if (!state.guessed) return;
  const { x: [x], y: [y] } = state.guessed;
  const { screen, data } = state;
  pen.strokeStyle = roles.word;
  pen.lineWidth = 2.5;
  if (!state.marks.asks && screen.x.length > data.count) {
    pen.setLineDash([7, 5]);
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(screen.x.at(-1), screen.y.at(-1));
    pen.stroke();
    pen.setLineDash([]);
  }
  pen.beginPath();
  pen.moveTo(x - 8, y - 8);
  pen.lineTo(x + 8, y + 8);
  pen.moveTo(x + 8, y - 8);
  pen.lineTo(x - 8, y + 8);
  pen.stroke();
  pen.font = nameFont();
  pen.textAlign = "center";
  written(pen, "your guess", x, y - 22, roles.word, roles);
}

// The guesses of a class as small crosses, the earlier round paler; a ring at the median of each.
function drawRounds(pen, { rounds }, roles) {
  rounds.forEach(({ screen, count }, number) => {
    const last = number === rounds.length - 1;
    const half = count > 100 ? 2.5 : 4;
    pen.beginPath();
    for (let guess = 0; guess < count; guess++) {
      const [x, y] = [screen.x[guess], screen.y[guess]];
      pen.moveTo(x - half, y - half);
      pen.lineTo(x + half, y + half);
      pen.moveTo(x + half, y - half);
      pen.lineTo(x - half, y + half);
    }
    pen.globalAlpha = last ? 1 : 0.45;
    for (const [colour, width] of [[roles.paper, half], [roles.word, half / 2]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    }
    pen.globalAlpha = 1;
  });
  rounds.forEach(({ screen, count }, number) => {
    pen.beginPath();
    pen.arc(screen.x[count], screen.y[count], 9, 0, 2 * Math.PI);
    pen.strokeStyle = roles.word;
    pen.lineWidth = number === rounds.length - 1 ? 3 : 1.5;
    pen.stroke();
  });
}

function drawMedianNames(pen, { rounds }, roles) {
  pen.font = nameFont();
  pen.textAlign = "center";
  rounds.forEach(({ name, screen, count }) => {
    const [x, y] = [screen.x[count], screen.y[count]];
    // The names of two medians that are close stand on either side.
    const upper = rounds.some((other) => other.screen.y[other.count] > y);
    written(pen, name, x, y + (upper ? -22 : 22), roles.word, roles);
  });
}

// With a halo in the colour of the paper, to be readable on top of dots.
function written(pen, text, x, y, colour, roles) {
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.strokeStyle = roles.paper;
  pen.lineWidth = 4;
  pen.globalAlpha = 0.85;
  pen.strokeText(text, x, y);
  pen.globalAlpha = 1;
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}

// The names of groups at their centres; of two names that would overlap, only the larger group's. Returns their boxes.
function drawNames(pen, state, roles) {
  const { data, box } = state;
  pen.font = nameFont();
  pen.textAlign = "center";
  const taken = [];
  for (const group of state.largest) {
    if (data.groups[group].rest) continue;
    const name = shortened(pen, data.groups[group].name, 170 * textScale());
    const width = pen.measureText(name).width;
    const x = Math.min(Math.max(state.middles.x[group], width / 2 + 2), box.width - width / 2 - 2);
    const y = state.middles.y[group];
    const half = 0.7 * NAME_SIZE * textScale();
    const mine = [x - width / 2, y - half, x + width / 2, y + half];
    if (taken.some((other) => meet(mine, other))) continue;
    taken.push(mine);
    written(pen, name, x, y, roles.ink, roles);
  }
  return taken;
}

function meet([left, top, right, bottom], [l, t, r, b]) {
  return left < r && l < right && top < b && t < bottom;
}

// Of a map that is looked at from near, the sentences beside their dots: selected ones first, and none that would cover
// a dot, a name or another sentence. taken: the boxes of names.
function drawSentences(pen, state, roles, size, taken) {
  const { data, box, screen, view, marks } = state;
  state.read = new Map(); // dot -> the box of its sentence
  if (data.compact || marks.asks || view.zoom < READ_FROM) return;
  const seen = [];
  for (let dot = 0; dot < screen.x.length; dot++) {
    const [x, y] = [screen.x[dot], screen.y[dot]];
    if (x >= 0 && x <= box.width && y >= 0 && y <= box.height) seen.push(dot);
  }
  if (seen.length > MOST_READ) return;
  pen.font = `${SENTENCE_SIZE * textScale()}px "Source Sans", system-ui, sans-serif`;
  pen.textAlign = "left";
  if (state.textsFor !== pen.font) [state.textsFor, state.texts] = [pen.font, new Map()];
  const half = 0.65 * SENTENCE_SIZE * textScale();
  const boxes = [...taken];
  const free = (mine, own) =>
    !boxes.some((other) => meet(mine, other)) &&
    !seen.some((dot) => {
      if (dot === own) return false;
      const [x, y] = [screen.x[dot], screen.y[dot]];
      return meet(mine, [x - size, y - size, x + size, y + size]);
    });
  seen.sort((one, other) => state.selected.has(other) - state.selected.has(one));
  for (const dot of seen) {
    if (!state.texts.has(dot)) {
      const text = shortened(pen, sentence(state, dot), LONGEST_READ * textScale());
      state.texts.set(dot, { text, width: pen.measureText(text).width });
    }
    const { text, width } = state.texts.get(dot);
    const [x, y] = [screen.x[dot], screen.y[dot]];
    for (const left of [x + size + 4, x - size - 4 - width]) {
      const mine = [left, y - half, left + width, y + half];
      if (left < 2 || mine[2] > box.width - 2 || mine[1] < 0 || mine[3] > box.height || !free(mine, dot)) continue;
      boxes.push(mine);
      state.read.set(dot, mine);
      written(pen, text, left, y, roles.ink, roles);
      break;
    }
  }
}

// The dot under the pointer, and the lasso that is being drawn.
function outline(canvas, state) {
  const { box, screen, data } = state;
  const roles = data.roles[state.theme];
  const pen = sized(canvas, box.width, box.height);
  const dot = state.hovered;
  if (dot >= 0 && dot < screen.x.length) {
    pen.strokeStyle = roles.ink;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(screen.x[dot], screen.y[dot], radius(data.count) + 5, 0, 2 * Math.PI);
    pen.stroke();
  }
  if (state.fence.length > 1) {
    pen.strokeStyle = roles.query;
    pen.fillStyle = `${roles.query}22`;
    pen.lineWidth = 1.5;
    pen.beginPath();
    state.fence.forEach(([x, y], place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.closePath();
    pen.fill();
    pen.stroke();
  }
}
