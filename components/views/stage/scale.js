// How much larger than on an ordinary page text is. The server draws the text in Plotly's figures, and does not know the
// window; it hears of a scale that it does not know yet.

const A_STEP_OF_SCALE = 0.05;
const RESIZING = 250; // milliseconds that a window may take to get its size

function reportScale(known, report) {
  let [told, timer] = [known, 0];
  const rule = document.createElement("div");
  rule.style.cssText = "position: fixed; width: 1rem; height: 0; visibility: hidden";
  document.body.append(rule);
  const measure = () => {
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const scale = Math.round(size / 16 / A_STEP_OF_SCALE) * A_STEP_OF_SCALE;
    if (Math.abs(scale - told) < A_STEP_OF_SCALE / 2) return;
    told = scale;
    report(Number(scale.toFixed(2)));
  };
  const sizes = new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(measure, RESIZING);
  });
  sizes.observe(rule);
  return () => {
    clearTimeout(timer);
    sizes.disconnect();
    rule.remove();
  };
}
