"""One reader hands over 20 MB of sentences while 50 others type: nobody waits for it, and memory stays bounded."""

import asyncio
import re
import sys
from collections.abc import Callable, Coroutine, Iterator
from itertools import cycle, islice
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import pytest
from playwright.sync_api import expect

from tests.benchmarks.readers import PAGES
from tests.benchmarks.readers import Reader as Typist
from tests.benchmarks.sentences import Sentences
from tests.benchmarks.websocket_session import Run
from tests.browser.conftest import NewReader
from tests.browser.server import Server

_Made = TypeVar("_Made")

_TYPISTS = 50
_ROWS, _ROW_BYTES = 20_000, 990
# The file as bytes, its rows, and its sentences; the model reads a slice at a time.
_MOST_GROWTH = 400_000_000  # bytes


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own: encoding 20 MB would keep others busy long after this test."""
    with Server(tmp_path_factory.mktemp("large"), warm=False).running() as server:
        yield server
    assert "Traceback" not in server.log, server.log


class Class:
    """Typists on all pages, with a loop of their own that never rests, so that connections stay alive."""

    def __init__(self, server: Server) -> None:
        sentences = Sentences(seed=20)
        self._typists = [Typist(server.origin, page, sentences) for page in islice(cycle(PAGES), _TYPISTS)]
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def all(self, act: Callable[[Typist], Coroutine[Any, Any, Run]]) -> list[str]:
        """Have all of them do something at once; returns what went wrong."""
        runs = self._at_once(act)
        assert len(runs) == _TYPISTS
        return [run.problem for run in runs if run.problem]

    def leave(self) -> None:
        """Close their tabs, and end the loop."""
        self._at_once(Typist.leave)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _at_once(self, act: Callable[[Typist], Coroutine[Any, Any, _Made]]) -> list[_Made]:
        async def acts() -> list[_Made]:
            return await asyncio.gather(*map(act, self._typists))

        return asyncio.run_coroutine_threadsafe(acts(), self._loop).result()


def table_of_20_mb() -> bytes:
    """A table of long sentences, each another."""
    filler = "and so on and so forth " * (_ROW_BYTES // 23)
    rows = (f"Guest {number} orders a soup {filler}"[: _ROW_BYTES - 1] for number in range(_ROWS))
    return "\n".join(["text", *rows]).encode()


def forget_peak(server: Server) -> int:
    """Have the server's process count its peak of memory from now on (proc(5)); returns what it holds, in bytes."""
    Path(f"/proc/{server.process_id}/clear_refs").write_text("5", encoding="ascii")
    return memory_of(server, "VmRSS")


def memory_of(server: Server, kind: str) -> int:
    """Bytes of memory of the server's process: "VmRSS", what it holds now; "VmHWM", its peak."""
    status = Path(f"/proc/{server.process_id}/status").read_text(encoding="ascii")
    (kilobytes,) = re.findall(rf"^{kind}:\s*(\d+) kB$", status, re.MULTILINE)
    return int(kilobytes) * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process as Linux tells it")
def test_fifty_typists_are_answered_while_20_mb_are_encoded(own_server: Server, new_reader: NewReader) -> None:
    reader = new_reader(own_server)
    reader.open("Sentence map", source="File")
    typists = Class(own_server)
    assert typists.all(Typist.open) == []
    before = forget_peak(own_server)
    reader.press("Your own data")
    reader.page.locator("input[type=file]").set_input_files(
        {"name": "large.csv", "mimeType": "text/csv", "buffer": table_of_20_mb()}
    )
    expect(reader.heading).to_contain_text("Encoding")
    assert typists.all(Typist.type) == []
    # All were answered, and the table is not done by far.
    expect(reader.heading).to_contain_text("Encoding")
    typists.leave()
    assert memory_of(own_server, "VmHWM") - before < _MOST_GROWTH
