// Whether a puzzle is solved, by computing: what is asked for, what there is, and whether it is enough.

// loss: of these numbers over all examples.
function judged(goal, { numbers, switches }, data, start, loss) {
  const see = (words, looks) => forward(numbers, switches, words, looks);
  if (goal.weight) {
    const { from, to, least } = goal.weight;
    const weights = see(data.sentence, from).w.map((head) => head[to]);
    const most = Math.max(...weights);
    return { solved: most >= least, says: `${spelled(data, from)} looks at ${spelled(data, to)} with ${fixed(most)}; ${fixed(least)} is asked` };
  }
  if (goal.swap) {
    const { first, second, most, least } = goal.swap;
    const swapped = [...data.sentence];
    [swapped[first], swapped[second]] = [swapped[second], swapped[first]];
    const [before, after] = [data.sentence, swapped].map((words) => see(words, data.looks).pr);
    const moved = difference(before, after);
    const sure = Math.max(...before);
    const [asItStands, turned] = [before, after].map((shares) => {
      const best = shares.indexOf(Math.max(...shares));
      return `${isolated(data.words[best])} ${fixed(shares[best])}`;
    });
    const says = `as it stands: ${asItStands}; swapped: ${turned}. A share moves by ${fixed(moved)}, at most ${fixed(most)} is asked, with at least ${fixed(least)} for one word`;
    return { solved: moved <= most && sure >= least, says };
  }
  if (goal.alike) {
    const [one, other] = goal.alike.words;
    const renamed = (words) => words.map((word) => (word === one ? other : word === other ? one : word));
    const exchanged = (list) => list.map((_, word) => list[word === one ? other : word === other ? one : word]);
    const moves = data.examples.flatMap(({ words, looks }) => {
      const found = see(words, looks).pr;
      return [Math.abs(found[one] - found[other]), difference(found, exchanged(see(renamed(words), looks).pr))];
    });
    const most = Math.max(...moves);
    return { solved: most <= goal.alike.most, says: `exchanging them moves a share by up to ${fixed(most)}; at most ${fixed(goal.alike.most)} is asked` };
  }
  const { most, changes } = goal.loss;
  const changed = numbers.reduce((count, number, index) => count + (Math.abs(number - start.numbers[index]) > 0.004), 0);
  const limit = changes < numbers.length ? `, ${changed} changed of at most ${changes}` : "";
  return { solved: loss <= most && changed <= changes, says: `the loss is ${fixed(loss, 3)}, at most ${fixed(most, 3)} is asked${limit}` };
}

function difference(one, other) {
  return Math.max(...one.map((number, index) => Math.abs(number - other[index])));
}

function spelled(data, at) {
  return `“${isolated(data.labels[at])}”`;
}

// A number with a true minus sign, and no minus before zero.
function fixed(number, decimals = 2) {
  const text = number.toFixed(decimals);
  return /^-[0.]*$/.test(text) ? text.slice(1) : text.replace("-", "−");
}
