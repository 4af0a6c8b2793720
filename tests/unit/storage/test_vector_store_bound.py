"""The size of the vector store: it drops the least recently used vectors."""

import sqlite3
from pathlib import Path

import pytest

from components.core.storage import sqlite_file as sqlite_file_module
from components.core.storage import vector_store as vector_store_module
from components.core.storage.vector_store import VectorStore
from tests.support.stored_vectors import WIDTH, assert_right, vectors_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The hour that the store reads, which the test can change."""
    hour = [500_000]
    monkeypatch.setattr(vector_store_module, "_hour", lambda: hour[0])
    return hour


def _bytes_on_disk(file: Path) -> int:
    return sum(each.stat().st_size for each in file.parent.iterdir())


def test_a_full_store_drops_what_was_used_least_recently(file: Path, clock: list[int]) -> None:
    store = VectorStore(file, most_bytes=1_000_000)
    old, found_since, new = vectors_of("old", 150), vectors_of("found since", 150), vectors_of("new", 250)
    store.keep(found_since | old)
    clock[0] += 1
    store.find(list(found_since), WIDTH)
    clock[0] += 1
    store.keep(new)  # 550 vectors of 1,536 bytes, and half as much for each as half a page is left empty
    everything = old | found_since | new
    left = store.find(list(everything), WIDTH)
    assert_right(left, everything)
    assert set(found_since | new) <= set(left)
    assert 0 < len(set(left) & set(old)) < len(old)


def test_within_an_hour_what_was_kept_first_is_dropped_first(file: Path, clock: list[int]) -> None:
    store = VectorStore(file, most_bytes=500_000)
    batches = [vectors_of(str(number), 50) for number in range(10)]
    for batch in batches:
        store.keep(batch)
    left = [len(store.find(list(batch), WIDTH)) for batch in batches]
    assert left == sorted(left)
    assert (left[0], left[-1]) == (0, 50)


def test_the_file_stays_within_its_bound_however_much_is_kept(file: Path) -> None:
    store = VectorStore(file, most_bytes=500_000)
    for number in range(40):
        store.keep(vectors_of(str(number), 20))
        # Beyond it by no more than was kept at once, with its index.
        assert _bytes_on_disk(file) < 500_000 + 80_000
    assert _bytes_on_disk(file) > 300_000


def test_a_bound_below_that_of_an_empty_file_keeps_nothing_and_does_not_hang(file: Path) -> None:
    store = VectorStore(file, most_bytes=100)
    store.keep(vectors_of("kept", 5))
    assert store.find(list(vectors_of("kept", 5)), WIDTH) == {}


def test_finding_writes_once_an_hour(file: Path, monkeypatch: pytest.MonkeyPatch, clock: list[int]) -> None:
    statements: list[str] = []
    connect = sqlite_file_module._connect

    def connect_and_trace(file: Path, setup: str, patience: float) -> sqlite3.Connection:
        connection = connect(file, setup, patience)
        connection.set_trace_callback(statements.append)
        return connection

    store, kept = VectorStore(file), vectors_of("kept", 20)
    store.keep(kept)
    monkeypatch.setattr(sqlite_file_module, "_connect", connect_and_trace)
    written = []
    for hours in (0, 1, 0):
        clock[0] += hours
        store.find(list(kept), WIDTH)
        written.append(sum(each.startswith("UPDATE") for each in statements))
        statements.clear()
    assert written == [0, 20, 0]
