"""The first visit, from opening the address to the sentence on screen, in a real browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

from tests.benchmarks.measure import Measurement
from tests.browser.get_browser import find

_ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_TRIVIAL = "import streamlit as st\nst.html('<h1>Hello</h1>')\n"


def measure() -> Iterator[Measurement]:
    """The first visitor of a server, beside that of a page that shows one line."""
    warmed = _first_visit(_ROOT / "app.py")
    with TemporaryDirectory() as folder:
        trivial = Path(folder) / "trivial.py"
        trivial.write_text(_TRIVIAL, encoding="utf-8")
        least = _first_visit(trivial)
    peer = "a Streamlit page of one line"
    yield Measurement("first visit, warmed server", warmed, "ms", peer, least)


def _first_visit(script: Path) -> float:
    """Milliseconds until the page's first content stands, for the first visitor of a fresh server."""
    with _server(script) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        page = browser.new_page()
        start = time.perf_counter()
        page.goto(address)
        page.wait_for_selector("h1", timeout=60_000)
        taken = (time.perf_counter() - start) * 1000
        browser.close()
    return taken


@contextmanager
def _server(script: Path) -> Iterator[str]:
    """A Streamlit server of that script on a free port, until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true"]
    process = subprocess.Popen(command, cwd=_ROOT, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                with urlopen(f"{address}/_stcore/health"):
                    break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait()
