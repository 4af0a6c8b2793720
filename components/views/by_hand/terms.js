// Which number goes into which: the way of a change through the network. Keys are those of the cells: n.3 is the fourth
// number of the network, x.1.0 the first number of the second token's sum, and so on; `names` are arrows in the plane.

function uses(key, { sentence, looks, count, two_heads: twoHeads, residual }) {
  const [kind, first, second] = key.split(".");
  const tokens = sentence.map((_, at) => at);
  const both = (name, at) => [`${name}.${at}.0`, `${name}.${at}.1`];
  if (kind === "n") {
    const { word, axis, matrix, column } = belongs(Number(first), count);
    if (word !== undefined) {
      const here = tokens.filter((at) => sentence[at] === word).map((at) => `x.${at}.${axis}`);
      return word < count / 2 - 7 ? [...here, `l.${word}`] : here;
    }
    return (matrix === "q" ? [looks] : tokens).map((at) => `${matrix}.${at}.${column}`);
  }
  const at = Number(first);
  if (kind === "p") return [`x.${at}.${second}`];
  if (kind === "x") {
    const further = [...(at === looks ? both("q", at) : []), ...both("k", at), ...both("v", at)];
    return at === looks && residual ? [...further, `out.${second}`] : further;
  }
  if (kind === "q") return at === looks ? tokens.map((token) => `s.${twoHeads ? second : 0}.${token}`) : [];
  if (kind === "k") return [`s.${twoHeads ? second : 0}.${at}`];
  if (kind === "v") return [`z.${second}`];
  if (kind === "s") return tokens.map((token) => `w.${first}.${token}`);
  if (kind === "w") return twoHeads ? [`z.${first}`] : ["z.0", "z.1"];
  if (kind === "z") return [`out.${first}`];
  const words = Array.from({ length: count / 2 - 7 }, (_, word) => word);
  if (kind === "out") return words.map((word) => `l.${word}`);
  if (kind === "l") return words.map((word) => `pr.${word}`);
  return [];
}

// Everything that a change of these numbers reaches.
function reached(keys, place) {
  const found = new Set();
  let edge = keys;
  while (edge.length) {
    edge = [...new Set(edge.flatMap((key) => uses(key, place)))].filter((key) => !found.has(key));
    edge.forEach((key) => found.add(key));
  }
  return found;
}

// The arrow in the plane that a number is part of.
function arrowOf(key, { count }) {
  const [kind, first] = key.split(".");
  if (kind === "n") {
    const { word, matrix, row } = belongs(Number(first), count);
    return word === undefined ? `W${matrix}.${row}` : `word.${word}`;
  }
  if (["p", "x", "k", "v"].includes(kind)) return `${kind}.${first}`;
  if (kind === "l" || kind === "pr") return `word.${first}`;
  if (kind === "w" || kind === "s") return "";
  return kind;
}
