// Drawing of the tables: their cells, the labels around them, and the scale.

const SERIF = '"Source Serif", Georgia, serif';
const SCALE_WIDTH = 130;

function paint(canvas, state, density = 2) {
  const { data, box, colours, values } = state;
  const pen = sized(canvas, box.width, box.height, density);
  const ramp = shades(data.ramps[state.dark ? "dark" : "light"]);
  const written = fitsNumbers(pen, data, box);
  pen.textBaseline = "alphabetic";
  paintColumns(pen, state);
  data.grids.forEach((grid, index) => {
    pen.textAlign = "left";
    pen.font = `600 ${box.size.name}px ${SERIF}`;
    pen.fillStyle = grid.colour[state.dark ? "dark" : "light"];
    if (grid.name) pen.fillText(grid.name, 0, box.places[index].named + box.size.name);
    for (let row = 0; row < data.rows.length; row += 1) {
      const y = box.places[index].y + row * box.row;
      pen.font = `${box.size.small}px ${box.family}`;
      pen.textAlign = "right";
      pen.fillStyle = colours.quiet;
      // With many layers, not every row has room for its label.
      if (row % Math.ceil(box.size.small / box.row) === 0) pen.fillText(data.rows[row], box.left - 6, middle(y, box));
      for (let column = 0; column < data.columns.length; column += 1) {
        const value = values[(index * data.rows.length + row) * data.columns.length + column];
        const [red, green, blue] = ramp[shadeOf(value, data)];
        const x = box.left + column * box.cell;
        pen.fillStyle = `rgb(${red} ${green} ${blue})`;
        pen.fillRect(x, y, box.cell - (box.cell > 5 ? 1 : 0), box.row - 1);
        if (!written) continue;
        pen.font = `${box.size.small}px ${CODE_FONT}`;
        pen.textAlign = "center";
        pen.fillStyle = contrasting([red, green, blue]);
        pen.fillText(number(value, data.written), x + box.cell / 2, middle(y, box));
      }
    }
  });
  paintScale(pen, state, ramp);
}

function middle(y, box) {
  return y + box.row / 2 + box.size.small * 0.34;
}

function shadeOf(value, { low, high }) {
  return Math.max(0, Math.min(255, Math.round(((value - low) / (high - low || 1)) * 255)));
}

// Ink or paper, whichever is easier to read on a colour (WCAG's relative luminance).
function contrasting(colour) {
  const [red, green, blue] = colour.map((each) => (each <= 10 ? each / 3294 : ((each / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#111418" : "#ffffff";
}

function number(value, decimals) {
  return value.toFixed(decimals).replace(/^-/, "−");
}

function fitsNumbers(pen, data, box) {
  if (data.written === null) return false;
  pen.font = `${box.size.small}px ${CODE_FONT}`;
  const widest = Math.max(...[data.low, data.high].map((value) => pen.measureText(number(value, data.written)).width));
  return widest <= box.cell - 4 && box.size.small <= box.row - 1;
}

function paintColumns(pen, { box, colours }) {
  pen.font = `${box.size.small}px ${CODE_FONT}`;
  pen.fillStyle = colours.ink;
  box.names.forEach((name, column) => {
    if (column % box.every) return;
    pen.save();
    pen.translate(box.left + (column + 0.5) * box.cell, box.places[0].y - 6);
    if (box.upright) pen.rotate(-Math.PI / 2);
    pen.textAlign = box.upright ? "left" : "center";
    pen.fillText(name, 0, box.upright ? box.size.small * 0.34 : 0);
    pen.restore();
  });
}

// What the colours mean, at the right below the tables.
function paintScale(pen, { data, box, colours }, ramp) {
  const width = Math.min(SCALE_WIDTH * (box.size.small / SMALL), box.width / 3);
  const [low, high] = [data.low, data.high].map((value) => number(value, data.read) + data.unit);
  pen.font = `${box.size.small}px ${box.family}`;
  const right = box.width - pen.measureText(high).width - 6;
  const y = box.height - box.size.small * 1.1;
  for (let shade = 0; shade < 256; shade += 1) {
    pen.fillStyle = `rgb(${ramp[shade].slice(0, 3).join(" ")})`;
    pen.fillRect(right - width + (shade * width) / 256, y, width / 256 + 0.5, box.size.small * 0.8);
  }
  const base = y + box.size.small * 0.75;
  pen.fillStyle = colours.quiet;
  pen.textAlign = "left";
  pen.fillText(high, right + 6, base);
  pen.textAlign = "right";
  pen.fillText(`${data.scale}  ${low}`, right - width - 6, base);
}
