// A drawing on paper, with its caption below, as a file.

const SPACE = "http://www.w3.org/2000/svg";
const LEAST_WIDTH = 1600; // pixels of a PNG
const EDGE = 16;
const FAMILIES = ["Source Sans", "Source Code Pro"];

function element(name, attributes = {}, text = "") {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

// Save a picture. format: "png" or "svg".
async function savePicture({ key, file, alt, about }, format) {
  // A canvas draws in whatever typeface is there by now.
  await Promise.all(FAMILIES.map((family) => document.fonts.load(`14px "${family}"`)));
  const asked = new CustomEvent("encoderscope-save", { detail: { file, drawing: null } });
  document.dispatchEvent(asked); // our own views answer at once
  const drawing = asked.detail.drawing ?? plotlyDrawing(key);
  if (!drawing) return;
  const sheet = onPaper(drawing, alt, about);
  const fonts = await fontFaces(new XMLSerializer().serializeToString(sheet));
  sheet.querySelector("style").textContent = fonts;
  const source = new Blob([new XMLSerializer().serializeToString(sheet)], { type: "image/svg+xml" });
  download(format === "svg" ? source : await rasterised(sheet), `${file}.${format}`);
}

// The drawing with room around it, what it shows, and about what.
function onPaper(drawing, alt, about) {
  const [width, height] = ["width", "height"].map((side) => parseFloat(drawing.getAttribute(side)));
  const page = getComputedStyle(document.querySelector(".stApp"));
  const size = Math.max(12, Math.round(width / 60));
  const family = page.fontFamily.includes("Source Sans") ? page.fontFamily : '"Source Sans", sans-serif';
  const lines = wrapped(`${alt}. ${about}`, `${size}px ${family}`, width);
  const full = { width: width + 2 * EDGE, height: height + EDGE * 2.5 + lines.length * size * 1.35 };
  const sheet = element("svg", { xmlns: SPACE, viewBox: `0 0 ${full.width} ${full.height}`, ...full });
  sheet.setAttribute("text-rendering", "geometricPrecision"); // else blanks shrink when it is made larger
  sheet.append(element("title", {}, alt), element("style"), element("rect", { ...full, fill: page.backgroundColor }));
  drawing.setAttribute("x", EDGE);
  drawing.setAttribute("y", EDGE);
  const caption = element("text", { class: "caption", "font-family": family, "font-size": size, fill: page.color });
  lines.forEach((line, index) => {
    const y = height + EDGE * 1.5 + size * (1 + 1.35 * index);
    caption.append(element("tspan", { x: EDGE, y }, line));
  });
  sheet.append(drawing, caption);
  return sheet;
}

// The lines of a text in a font, none wider than `width` if it has a blank to be broken at.
function wrapped(text, font, width) {
  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = font;
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (lines.at(-1) && ruler.measureText(longer).width > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

async function rasterised(sheet) {
  const [width, height] = ["width", "height"].map((side) => parseFloat(sheet.getAttribute(side)));
  const density = Math.max(2, window.devicePixelRatio || 1, LEAST_WIDTH / width);
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * density);
  canvas.height = Math.ceil(height * density);
  const image = new Image(canvas.width, canvas.height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(sheet))}`;
  await image.decode();
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function download(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
