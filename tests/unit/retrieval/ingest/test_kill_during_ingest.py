"""A kill at any moment of ingestion: acknowledged documents are complete, and the unfinished one is known."""

import time
from multiprocessing import Pipe, get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import numpy as np
import pytest

from components.core.retrieval.ingest.libraries import Libraries
from tests.support.ingest_process import OWNER, chunks_of, index_all, ingest, make_document, open_stores, vector_of

# The approximate seconds that one document takes. The kills are spread over them.
_ONE_DOCUMENT = 0.15
_KILLS = 6


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Processes that share the imports of the first of them."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.support.ingest_process"])
    return context


class IngestProcess:
    """A process that ingests documents, and its reports before it was killed."""

    def __init__(self, context: ForkServerContext, folder: Path, first: int, stop_at: str | None = None) -> None:
        self.said: list[tuple[str, int]] = []
        self._ear, child = Pipe()
        self._process: ForkServerProcess = context.Process(target=ingest, args=(folder, first, child, stop_at))
        self._process.start()
        child.close()

    def listen_until(self, stage: str, times: int) -> None:
        """Wait until it has reached this stage so many times."""
        while [reached for reached, _ in self.said].count(stage) < times:
            self.said.append(self._ear.recv())

    def kill(self) -> None:
        """Kill it as kill -9 does, and read its last reports."""
        self._process.kill()
        self._process.join()
        try:
            while True:
                self.said.append(self._ear.recv())
        except EOFError:
            self._ear.close()

    def numbers(self, stage: str) -> set[int]:
        """Return the documents that have reached this stage."""
        return {number for reached, number in self.said if reached == stage}


def check_and_finish(folder: Path, acknowledged: set[int], begun: set[int]) -> set[int]:
    """Open the files as the app does, check them and finish them. Returns the numbers of the unfinished documents."""
    libraries, index = open_stores(folder)
    whole, unfinished = libraries.documents(OWNER), libraries.unfinished(OWNER)
    numbers = {make_document(number).title: number for number in range(100)}
    of_whole, of_unfinished = ({numbers[each.title] for each in some} for some in (whole, unfinished))
    assert acknowledged <= of_whole
    assert of_whole | of_unfinished == begun
    # Only the document that was being ingested.
    assert len(unfinished) <= 1
    assert all(each == make_document(numbers[each.title]) for each in (*whole, *unfinished))
    name = index_all(index, (*whole, *unfinished))
    everything = [chunk for each in (*whole, *unfinished) for chunk in chunks_of(each)]
    found = index.dense(name, np.ones(8), 10_000)
    assert sorted(hit.chunk for hit in found) == sorted(chunk.id for chunk in everything)
    for chunk in everything[::12]:
        (nearest,) = index.dense(name, vector_of(chunk), 1)
        assert nearest.chunk == chunk.id
        assert [hit.chunk for hit in index.bm25(name, chunk.text.split()[0], 10)] == [chunk.id]
    for document in unfinished:
        libraries.acknowledge(OWNER, document.id)
    assert libraries.unfinished(OWNER) == ()
    assert len(libraries.documents(OWNER)) == len(whole) + len(unfinished)
    index.close()
    return of_unfinished


def test_after_kills_spread_over_the_time_of_a_document_every_acknowledged_one_is_complete(
    processes: ForkServerContext, tmp_path: Path
) -> None:
    acknowledged, begun = set[int](), set[int]()
    for kill, moment in enumerate(np.linspace(0, _ONE_DOCUMENT, _KILLS)):
        process = IngestProcess(processes, tmp_path, len(begun))
        process.listen_until("begun", 1 + kill % 3)
        time.sleep(moment)
        process.kill()
        acknowledged |= process.numbers("acknowledged")
        begun |= process.numbers("begun")
        # It may have been killed before it reported that a document was begun.
        unreported = Libraries(tmp_path / "documents.sqlite").unfinished(OWNER)
        begun |= {len(begun)} & {number for number in range(100) if make_document(number) in unreported}
        check_and_finish(tmp_path, acknowledged, begun)
        acknowledged = set(begun)
    assert begun == set(range(len(begun)))
    assert len(begun) >= _KILLS


@pytest.mark.parametrize(
    ("stage", "unfinished"), [("begun", {1}), ("put in", {1}), ("indexed", {1}), ("acknowledged", set())]
)
def test_killed_in_a_stage_the_document_is_finished_and_named_unless_it_was_acknowledged(
    processes: ForkServerContext, tmp_path: Path, stage: str, unfinished: set[int]
) -> None:
    for number, stop_at in enumerate(("acknowledged", stage)):
        process = IngestProcess(processes, tmp_path, number, stop_at)
        process.listen_until(stop_at, 1)
        process.kill()
    assert check_and_finish(tmp_path, {0}, {0, 1}) == unfinished
