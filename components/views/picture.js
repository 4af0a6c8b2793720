// Shared by all views; picture.py puts this before the script of each.

const SVG_SPACE = "http://www.w3.org/2000/svg";
const CODE_FONT = '"Source Code", ui-monospace, monospace';

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

// How much larger than on an ordinary page text is: presenters have a larger type.
function textScale() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}

// Draw whenever the width or the room changes. Returns a function that ends it.
function redrawn(stage, draw) {
  const sizes = new ResizeObserver(draw);
  sizes.observe(stage);
  document.addEventListener("encoderscope-room", draw);
  return () => {
    sizes.disconnect();
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

function save(url, name) {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

function saveSvgElement(svg, file) {
  const url = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" }));
  save(url, `${file}.svg`);
  URL.revokeObjectURL(url);
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

function saveCanvasAsPng(canvas, file) {
  save(canvas.toDataURL("image/png"), `${file}.png`);
}

// width, height: as shown, in CSS pixels, for a canvas that does not stand in the page itself.
function saveCanvasAsSvg(canvas, alt, file, { width, height } = { width: canvas.clientWidth, height: canvas.clientHeight }) {
  const size = { width, height };
  const svg = svgElement("svg", { xmlns: SVG_SPACE, viewBox: `0 0 ${size.width} ${size.height}`, ...size });
  const title = svgElement("title");
  title.textContent = alt;
  svg.append(title, svgElement("image", { ...size, href: canvas.toDataURL("image/png") }));
  saveSvgElement(svg, file);
}

// A drawing of SVG elements, as PNG on the paper of the page.
function saveSvgAsPng(svg, paper, file) {
  const density = Math.max(window.devicePixelRatio || 1, 2);
  const canvas = document.createElement("canvas");
  canvas.width = svg.clientWidth * density;
  canvas.height = svg.clientHeight * density;
  const picture = new Image();
  picture.onload = () => {
    const pen = canvas.getContext("2d");
    pen.fillStyle = paper;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    saveCanvasAsPng(canvas, file);
  };
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
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
