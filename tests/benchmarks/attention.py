"""The Attention page: all heads beside BertViz's model view, pointing at them, its four tools, and a head at a time.

Both pictures show the same weights of the same sentence, 970 pixels wide as BertViz draws itself, from a server on
this machine. BertViz's page names its scripts by addresses on the internet; to be timed it gets them from there too.
"""

import re
import shutil
import statistics
import subprocess
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import psutil
import torch
from bertviz import model_view
from playwright.sync_api import Browser, Error, Page, WebSocket, sync_playwright

from components.core import load_encoder
from components.core.ablation import cosines_without_each_head
from tests.benchmarks.core import text_of
from tests.benchmarks.measure import Measurement, median_ms
from tests.benchmarks.visits import FLAGS
from tests.browser.get_browser import find
from tests.browser.reader import Reader
from tests.browser.server import Server
from tests.pages.visit import Visit

_PEER = "BertViz model view"
_TOOLS = ("One weight, step by step", "Find the head", "What a change does", "Over all heads")
_ALL_HEADS = re.compile("^Attention of 72 heads, a thumbnail a head$")
_ROUNDS = 3
_PATIENCE = 120  # seconds
_MEMORY_LEFT = 3e9  # bytes: a browser that leaves the machine less than that is ended

_CACHE = Path(__file__).parents[2] / ".venv" / "bench-scripts"
#: What BertViz's page asks for: file name → npm package, and where the file lies in it. It names jQuery 2.0.0, which
#: npm does not have; of jQuery it uses three calls.
_SCRIPTS = {
    "require.min.js": ("requirejs@2.3.6", "package/require.js"),
    "d3.min.js": ("d3@5.7.0", "package/dist/d3.min.js"),
    "jquery.min.js": ("jquery@2.1.0", "package/dist/jquery.min.js"),
}

# Our view in a page without Streamlit; what it gets is what Streamlit gives it.
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
# Both draw all heads in one go: what can be seen from a frame is nothing or all.
_OURS_STANDS = "document.querySelector('.stage[data-box]')"
_THEIRS_STANDS = "document.querySelectorAll('.attn_background').length === 72"

# Over all heads and back, a step a frame, for two seconds: the time from each frame to the next in milliseconds.
_HOVER = """async (stage) => {
  const frame = () => new Promise(requestAnimationFrame);
  const area = stage.getBoundingClientRect();
  const taken = [];
  const start = await frame();
  for (let last = start, now; last < start + 2000; last = now) {
    const x = area.left + area.width * (0.5 + 0.49 * Math.sin((last - start) / 310));
    const y = area.top + area.height * (0.5 + 0.49 * Math.cos((last - start) / 470));
    stage.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: y, bubbles: true }));
    now = await frame();
    taken.push(now - last);
  }
  return taken;
}"""


def measure() -> Iterator[Measurement]:
    """Bytes and time of all heads at 8, 32, 128 and 512 tokens, pointing at 128, reruns, and the ranking at 16."""
    for tokens in (8, 32, 128, 512):
        yield from _all_heads(tokens)
    yield from _pointing(128)
    for tokens in (16, 128):
        for tool in _TOOLS:
            visit = Visit("Attention", text=text_of(tokens), asked=tool)
            assert visit.app.session_state["asked"] == tool
            yield Measurement(f"rerun of attention, {tool}, {tokens} tokens", median_ms(visit.app.run, rounds=7), "ms")
    encoder = load_encoder()
    read = encoder.tokenize(text_of(16))
    taken = median_ms(lambda: cosines_without_each_head(encoder, read), rounds=5, warm=1)
    yield Measurement("each head off by itself, 16 tokens", taken, "ms")


# ---------------------------------------------------------------- all heads


@dataclass(frozen=True)
class _Picture:
    """The all-heads picture of a sentence as the app sends it."""

    sent: Any  # Streamlit's message to the browser: payload, JavaScript, HTML and CSS
    precision: str

    @property
    def files(self) -> dict[str, bytes]:
        """A page that shows it: address → content."""
        page = _BARE % {"css": self.sent.css_content, "html": self.sent.html_content}
        return {"/": page.encode(), "/view.js": self.sent.js_content.encode(), "/payload": self.sent.bytes}


def _all_heads(tokens: int) -> Iterator[Measurement]:
    picture = _picture(tokens)
    of = f"all heads of {tokens} tokens ({picture.precision})"
    html = _bertviz(tokens)
    size = f"{of}, bytes sent, with the view's own script"
    yield Measurement(size, picture.sent.ByteSize(), "bytes", _PEER, len(html))

    scripts = _scripts()
    page = b'<!doctype html><meta charset="utf-8">' + re.sub(rb"https://[\w./-]+(/\w+\.min)", rb"\1", html)
    name = f"{of}, from navigation until painted"
    problem = None if scripts else "was not timed: there is no npm"
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(_ROUNDS):
        taken = _time_to_paint(picture.files, _OURS_STANDS)
        assert isinstance(taken, float), f"Our view {taken}."
        ours.append(taken)
        if problem:
            continue
        taken = _time_to_paint({"/": page, **scripts}, _THEIRS_STANDS)
        if isinstance(taken, float):
            theirs.append(taken)
        else:
            problem = taken
    if problem:
        yield Measurement(f"{name} (BertViz {problem})", statistics.median(ours), "ms")
    else:
        yield Measurement(name, statistics.median(ours), "ms", _PEER, statistics.median(theirs))


def _picture(tokens: int) -> _Picture:
    """What the app sends of a sentence, held against the weights that BertViz gets."""
    text = text_of(tokens)
    visit = Visit("Attention", text=text)
    sent = next(each.proto for each in visit.app.get("bidi_component") if each.proto.id.endswith("-heads"))
    described, _ = visit.view("heads")
    block, decimals = described["block"], described["decimals"]
    weights, _ = visit.weights("heads")
    trace = load_encoder().trace(text)
    every = trace.attention_weights().reshape(-1, tokens // block, block, tokens // block, block).max(axis=(2, 4))
    np.testing.assert_allclose(weights, every, rtol=0, atol=0.51 * 10**-decimals)
    cells = "every weight" if block == 1 else f"the largest of {block} × {block} weights"
    return _Picture(sent, f"{cells}, {decimals} decimals")


def _bertviz(tokens: int) -> bytes:
    """BertViz's HTML of the same weights."""
    trace = load_encoder().trace(text_of(tokens))
    attention = [torch.from_numpy(layer.copy())[None] for layer in trace.attention_weights()]
    html: str = model_view(attention, list(trace.tokens), html_action="return").data
    return html.encode("utf-8")


# ---------------------------------------------------------------- in the browser


def _time_to_paint(files: dict[str, bytes], stands: str) -> float | str:
    """Milliseconds from navigating to a page until it is painted, or why there are none."""
    with _served(files) as origin, _browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{origin}/blank")
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("crash", lambda _: said.append("crashed"))
        page.add_init_script(_WATCH % stands)
        return _outcome(page, f"{origin}/", said)


def _outcome(page: Page, address: str, said: list[str]) -> float | str:
    end = time.monotonic() + _PATIENCE
    try:
        page.goto(address, wait_until="commit", timeout=_PATIENCE * 1000)
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
            return f"did not finish in {_PATIENCE} s"
    except Error:
        if "crashed" not in said:
            raise
    return "crashed the tab"


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def _served(files: dict[str, bytes]) -> Iterator[str]:
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


def _scripts() -> dict[str, bytes]:
    """The scripts that BertViz's page asks for, address → content: from npm, once. Without npm there are none."""
    npm = shutil.which("npm")
    for name, (package, member) in _SCRIPTS.items():
        if (_CACHE / name).exists():
            continue
        if npm is None:
            return {}
        with TemporaryDirectory() as folder:
            subprocess.run([npm, "pack", "--silent", package], cwd=folder, check=True, capture_output=True)
            with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
                content = archive.extractfile(member)
                assert content is not None
                _CACHE.mkdir(parents=True, exist_ok=True)
                (_CACHE / name).write_bytes(content.read())
    return {f"/{name}": (_CACHE / name).read_bytes() for name in _SCRIPTS}


# ---------------------------------------------------------------- pointing


def _pointing(tokens: int) -> Iterator[Measurement]:
    """The app's own page while a pointer moves over all heads, a step a frame."""
    sent: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))

    with TemporaryDirectory() as folder, Server(Path(folder)).running() as server, _browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(_PATIENCE * 1000)
        page.on("websocket", listen)
        reader = Reader(page, server.origin)
        reader.open("Attention", text=text_of(tokens))
        picture = reader.heads(_ALL_HEADS)
        hint = picture.readout.text_content()
        sent.clear()
        taken = picture.stage.evaluate(_HOVER)
        assert picture.readout.text_content() != hint
    of = f"pointing at all heads of {tokens} tokens for 2 s"
    yield Measurement(f"{of}, from frame to frame, median", float(np.median(taken)), "ms")
    yield Measurement(f"{of}, from frame to frame, 95th percentile", float(np.percentile(taken, 95)), "ms")
    yield Measurement(f"{of}, messages to the server", len(sent), "messages")
