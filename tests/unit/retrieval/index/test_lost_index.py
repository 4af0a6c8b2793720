"""The embedded index stops, hangs or loses its files while the app runs: the next question is answered all the same."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from components.core.errors import StoreError
from components.core.retrieval.index import chunk_index as chunk_index_module
from components.core.retrieval.index.chunk_index import ChunkIndex
from components.core.retrieval.index.default_index import default_index, in_default_index
from tests.support.index_fixtures import embedded_server
from tests.support.random_chunks import random_chunks, unit_vectors
from tests.support.served_milvus import ServedMilvus

pytest_plugins = ["tests.support.index_fixtures"]

_NAME, _CHUNKS, _VECTORS = "encoderscope_shared_a_b", random_chunks(2, 5), unit_vectors(10)


def _question(index: ChunkIndex) -> list[str]:
    """Ask as the page does: the chunks are put into the index if they are not there."""
    index.fill(_NAME, _CHUNKS, _VECTORS)
    return [hit.chunk for hit in index.dense(_NAME, _VECTORS[3], 4)]


@pytest.fixture
def answer(folder: Path) -> list[str]:
    """What the index answers while all is well."""
    found, opened_again = in_default_index(_question)
    assert found[0] == _CHUNKS[3].id
    assert not opened_again
    return found


def _stop_server() -> None:
    server, served = embedded_server(default_index())
    server.stop(0)
    served.close()


def _close_files() -> None:
    embedded_server(default_index())[1].close()


@pytest.mark.parametrize("lose", [_stop_server, _close_files])
def test_an_index_that_was_closed_is_opened_again_by_the_next_question(
    answer: list[str], lose: Callable[[], None]
) -> None:
    before = default_index()
    lose()
    assert in_default_index(_question) == (answer, True)
    assert in_default_index(_question) == (answer, False)
    assert default_index() is not before


@pytest.fixture
def hanging() -> Iterator[Event]:
    """An event for which whoever hangs waits; set at the end of the test."""
    released = Event()
    yield released
    released.set()


def test_an_index_that_hangs_is_left_behind(answer: list[str], hanging: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_index(), "_timeout", 0.2)
    monkeypatch.setattr(chunk_index_module, "_LIFE_SIGN_TIMEOUT", 0.2)
    served = embedded_server(default_index())[1]

    def hang(*_: object, **__: object) -> None:
        hanging.wait()

    for name in ("get_collection", "has_collection", "list_collections", "create_collection"):
        monkeypatch.setattr(served, name, hang)
    assert in_default_index(_question) == (answer, True)
    assert in_default_index(_question) == (answer, False)


def test_an_index_whose_directory_was_deleted_goes_on(answer: list[str], folder: Path) -> None:
    shutil.rmtree(folder)
    assert in_default_index(_question) == (answer, False)
    default_index().fill("encoderscope_shared_c_d", _CHUNKS[:3], _VECTORS[:3])
    assert len(default_index().dense("encoderscope_shared_c_d", _VECTORS[0], 9)) == 3


def test_eight_readers_who_find_the_index_closed_open_it_once(
    answer: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    start = ChunkIndex.__init__

    def counted(self: ChunkIndex, uri: str, *rest: Any) -> None:
        opened.append(uri)
        start(self, uri, *rest)

    monkeypatch.setattr(ChunkIndex, "__init__", counted)
    _stop_server()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: in_default_index(_question)[0], range(8)))
    assert found == [answer] * 8
    assert len(opened) == 1


def test_a_server_that_is_gone_is_not_opened_again_but_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = ServedMilvus(tmp_path / "served")
    server.start()
    monkeypatch.setenv("ENCODERSCOPE_MILVUS_URI", server.uri)
    before = default_index()
    server.stop()
    with pytest.raises(StoreError, match="ENCODERSCOPE_MILVUS_URI"):
        in_default_index(_question)
    assert default_index() is before
