"""Collections are dropped when their time is over or when there is no room for them."""

import secrets
import time
from pathlib import Path

import pytest

from components.core.errors import StoreError
from components.core.retrieval.documents import Document
from components.core.retrieval.index import chunk_index as chunk_index_module
from components.core.retrieval.index import collection_names
from components.core.retrieval.index.chunk_index import ChunkIndex
from components.core.retrieval.index.expiry import forget_overdue
from components.core.retrieval.ingest.libraries import GRACE, Libraries
from tests.support.random_chunks import (
    chunk_ids,
    collections,
    new_name,
    random_chunks,
    unit_vectors,
)

pytest_plugins = ["tests.support.index_fixtures"]


def test_what_is_dropped_is_found_no_more(index: ChunkIndex) -> None:
    name, other = new_name(), new_name()
    for each in (name, other):
        index.fill(each, random_chunks(1, 3), unit_vectors(3))
    index.drop(name)
    index.drop(name)
    assert name not in index.names()
    assert other in index.names()
    with pytest.raises(StoreError, match=r"not in the index any more\. Ask again"):
        index.dense(name, unit_vectors(1)[0], 5)
    assert len(chunk_ids(index, other)) == 3


def test_what_another_process_has_dropped_is_said_in_words_and_filled_anew(index: ChunkIndex, uri: str) -> None:
    name, chunks = new_name(), random_chunks(1, 3)
    index.fill(name, chunks, unit_vectors(3))
    ChunkIndex(uri).drop(name)
    with pytest.raises(StoreError, match="cannot be used"):
        index.bm25(name, "word1", 5)
    index.fill(name, chunks, unit_vectors(3))
    assert len(chunk_ids(index, name)) == 3


def test_when_a_library_is_over_time_its_documents_and_all_its_collections_go(
    index: ChunkIndex, tmp_path: Path
) -> None:
    now = [1_000_000.0]
    libraries = Libraries(tmp_path / "documents.sqlite", clock=lambda: now[0])
    gone, stays = secrets.token_hex(16), secrets.token_hex(16)
    of_gone, of_stays = [new_name(gone), new_name(gone)], [new_name(stays), new_name("ab" * 32)]
    for owner in (gone, stays):
        libraries.begin(owner, Document("Fish", "One fish."))
    for name in (*of_gone, *of_stays):
        index.fill(name, random_chunks(1, 3), unit_vectors(3))
    libraries.left(gone)
    now[0] += GRACE + 1
    forget_overdue(libraries, index)
    assert libraries.unfinished(gone) == ()
    assert len(libraries.unfinished(stays)) == 1
    assert set(of_stays) <= set(index.names())
    assert not set(of_gone) & set(index.names())
    # What a session was just putting in when it was forgotten goes at the next time.
    index.fill(of_gone[0], random_chunks(1, 3), unit_vectors(3))
    forget_overdue(libraries, index)
    assert of_gone[0] not in index.names()


def test_what_a_killed_process_left_half_made_goes_and_what_is_being_made_stays(
    index: ChunkIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, now = [], time.time()
    for ago in (3500, 3700):
        with monkeypatch.context() as then:
            then.setattr(collection_names.time, "time", lambda ago=ago: now - ago)
            began.append(collection_names.building_name())
        index._client.create_collection(began[-1], dimension=4)
    names = index.names()
    assert not any("building" in each for each in names)
    index.forget([])
    assert collections(index) & set(began) == {began[0]}
    assert index.names() == names
    index._client.drop_collection(began[0])


@pytest.mark.parametrize(("bound", "most"), [("_MOST_ROWS", 9), ("_MOST_COLLECTIONS", None)])
def test_beyond_its_bound_the_index_drops_what_was_used_least_recently(
    uri: str, monkeypatch: pytest.MonkeyPatch, bound: str, most: int | None
) -> None:
    index = ChunkIndex(uri)
    monkeypatch.setattr(chunk_index_module, bound, most or len(collections(index)) + 3)
    names = [new_name() for _ in range(4)]
    for name in names[:3]:
        index.fill(name, random_chunks(1, 3), unit_vectors(3))
    index.dense(names[0], unit_vectors(1)[0], 1)
    if most is None:
        # What this process did not use goes first.
        monkeypatch.setattr(chunk_index_module, bound, 3)
    index.fill(names[3], random_chunks(1, 3), unit_vectors(3))
    assert [name in index.names() for name in names] == [True, False, True, True]
    with pytest.raises(StoreError, match="not in the index"):
        index.dense(names[1], unit_vectors(1)[0], 1)
    if most is None:
        assert len(collections(index)) == 3
