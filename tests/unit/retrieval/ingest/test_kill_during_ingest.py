"""Killed at any moment while documents are taken in: what was acknowledged is whole, and the rest is known."""

import time
from multiprocessing import Pipe, get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import numpy as np
import pytest

from components.core.retrieval.ingest.libraries import Libraries
from tests.support.ingesting import OWNER, chunks_of, index_all, ingest, made, opened, vector_of

# How long it takes to put a document into the index, roughly: the moments at which it is killed lie within that.
_ONE_DOCUMENT = 0.15


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Processes that need not import again what the first of them has imported."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.support.ingesting"])
    return context


class Ingesting:
    """A process that takes in documents, and what it has said before it was killed."""

    def __init__(self, context: ForkServerContext, folder: Path, first: int, stop_at: str | None = None) -> None:
        self.said: list[tuple[str, int]] = []
        self._ear, child = Pipe()
        self._process: ForkServerProcess = context.Process(target=ingest, args=(folder, first, child, stop_at))
        self._process.start()
        child.close()

    def listen_until(self, stage: str, times: int) -> None:
        """Until it has reached this stage so many times."""
        while [reached for reached, _ in self.said].count(stage) < times:
            self.said.append(self._ear.recv())

    def kill(self) -> None:
        """As kill -9 does, and hear its last words."""
        self._process.kill()
        self._process.join()
        try:
            while True:
                self.said.append(self._ear.recv())
        except EOFError:
            self._ear.close()

    def numbers(self, stage: str) -> set[int]:
        """The documents that have reached this stage."""
        return {number for reached, number in self.said if reached == stage}


def check_and_finish(folder: Path, acknowledged: set[int], begun: set[int]) -> set[int]:
    """Open the app's files again, as it does; returns the numbers of the documents that had to be finished."""
    libraries, index = opened(folder)
    whole, unfinished = libraries.documents(OWNER), libraries.unfinished(OWNER)
    numbers = {made(number).title: number for number in range(100)}
    of_whole, of_unfinished = ({numbers[each.title] for each in some} for some in (whole, unfinished))
    assert acknowledged <= of_whole
    assert of_whole | of_unfinished == begun
    # Only the one that it was just taking in when it was killed.
    assert len(unfinished) <= 1
    assert all(each == made(numbers[each.title]) for each in (*whole, *unfinished))
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


def test_killed_ten_times_at_any_moment_every_acknowledged_document_is_whole(
    processes: ForkServerContext, tmp_path: Path
) -> None:
    moments = np.random.default_rng(0)
    acknowledged, begun = set[int](), set[int]()
    for time_killed in range(10):
        ingesting = Ingesting(processes, tmp_path, len(begun))
        ingesting.listen_until("begun", 1 + time_killed % 3)
        time.sleep(moments.uniform(0, _ONE_DOCUMENT))
        ingesting.kill()
        acknowledged |= ingesting.numbers("acknowledged")
        begun |= ingesting.numbers("begun")
        # It may have been killed before it could say that a document was begun.
        unsaid = Libraries(tmp_path / "documents.sqlite").unfinished(OWNER)
        begun |= {len(begun)} & {number for number in range(100) if made(number) in unsaid}
        check_and_finish(tmp_path, acknowledged, begun)
        acknowledged = set(begun)
    assert begun == set(range(len(begun)))
    assert len(begun) >= 10


@pytest.mark.parametrize(
    ("stage", "unfinished"), [("begun", {1}), ("put in", {1}), ("indexed", {1}), ("acknowledged", set())]
)
def test_killed_in_a_stage_the_document_is_finished_and_named_unless_it_was_acknowledged(
    processes: ForkServerContext, tmp_path: Path, stage: str, unfinished: set[int]
) -> None:
    for number, stop_at in enumerate(("acknowledged", stage)):
        ingesting = Ingesting(processes, tmp_path, number, stop_at)
        ingesting.listen_until(stop_at, 1)
        ingesting.kill()
    assert check_and_finish(tmp_path, {0}, {0, 1}) == unfinished
