"""The Attention page: all heads beside BertViz's model view, pointing at them, its four tools, and a head at a time.

Both pictures show the same weights of the same sentence, 970 pixels wide as BertViz draws itself, from a server on
this machine. BertViz's page names its scripts by addresses on the internet; to be timed it gets them from this machine
too. They are fetched by npm, once; where that cannot be done, only our picture is timed, and a note says so.
"""

import re
import shutil
import statistics
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from bertviz import model_view
from playwright.sync_api import WebSocket

from components.core import load_encoder
from components.core.attention.ablation import cosines_without_each_head
from tests.benchmarks.bare import MOVING, PATIENCE, SCREEN, browsing, files_of, time_to_paint
from tests.benchmarks.core import text_of
from tests.benchmarks.measure import Measurement, median_ms
from tests.browser.reader import Reader
from tests.browser.server import Server
from tests.support.visit import Visit

_PEER = "BertViz model view"
_TOOLS = ("One weight, step by step", "Find the head", "What a change does", "Over all heads")
_ALL_HEADS = re.compile("^Attention of 72 heads, one thumbnail per head$")
_ROUNDS = 3

_CACHE = Path(__file__).parents[2] / ".venv" / "bench-scripts"
#: What BertViz's page asks for: file name → npm package, and where the file lies in it. It names jQuery 2.0.0, which
#: npm does not have; of jQuery it uses three calls.
_SCRIPTS = {
    "require.min.js": ("requirejs@2.3.6", "package/require.js"),
    "d3.min.js": ("d3@5.7.0", "package/dist/d3.min.js"),
    "jquery.min.js": ("jquery@2.1.0", "package/dist/jquery.min.js"),
}

# Both draw all heads in one go: what can be seen from a frame is nothing or all.
_OURS_STANDS = "document.querySelector('.stage[data-box]')"
_THEIRS_STANDS = "document.querySelectorAll('.attn_background').length === 72"


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


def _all_heads(tokens: int) -> Iterator[Measurement]:
    picture = _picture(tokens)
    of = f"all heads of {tokens} tokens ({picture.precision})"
    html = _bertviz(tokens)
    size = f"{of}, bytes sent, with the view's own script"
    yield Measurement(size, picture.sent.ByteSize(), "bytes", _PEER, len(html))

    scripts, problem = _scripts()
    page = b'<!doctype html><meta charset="utf-8">' + re.sub(rb"https://[\w./-]+(/\w+\.min)", rb"\1", html)
    name = f"{of}, from navigation until painted"
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(_ROUNDS):
        taken = time_to_paint(files_of(picture.sent), _OURS_STANDS)
        assert isinstance(taken, float), f"Our view {taken}."
        ours.append(taken)
        if problem:
            continue
        taken = time_to_paint({"/": page, **scripts}, _THEIRS_STANDS)
        if isinstance(taken, float):
            theirs.append(taken)
        else:
            problem = taken
    if problem:
        yield Measurement(name, statistics.median(ours), "ms", note=f"BertViz {problem}")
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


def _scripts() -> tuple[dict[str, bytes], str | None]:
    """The scripts that BertViz's page asks for, address → content, from npm, once; or none, and why."""
    npm = shutil.which("npm")
    for name, (package, member) in _SCRIPTS.items():
        if (_CACHE / name).exists():
            continue
        if npm is None:
            return {}, "was not timed: its scripts come from npm, which is not here"
        with TemporaryDirectory() as folder:
            try:
                subprocess.run(
                    [npm, "pack", "--silent", package], cwd=folder, check=True, capture_output=True, timeout=60
                )
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                return {}, f"was not timed: npm could not fetch {package}"
            with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
                content = archive.extractfile(member)
                assert content is not None
                _CACHE.mkdir(parents=True, exist_ok=True)
                (_CACHE / name).write_bytes(content.read())
    return {f"/{name}": (_CACHE / name).read_bytes() for name in _SCRIPTS}, None


# ---------------------------------------------------------------- pointing


def _pointing(tokens: int) -> Iterator[Measurement]:
    """The app's own page while a pointer moves over all heads, a step a frame."""
    sent: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))

    with TemporaryDirectory() as folder, Server(Path(folder), warm=False).running() as server, browsing() as browser:
        page = browser.new_page(viewport=SCREEN)
        page.set_default_timeout(PATIENCE * 1000)
        page.on("websocket", listen)
        reader = Reader(page, server.origin)
        reader.open("Attention", text=text_of(tokens))
        picture = reader.heads(_ALL_HEADS)
        hint = picture.readout.text_content()
        sent.clear()
        taken = picture.stage.evaluate(MOVING, 0.49)
        assert picture.readout.text_content() != hint
    of = f"pointing at all heads of {tokens} tokens for 2 s"
    yield Measurement(f"{of}, from frame to frame, median", float(np.median(taken)), "ms")
    yield Measurement(f"{of}, from frame to frame, 95th percentile", float(np.percentile(taken, 95)), "ms")
    yield Measurement(f"{of}, messages to the server", len(sent), "messages")
