"""Files that cannot be written or are locked: the vector store keeps nothing and does not fail."""

import logging
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from components.core.storage import sqlite_file as sqlite_file_module
from components.core.storage import vector_store as vector_store_module
from components.core.storage.vector_store import VectorStore
from tests.support.stored_vectors import WIDTH, assert_equal, vectors_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The hour that the store reads, which the test can change."""
    hour = [500_000]
    monkeypatch.setattr(vector_store_module, "_hour", lambda: hour[0])
    return hour


def test_a_place_where_no_file_can_be_keeps_nothing_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    store = VectorStore(tmp_path / "file" / "vectors.sqlite")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            store.keep({b"key": np.ones(3)})
            assert store.find([b"key"], 3) == {}
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert str(tmp_path / "file" / "vectors.sqlite") in caplog.text


def test_a_folder_in_the_files_place_keeps_nothing(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.mkdir()
    store = VectorStore(file)
    store.keep({b"key": np.ones(3)})
    assert store.find([b"key"], 3) == {}
    assert len(caplog.records) == 1


def test_a_broken_file_that_cannot_be_set_aside_keeps_nothing(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)
    Path(f"{file}.broken").mkdir()
    store = VectorStore(file)
    store.keep({b"key": np.ones(3)})
    assert store.find([b"key"], 3) == {}


def test_a_store_that_can_only_be_read_is_read(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, clock: list[int]
) -> None:
    kept = vectors_of("kept", 5)
    VectorStore(file).keep(kept)
    connect = sqlite_file_module._connect

    def connect_read_only(*arguments: object) -> sqlite3.Connection:
        connection = connect(*arguments)  # type: ignore[arg-type]
        connection.execute("PRAGMA query_only = 1")
        return connection

    monkeypatch.setattr(sqlite_file_module, "_connect", connect_read_only)
    clock[0] += 1
    store = VectorStore(file)
    assert_equal(store.find(list(kept), WIDTH), kept)
    assert not caplog.records
    store.keep(vectors_of("more", 5))
    assert "readonly" in caplog.text
    assert not Path(f"{file}.broken").exists()


@pytest.fixture
def other_process(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection of somebody else, who is about to take the file for himself."""
    kept = VectorStore(file)
    kept.keep(vectors_of("kept", 5))
    connection = sqlite3.connect(file, isolation_level=None)
    yield connection
    connection.close()


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the store was ready to wait each time: in truth it waits no time at all."""
    waited: list[float] = []
    connect = sqlite_file_module._connect

    def connect_without_waiting(file: Path, setup: str, patience: float) -> sqlite3.Connection:
        waited.append(patience)
        return connect(file, setup, 0)

    monkeypatch.setattr(sqlite_file_module, "_connect", connect_without_waiting)
    return waited


def test_a_locked_store_is_waited_for_once_and_used_again_when_it_is_free(
    file: Path, other_process: sqlite3.Connection, patience: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file_module, "_PATIENCE", 0.3)
    store, kept = VectorStore(file), vectors_of("kept", 5)
    other_process.execute("PRAGMA locking_mode = EXCLUSIVE")
    other_process.execute("BEGIN EXCLUSIVE")
    store.keep(vectors_of("more", 5))
    assert store.find(list(kept), WIDTH) == {}
    store.keep(vectors_of("more", 5))
    other_process.close()
    assert_equal(store.find(list(kept), WIDTH), kept)
    store.keep(vectors_of("more", 5))
    long, short = sqlite_file_module._PATIENCE, sqlite_file_module._IMPATIENCE
    # Within each patience it is tried again and again.
    assert [each for each, _ in groupby(patience)] == [long, short, long]
    assert not Path(f"{file}.broken").exists()


def test_while_another_process_writes_what_was_kept_is_found(
    file: Path, other_process: sqlite3.Connection, patience: list[float], clock: list[int]
) -> None:
    store, kept = VectorStore(file), vectors_of("kept", 5)
    other_process.execute("BEGIN IMMEDIATE")
    other_process.execute("DELETE FROM vectors")
    clock[0] += 1
    assert_equal(store.find(list(kept), WIDTH), kept)
    other_process.execute("ROLLBACK")
