// What all views share; picture.py puts this before the script of each.

const SVG_SPACE = "http://www.w3.org/2000/svg";

function svgElement(name, attributes = {}) {
  const element = document.createElementNS(SVG_SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
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
