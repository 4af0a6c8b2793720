"""A view in a page without Streamlit: until it is painted, and from frame to frame while a pointer moves over it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import psutil
from playwright.sync_api import Browser, Error, Page, ViewportSize, sync_playwright

from tests.benchmarks.visits import FLAGS
from tests.browser.get_browser import find

#: Seconds after which a page that is not painted has failed.
PATIENCE: Final = 120
_MEMORY_LEFT = 3e9  # bytes: a browser that leaves the machine less than that is ended

SCREEN: Final[ViewportSize] = {"width": 1280, "height": 900}

# What the view gets is what Streamlit gives it.
_BARE = """<!doctype html><meta charset="utf-8"><body style="margin: 0">
<style>%(css)s</style><div id="parent" style="width: 970px">%(html)s</div>
<script type="module">
import view from "/view.js";
const data = new Uint8Array(await (await fetch("/payload")).arrayBuffer());
view({ data, parentElement: document.getElementById("parent"), setTriggerValue() {} });
</script>"""

# A frame after the one in which everything stands begins when that one has been painted.
_WATCH = """
const wait = () => {
  if (!(%s)) return requestAnimationFrame(wait);
  requestAnimationFrame(() => requestAnimationFrame(() => console.log(`painted ${performance.now()}`)));
};
wait();
// A script that is longer than the longest string is left out without a word.
addEventListener("load", () => [...document.scripts].some(({ src, text }) => !src && !text) && console.log("left out"));
"""

#: Evaluated on a stage: over it and back, a step a frame, for two seconds; as far from its middle as `reach` says, a
#: share of its width and height. The time from each frame to the next in milliseconds. The pointer is the mouse.
MOVING: Final = """async (stage, reach) => {
  const frame = () => new Promise(requestAnimationFrame);
  const area = stage.getBoundingClientRect();
  const taken = [];
  const start = await frame();
  for (let last = start, now; last < start + 2000; last = now) {
    const clientX = area.left + area.width * (0.5 + reach * Math.sin((last - start) / 310));
    const clientY = area.top + area.height * (0.5 + reach * Math.cos((last - start) / 470));
    stage.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, pointerId: 1, bubbles: true }));
    now = await frame();
    taken.push(now - last);
  }
  return taken;
}"""


def files_of(sent: Any) -> dict[str, bytes]:
    """A page that shows a view, address → content. sent: Streamlit's message of payload, JavaScript, HTML and CSS."""
    page = _BARE % {"css": sent.css_content, "html": sent.html_content}
    return {"/": page.encode(), "/view.js": sent.js_content.encode(), "/payload": sent.bytes}


def time_to_paint(files: dict[str, bytes], stands: str) -> float | str:
    """Milliseconds from navigating to a page until it is painted, or why there are none.

    stands: JavaScript that says whether the picture stands in the page.
    """
    with served(files) as origin, browsing() as browser:
        page = browser.new_page(viewport=SCREEN)
        page.goto(f"{origin}/blank")
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("crash", lambda _: said.append("crashed"))
        page.add_init_script(_WATCH % stands)
        return _outcome(page, f"{origin}/", said)


def _outcome(page: Page, address: str, said: list[str]) -> float | str:
    end = time.monotonic() + PATIENCE
    try:
        page.goto(address, wait_until="commit", timeout=PATIENCE * 1000)
        while time.monotonic() < end:
            page.wait_for_timeout(100)
            if psutil.virtual_memory().available < _MEMORY_LEFT:
                return "was ended when the machine's memory ran out"
            if "crashed" in said:
                break
            if "left out" in said:
                return "drew nothing: its script is too long for the browser"
            for each in said:
                if each.startswith("painted"):
                    return float(each.split()[1])
        else:
            return f"did not finish in {PATIENCE} s"
    except Error:
        if "crashed" not in said:
            raise
    return "crashed the tab"


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser, until it is no longer needed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def served(files: dict[str, bytes]) -> Iterator[str]:
    """A server of these files on this machine; every other address is an empty page."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = files.get(self.path, b"")
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if self.path.endswith(".js") else "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(ConnectionError):  # the browser has been ended
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
