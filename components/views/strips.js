// The guesses of a class along an axis: dots in stacks, as in a dot plot, for each round on a line of its own.

const MOST_DOTS = 10; // in a stack; rounds with a higher one are drawn as bars
const PALE = 0.45; // how strong a round before the last one is drawn

// The marks of one round: circles with a radius, or bars with a size. base: the y on which they stand, room: the height
// above it, width: from one stack to the next. The highest stack of all rounds fills the room, so that they compare.
function stripMarks(rounds, number, at, base, room, width) {
  const highest = Math.max(4, ...rounds.flatMap(({ stacks }) => stacks.map(([, count]) => count)));
  return rounds[number].stacks.flatMap(([value, count]) => {
    const high = (room * count) / highest;
    if (highest > MOST_DOTS) return [{ x: at(value) - 0.45 * width, y: base - high, width: 0.9 * width, height: high }];
    const side = Math.min(width, room / highest, 11);
    return Array.from({ length: count }, (_, level) => ({ x: at(value), y: base - (level + 0.5) * side, r: 0.45 * side }));
  });
}

function stripName({ name, median }) {
  return `${name}, median ${median.toFixed(2).replace("-", "−")}`;
}
