// What paper needs to know and a style sheet cannot: how wide the page is, and what stands at the edges of each sheet.

const SHEET = { upright: 690, across: 1000, down: 600 }; // CSS pixels that a sheet of A4 or Letter leaves, both ways
const PHONE = 640; // below this width, columns stand under one another on the screen too

function preparePrinting() {
  const style = document.createElement("style");
  document.head.append(style);
  const prepare = () => {
    const block = document.querySelector(".stMainBlockContainer");
    if (!block) return;
    const inside = getComputedStyle(block);
    const width = block.clientWidth - parseFloat(inside.paddingLeft) - parseFloat(inside.paddingRight);
    const one = !document.querySelector('[class*="st-key-screen_"], .es-sheet');
    const head = document.querySelector(".st-key-stage_line")?.getBoundingClientRect().top ?? 0;
    const height = block.getBoundingClientRect().bottom - head;
    // A single screen is a slide: whole, on a sheet that lies on its side.
    const zoom = one ? Math.min(SHEET.across / width, SHEET.down / height) : SHEET.upright / width;
    const root = document.documentElement;
    root.style.setProperty("--es-print-width", `${width}px`);
    root.style.setProperty("--es-print-zoom", Math.min(1, zoom).toFixed(3));
    const ground = getComputedStyle(document.querySelector(".stApp")).backgroundColor.match(/\d+/g) ?? [255, 255, 255];
    root.classList.toggle("es-dark", ground[0] * 0.3 + ground[1] * 0.59 + ground[2] * 0.11 < 128);
    root.classList.toggle("es-wide", width > PHONE);
    root.classList.toggle("es-sheets", Boolean(document.querySelector(".es-sheet")));
    style.textContent = sheets(one);
  };
  const undo = () => {
    style.textContent = "";
    document.documentElement.classList.remove("es-dark", "es-wide", "es-sheets");
  };
  window.addEventListener("beforeprint", prepare);
  window.addEventListener("afterprint", undo);
  return () => {
    window.removeEventListener("beforeprint", prepare);
    window.removeEventListener("afterprint", undo);
    style.remove();
  };
}

// The rule for the sheets: below, what was read and by which model; above, the address.
function sheets(one) {
  const about = document.querySelector(".es-about")?.textContent ?? ""; // written by the server
  const font = 'font: 9pt "Source Sans", sans-serif; color: #5F6368;';
  return `@page {
    ${one ? "size: landscape;" : ""}
    margin: 14mm 12mm 16mm;
    @top-left { content: ${quotedForCss(location.href)}; ${font} white-space: nowrap; }
    @bottom-left { content: ${quotedForCss(about)}; ${font} }
    @bottom-right { content: counter(page) " / " counter(pages); ${font} white-space: nowrap; width: 3em; text-align: right; }
  }`;
}

function quotedForCss(text) {
  return `"${text.replace(/["\\\n\r\f<]/g, (letter) => `\\${letter.codePointAt(0).toString(16)} `)}"`;
}
