// The room for pictures: the height that the window leaves them below the title and the controls.
//
// It is written as --es-room, in pixels, on the document; Plotly's figures take it from the style sheet, our own views
// ask for it when they lay themselves out, and hear of a change by the event encoderscope-room.

const BODY = ".st-key-stage_body";
const PICTURES = '[data-testid="stPlotlyChart"], [data-testid="stBidiComponentIsolated"]';
const SCROLLS = '[class*="st-key-scroll_"]'; // what stands there has the height it needs, beside a picture
const LEAST = 180;
const EDGE = 1; // rem below the last line
const CORNER = 3.25; // rem, where the room of a class stands in the corner
const NARROW = 640; // on a phone, a page scrolls, and pictures have the height that suits their width

function measureRoom() {
  let frame = 0;
  const measure = () => {
    frame = 0;
    const body = document.querySelector(BODY);
    const root = document.documentElement;
    const stacked = document.querySelector('[class*="st-key-screen_"]');
    if (!body || stacked || window.innerWidth <= NARROW) {
      if (root.style.getPropertyValue("--es-room")) tell(root, "");
      return;
    }
    const pictures = [...body.querySelectorAll(PICTURES)].filter((each) => each.clientHeight > 0 && !each.closest(SCROLLS));
    if (!pictures.length) return;
    const rows = new Map(); // pictures side by side count once
    for (const each of pictures) {
      const box = each.getBoundingClientRect();
      const top = Math.round(box.top / 24);
      rows.set(top, Math.max(rows.get(top) ?? 0, box.height));
    }
    const drawn = [...rows.values()].reduce((sum, height) => sum + height, 0);
    const scrolled = document.querySelector('[data-testid="stMain"]')?.scrollTop ?? 0;
    const box = body.getBoundingClientRect();
    const others = box.height - drawn;
    const edge = (document.querySelector(".st-key-room_corner") ? CORNER : EDGE) * parseFloat(getComputedStyle(root).fontSize);
    const room = Math.floor((window.innerHeight - (box.top + scrolled) - others - edge) / rows.size);
    const next = `${Math.max(LEAST, room)}px`;
    if (Math.abs(parseFloat(next) - (parseFloat(root.style.getPropertyValue("--es-room")) || 0)) > 1) tell(root, next);
  };
  const soon = () => {
    frame ||= requestAnimationFrame(measure);
  };
  const tell = (root, room) => {
    if (room) root.style.setProperty("--es-room", room);
    else root.style.removeProperty("--es-room");
    document.dispatchEvent(new CustomEvent("encoderscope-room"));
  };
  const sizes = new ResizeObserver(soon);
  const main = document.querySelector('[data-testid="stMainBlockContainer"]');
  if (main) sizes.observe(main);
  const changes = new MutationObserver(soon);
  if (main) changes.observe(main, { childList: true, subtree: true });
  window.addEventListener("resize", soon);
  soon();
  return () => {
    cancelAnimationFrame(frame);
    sizes.disconnect();
    changes.disconnect();
    window.removeEventListener("resize", soon);
  };
}
