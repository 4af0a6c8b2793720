// The page's own typefaces inside a saved drawing: a file knows no style sheet of the page.

const FONTS = new Map(); // address → promise of a data URL

// The style sheet of the typefaces that a drawing names. One that cannot be had is left out; its text then takes the
// next name of its list.
async function fontFaces(drawing) {
  const faces = [];
  for (const sheet of document.styleSheets) {
    let rules;
    try {
      rules = sheet.cssRules;
    } catch {
      continue; // of another origin
    }
    for (const rule of rules) {
      if (!(rule instanceof CSSFontFaceRule)) continue;
      const style = rule.style;
      const family = style.getPropertyValue("font-family").replaceAll('"', "");
      const italic = style.getPropertyValue("font-style") === "italic";
      const address = style.getPropertyValue("src").match(/url\("?([^")]+)"?\)/)?.[1];
      if (!address || !drawing.includes(family) || (italic && !drawing.includes("italic"))) continue;
      faces.push(fontFace(family, style, new URL(address, sheet.href ?? location.href).href));
    }
  }
  return (await Promise.all(faces)).join("\n");
}

async function fontFace(family, style, address) {
  if (!FONTS.has(address)) FONTS.set(address, dataUrl(address));
  const source = await FONTS.get(address);
  if (!source) return "";
  const [weight, slant] = ["font-weight", "font-style"].map((name) => style.getPropertyValue(name) || "normal");
  return `@font-face{font-family:"${family}";font-weight:${weight};font-style:${slant};src:url("${source}")}`;
}

async function dataUrl(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) return null;
    const content = await answer.blob();
    return await new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => resolve(null);
      reader.readAsDataURL(content);
    });
  } catch {
    return null;
  }
}
