// Shared by all views; picture.py puts this before the script of each.

const SVG_SPACE = "http://www.w3.org/2000/svg";
const CODE_FONT = '"Source Code Pro", ui-monospace, monospace';

function svgElement(name, attributes = {}) {
  const element = document.createElementNS(SVG_SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// The height that a picture may have: the room that the window leaves, less what the view shows besides its picture.
// Where a page scrolls, as on a phone, there is no such limit.
function roomFor(root, stage) {
  const room = parseFloat(getComputedStyle(root).getPropertyValue("--es-room"));
  return Number.isFinite(room) ? Math.max(120, room - (root.offsetHeight - stage.offsetHeight)) : Infinity;
}

// By how many rows and columns an arrow key leads to another cell; undefined for any other key.
function cellSteps(event) {
  return { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
}

// How much larger than on an ordinary page text is: presenters have a larger type.
function textScale() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}

// Draw whenever the width, the room or a typeface changes. Returns a function that ends it.
function redrawn(stage, draw) {
  const sizes = new ResizeObserver(draw);
  sizes.observe(stage);
  document.addEventListener("encoderscope-room", draw);
  document.fonts.addEventListener("loadingdone", draw); // a canvas keeps the typeface that it was drawn in
  return () => {
    sizes.disconnect();
    document.fonts.removeEventListener("loadingdone", draw);
    document.removeEventListener("encoderscope-room", draw);
  };
}

function isDark(root) {
  const ground = getComputedStyle(root).getPropertyValue("--st-background-color");
  const [red, green, blue] = rgb(ground);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}

function rgb(colour) {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  probe.fillStyle = colour.trim() || "#fff";
  probe.fillRect(0, 0, 1, 1);
  return probe.getImageData(0, 0, 1, 1).data;
}

// The payload is made by picture.py: a length, a description in JSON, the values.
function unpacked(payload) {
  const bytes = payload.slice(); // a copy of its own, so that the values begin at a multiple of four
  const length = new DataView(bytes.buffer).getUint32(0, true);
  return {
    data: JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))),
    bytes: bytes.subarray(4 + length),
  };
}

// Give an empty canvas this size in CSS pixels, sharp on every screen, and return its pen. least: canvas pixels a CSS
// pixel at least; with 1 the canvas has the pixels of the screen, and nothing needs scaling when a frame is put together.
function sized(canvas, width, height, least = 2) {
  const density = Math.max(window.devicePixelRatio || 1, least);
  const [across, down] = [Math.round(width * density), Math.round(height * density)];
  const pen = canvas.getContext("2d");
  if (canvas.width === across && canvas.height === down) {
    // Emptying takes a fraction of the time that a new size takes, sixty times a second.
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, across, down);
  } else {
    canvas.width = across;
    canvas.height = down;
    canvas.style.height = `${height}px`;
  }
  pen.setTransform(density, 0, 0, density, 0, 0);
  return pen;
}

// 256 colours between the ramp's stops.
function shades(ramp) {
  const stops = ramp.map(rgb);
  return Array.from({ length: 256 }, (_, shade) => {
    const place = (shade / 255) * (stops.length - 1);
    const left = Math.min(Math.floor(place), stops.length - 2);
    return [0, 1, 2].map((c) => stops[left][c] + (place - left) * (stops[left + 1][c] - stops[left][c])).concat(255);
  });
}

// Hand this picture to the Save menu when it asks for the picture's file by name. make: returns a drawing, as made by
// canvasDrawing() or svgDrawing(). Returns a function that ends it.
function handedOut(file, make) {
  const listen = ({ detail }) => {
    if (detail.file === file) detail.drawing = make();
  };
  document.addEventListener("encoderscope-save", listen);
  return () => document.removeEventListener("encoderscope-save", listen);
}

// Canvas pixels a CSS pixel of a saved picture of this width: sharp in print and on large screens.
function savedDensity(width) {
  return Math.max(2, 1600 / width);
}

// A drawing of what a canvas of this size in CSS pixels shows.
function canvasDrawing(canvas, { width, height }) {
  const svg = svgElement("svg", { xmlns: SVG_SPACE, viewBox: `0 0 ${width} ${height}`, width, height });
  svg.append(svgElement("image", { width, height, href: canvas.toDataURL("image/png") }));
  return svg;
}

// A drawing of an SVG as it is shown, which needs no style sheet.
function svgDrawing(svg) {
  const copy = svg.cloneNode(true);
  const shown = svg.querySelectorAll("text, tspan");
  copy.querySelectorAll("text, tspan").forEach((text, index) => {
    const style = getComputedStyle(shown[index]);
    for (const name of ["font-family", "font-size", "font-weight", "fill"]) text.style.setProperty(name, style.getPropertyValue(name));
  });
  return copy;
}

// Pictures on one channel mark the same cells: the one under the pointer tells the others.
function linkedTo(channel, root, hear) {
  const name = `encoderscope-${channel}`;
  const listen = (event) => event.detail.from !== root && hear(event.detail);
  document.addEventListener(name, listen);
  return {
    tell: (detail) => document.dispatchEvent(new CustomEvent(name, { detail: { ...detail, from: root } })),
    end: () => document.removeEventListener(name, listen),
  };
}

// A reader's text within a sentence of ours: one written from right to left must not turn the sentence around it.
function isolated(text) {
  const turns = /[\u0590-\u08ff\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff]/.test(text);
  return turns ? `\u2068${text.replace(/[\u2066-\u2069]/g, "")}\u2069` : text;
}

// The text, shortened to a width in the font of the pen.
function shortened(pen, text, width) {
  if (pen.measureText(text).width <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && pen.measureText(`${letters.join("")}…`).width > width) letters.pop();
  return `${letters.join("")}…`;
}

// The alternative text, for those who do not see the picture.
function describedAs(picture, alt) {
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", alt);
}
