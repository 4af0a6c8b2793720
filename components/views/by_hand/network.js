// The network of core/by_hand/network.py, forward and backward, on a flat array of its numbers.
//
// numbers: two for each word, two for [MASK], then the matrices Wq, Wk and Wv, row by row. A vector is a row: x Wq.
// switches: {positions, residual, scaled, two_heads}. words: numbers in the vocabulary; V stands for a hidden word.

const MATRICES = { q: 12, k: 8, v: 4 }; // where each begins, counted from the end

// What the number at an index belongs to: {word, axis}, or {matrix, row, column}.
function belongs(index, count) {
  const inside = index - (count - MATRICES.q);
  if (inside < 0) return { word: Math.floor(index / 2), axis: index % 2 };
  return { matrix: ["q", "k", "v"][Math.floor(inside / 4)], row: Math.floor((inside % 4) / 2), column: inside % 2 };
}

function product(x, y, numbers, matrix) {
  const w = numbers.length - MATRICES[matrix];
  return [x * numbers[w] + y * numbers[w + 2], x * numbers[w + 1] + y * numbers[w + 3]];
}

function shares(scores) {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

// −ln of the share of one of them, also where the share itself is too small for a number.
function surprise(scores, chosen) {
  const most = Math.max(...scores);
  return Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0)) + most - scores[chosen];
}

// The dimensions of each head.
function headsOf(switches) {
  return switches.two_heads ? [[0], [1]] : [[0, 1]];
}

function dot(a, b, dimensions = [0, 1]) {
  return dimensions.reduce((sum, d) => sum + a[d] * b[d], 0);
}

// Every number on the way of a sentence, seen from the token at `looks`.
function forward(numbers, switches, words, looks) {
  const known = numbers.length / 2 - 7; // words of the vocabulary, without [MASK]
  const embedding = (word) => [numbers[2 * word], numbers[2 * word + 1]];
  const e = words.map(embedding);
  const p = words.map((_, at) => (switches.positions ? [Math.sin(at), Math.cos(at)] : [0, 0]));
  const x = e.map((each, at) => [each[0] + p[at][0], each[1] + p[at][1]]);
  const [q, k, v] = ["q", "k", "v"].map((matrix) => x.map((each) => product(...each, numbers, matrix)));
  const heads = headsOf(switches);
  const root = switches.scaled ? Math.sqrt(heads[0].length) : 1;
  const s = heads.map((dimensions) => k.map((key) => dot(q[looks], key, dimensions) / root));
  const w = s.map(shares);
  const z = [0, 1].map((d) => {
    const head = heads.length === 2 ? d : 0;
    return v.reduce((sum, value, at) => sum + w[head][at] * value[d], 0);
  });
  const out = [0, 1].map((d) => z[d] + (switches.residual ? x[looks][d] : 0));
  const l = Array.from({ length: known }, (_, word) => dot(out, embedding(word)));
  return { e, p, x, q, k, v, s, w, z, out, l, pr: shares(l) };
}

// Add the gradient of −ln p(word) with respect to all numbers, times `share`; returns that loss.
function addGradient(numbers, switches, words, looks, word, share, gradient) {
  const steps = forward(numbers, switches, words, looks);
  const { x, q, k, v, w, z, out, pr } = steps;
  const heads = headsOf(switches);
  const root = switches.scaled ? Math.sqrt(heads[0].length) : 1;
  const dOut = [0, 0];
  pr.forEach((probability, each) => {
    const d = share * (probability - (each === word ? 1 : 0));
    for (const axis of [0, 1]) {
      dOut[axis] += d * numbers[2 * each + axis];
      gradient[2 * each + axis] += d * out[axis];
    }
  });
  const dx = x.map(() => [0, 0]);
  if (switches.residual) dx[looks] = [...dOut];
  const dq = [0, 0];
  const dk = k.map(() => [0, 0]);
  const dv = v.map(() => [0, 0]);
  heads.forEach((dimensions, head) => {
    const meant = dot(dOut, z, dimensions);
    v.forEach((value, at) => {
      const ds = (w[head][at] * (dot(dOut, value, dimensions) - meant)) / root;
      for (const d of dimensions) {
        dv[at][d] += w[head][at] * dOut[d];
        dq[d] += ds * k[at][d];
        dk[at][d] += ds * q[looks][d];
      }
    });
  });
  const back = (matrix, d, at) => {
    const first = numbers.length - MATRICES[matrix];
    for (const row of [0, 1]) {
      for (const column of [0, 1]) {
        gradient[first + 2 * row + column] += x[at][row] * d[column];
        dx[at][row] += numbers[first + 2 * row + column] * d[column];
      }
    }
  };
  back("q", dq, looks);
  words.forEach((_, at) => {
    back("k", dk[at], at);
    back("v", dv[at], at);
  });
  words.forEach((each, at) => {
    for (const axis of [0, 1]) gradient[2 * each + axis] += dx[at][axis];
  });
  return surprise(steps.l, word);
}

// Each sentence with each of its words hidden in turn.
function examplesOf(sentences, mask) {
  return sentences.flatMap((words) =>
    words.map((word, at) => ({ words: words.map((each, place) => (place === at ? mask : each)), looks: at, word })),
  );
}

// The mean loss over examples, and its gradient.
function gradients(numbers, switches, examples) {
  const gradient = new Float64Array(numbers.length);
  let loss = 0;
  for (const { words, looks, word } of examples) {
    loss += addGradient(numbers, switches, words, looks, word, 1 / examples.length, gradient) / examples.length;
  }
  return { loss, gradient };
}

function lossOf(numbers, switches, examples) {
  let loss = 0;
  for (const { words, looks, word } of examples) loss += surprise(forward(numbers, switches, words, looks).l, word);
  return loss / examples.length;
}

// Gradient descent with momentum (Polyak 1964): the change of each number goes on, and fades.
const MOMENTUM = 0.9;

function descend(numbers, speed, gradient, rate) {
  for (let i = 0; i < numbers.length; i += 1) {
    speed[i] = MOMENTUM * speed[i] + gradient[i];
    numbers[i] -= rate * speed[i];
  }
}

// Numbers to begin with: normally distributed, the same for the same seed (mulberry32, Box and Muller 1958).
const SPREAD = 0.5;

function drawn(count, seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return Float64Array.from({ length: count }, () => {
    const [far, turn] = [uniform(), uniform()];
    const normal = Math.sqrt(-2 * Math.log(Math.max(far, 1e-12))) * Math.cos(2 * Math.PI * turn);
    return Math.round(100 * SPREAD * normal) / 100;
  });
}
