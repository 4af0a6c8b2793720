// Names beside marks, moved apart where they would meet.

const MARK = 9; // half the side of a mark, in pixels

// Offsets of the names from their marks, so that no name covers another name or another mark.
// marks: [x, y] of each. widths: of the names. line: height of a name.
function apart(marks, widths, line) {
  const taken = [];
  return marks.map(([x, y], number) => {
    const width = widths[number];
    const offsets = places(width, line, marks.length);
    const free = offsets.find((offset) => {
      const box = boxOf(x, y, offset, width, line);
      return !taken.some((other) => meet(box, other)) && !marks.some((mark, other) => other !== number && meet(box, around(mark)));
    });
    const offset = free || offsets[offsets.length - 1];
    taken.push(boxOf(x, y, offset, width, line));
    return offset;
  });
}

// Where a name may stand: beside its mark, above, below, and then ever farther away.
function places(width, line, count) {
  const near = [[MARK + 3, 0], [-MARK - 3 - width, 0], [-width / 2, -MARK - line / 2], [-width / 2, MARK + line / 2]];
  const far = Array.from({ length: count }, (_, step) => {
    const away = (step + 1) * line;
    return [[MARK + 8, -away], [MARK + 8, away], [-MARK - 8 - width, -away], [-MARK - 8 - width, away]];
  });
  return [...near, ...far.flat()];
}

function boxOf(x, y, [dx, dy], width, line) {
  return { left: x + dx, right: x + dx + width, top: y + dy - line / 2, bottom: y + dy + line / 2 };
}

function around([x, y]) {
  return { left: x - MARK, right: x + MARK, top: y - MARK, bottom: y + MARK };
}

function meet(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
