// A number written out: the sum or product that it is, with the numbers of this sentence.

function written(key, { numbers, switches }, steps, looks, data) {
  const [kind, first, second] = key.split(".");
  const n = (number) => (number < 0 ? `(${fixed(number)})` : fixed(number));
  const at = Number(first);
  const c = Number(second);
  const heads = headsOf(switches);
  if (kind === "p" && switches.positions) return `${c ? "cos" : "sin"} ${at} = ${fixed(steps.p[at][c])}`;
  if (kind === "x") return `${n(steps.e[at][c])} + ${n(steps.p[at][c])} = ${fixed(steps.x[at][c])}`;
  if (kind in MATRICES) {
    const w = numbers.length - MATRICES[kind];
    const [x, y] = steps.x[at];
    return `${n(x)} · ${n(numbers[w + c])} + ${n(y)} · ${n(numbers[w + 2 + c])} = ${fixed(steps[kind][at][c])}`;
  }
  if (kind === "s") {
    const token = c;
    const products = heads[at].map((d) => `${n(steps.q[looks][d])} · ${n(steps.k[token][d])}`);
    const root = switches.scaled && heads.length === 1 ? ") ÷ √2" : "";
    return `${root && "("}${products.join(" + ")}${root} = ${fixed(steps.s[at][token])}`;
  }
  if (kind === "w") return shareWritten(steps.s[at], c, steps.w[at][c], n);
  if (kind === "z") {
    const head = heads.length === 2 ? at : 0;
    return `${steps.v.map((value, token) => `${fixed(steps.w[head][token])} · ${n(value[at])}`).join(" + ")} = ${fixed(steps.z[at])}`;
  }
  if (kind === "out" && switches.residual) return `${n(steps.z[at])} + ${n(steps.x[looks][at])} = ${fixed(steps.out[at])}`;
  if (kind === "l") {
    const word = [numbers[2 * at], numbers[2 * at + 1]];
    return `${n(steps.out[0])} · ${n(word[0])} + ${n(steps.out[1])} · ${n(word[1])} = ${fixed(steps.l[at])}`;
  }
  if (kind === "pr") return shareWritten(steps.l, at, steps.pr[at], n);
  return "";
}

function shareWritten(scores, chosen, share, n) {
  const power = (score) => `e^${n(score)}`;
  return `${power(scores[chosen])} ÷ (${scores.map(power).join(" + ")}) = ${fixed(share)}`;
}
