// A figure of Plotly as one drawing: it stands on the page as several SVGs, one over the other.

// Returns null if there is no such figure on the page.
function plotlyDrawing(key) {
  const plot = document.querySelector(`.st-key-figure_${CSS.escape(key)} .js-plotly-plot`);
  const layers = [...(plot?.querySelectorAll(".svg-container > .main-svg") ?? [])];
  if (!layers.length) return null;
  const [width, height] = ["width", "height"].map((side) => parseFloat(layers[0].getAttribute(side)));
  const drawing = element("svg", { xmlns: SPACE, viewBox: `0 0 ${width} ${height}`, width, height });
  for (const layer of layers) {
    const copy = layer.cloneNode(true);
    // What answers the pointer is no part of the picture.
    copy.querySelectorAll(".draglayer, .hoverlayer, .zoomlayer").forEach((each) => each.remove());
    copy.removeAttribute("style");
    drawing.append(copy);
  }
  return drawing;
}
