"""Collections are built whole or not at all, by many sessions and processes at once."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from components.core.errors import StoreError
from components.core.retrieval.index import chunk_collection
from components.core.retrieval.index.chunk_index import ChunkIndex
from components.core.retrieval.search.bm25 import Bm25
from tests.support.random_chunks import (
    chunk_ids,
    chunks_with,
    collections,
    document_id,
    new_name,
    random_chunks,
    unit_vectors,
)
from tests.support.served_milvus import ServedMilvus

pytest_plugins = ["tests.support.index_fixtures"]


def test_filling_tells_its_progress_and_doing_it_again_asks_milvus_nothing(
    index: ChunkIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk_collection, "_ROWS_AT_ONCE", 40)
    name, chunks, told = new_name(), random_chunks(5, 20), list[tuple[int, int]]()
    index.fill(name, chunks, unit_vectors(100), lambda done, of: told.append((done, of)))
    assert told == [(40, 100), (80, 100), (100, 100)]
    with monkeypatch.context() as without:
        without.setattr(index, "_client", None)
        index.fill(name, list(chunks), unit_vectors(100), lambda done, of: told.append((done, of)))
    assert len(told) == 3
    assert chunk_ids(index, name) == {chunk.id for chunk in chunks}
    # However many times rows were sent, BM25 knows the statistics of all of them.
    scores = Bm25([chunk.text for chunk in chunks]).scores("word1 word20")
    hits = index.bm25(name, "word1 word20", 100)
    np.testing.assert_allclose([hit.score for hit in hits], sorted(scores[scores > 0], reverse=True), rtol=1e-5)


def test_there_is_one_vector_for_each_chunk(index: ChunkIndex) -> None:
    with pytest.raises(ValueError, match="one vector for each chunk"):
        index.fill(new_name(), random_chunks(1, 3), unit_vectors(2))


def test_other_chunks_of_that_name_take_the_place_of_those_before(index: ChunkIndex) -> None:
    name = new_name()
    index.fill(name, chunks_with([["old fish", "old bird"]]), unit_vectors(2))
    before = collections(index)
    for texts in ([["old fish", "new bird"]], [["old fish"]], [["old fish"], ["new bird"]]):
        chunks = chunks_with(texts)
        index.fill(name, chunks, unit_vectors(len(chunks)))
        assert chunk_ids(index, name) == {chunk.id for chunk in chunks}
        assert len(index.bm25(name, "new", 5)) == sum(text.startswith("new") for each in texts for text in each)
        assert len(collections(index)) == len(before)


def test_what_is_interrupted_leaves_nothing_and_is_made_whole_at_the_next_try(
    index: ChunkIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk_collection, "_ROWS_AT_ONCE", 10)
    name, chunks, before = new_name(), random_chunks(3, 10), collections(index)

    def interrupt(done: int, of: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.fill(name, chunks, unit_vectors(30), interrupt)
    assert collections(index) == before
    with pytest.raises(StoreError, match="not in the index"):
        index.bm25(name, "word1", 5)
    index.fill(name, chunks, unit_vectors(30))
    assert chunk_ids(index, name) == {chunk.id for chunk in chunks}


def test_what_another_process_has_filled_is_found_whole_and_not_made_again(
    index: ChunkIndex, uri: str, builds: list[str]
) -> None:
    name, chunks = new_name(), random_chunks(2, 5)
    index.fill(name, chunks, unit_vectors(10))
    other = ChunkIndex(uri)
    other.fill(name, chunks, unit_vectors(10))
    assert len(builds) == 1
    assert chunk_ids(other, name) == {chunk.id for chunk in chunks}
    assert name in other.names()


def test_a_collection_that_lacks_chunks_is_made_anew(index: ChunkIndex, uri: str) -> None:
    name, chunks = new_name(), random_chunks(2, 5)
    index.fill(name, chunks, unit_vectors(10))
    (collection,) = (each for each in collections(index) if each.startswith(name))
    index._client.delete(collection, ids=[chunks[3].id])
    assert len(chunk_ids(index, name)) == 9
    other = ChunkIndex(uri)
    other.fill(name, chunks, unit_vectors(10))
    assert chunk_ids(other, name) == {chunk.id for chunk in chunks}


def test_when_another_process_is_quicker_its_collection_is_used(
    index: ChunkIndex, uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, chunks, before = new_name(), random_chunks(2, 5), len(collections(index))

    def other_fills(done: int, of: int) -> None:
        ChunkIndex(uri).fill(name, chunks, unit_vectors(10))

    index.fill(name, chunks, unit_vectors(10), other_fills)
    assert chunk_ids(index, name) == {chunk.id for chunk in chunks}
    assert len(collections(index)) == before + 1


def test_sixteen_sessions_fill_and_search_at_once_and_each_finds_its_own(index: ChunkIndex, builds: list[str]) -> None:
    shared, shared_chunks = new_name(), random_chunks(2, 10)

    def session(number: int) -> tuple[set[str], int]:
        index.fill(shared, shared_chunks, unit_vectors(20))
        name = new_name()
        index.fill(name, chunks_with([["fish"]] * number), unit_vectors(number))
        ids = chunk_ids(index, name)
        index.drop(name)
        return ids, len(chunk_ids(index, shared))

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(session, range(1, 17)))
    assert results == [({f"{document_id(each)}:0" for each in range(number)}, 20) for number in range(1, 17)]
    assert len(builds) == 17


@pytest.mark.parametrize(
    "method", ["list_collections", "create_collection", "rename_collection", "load_collection", "drop_collection"]
)
def test_collections_are_listed_renamed_loaded_and_dropped_one_at_a_time(
    served: ServedMilvus, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    # To list its collections Milvus Lite opens them all, and one that is opened twice at once may lose chunks.
    index, locked = ChunkIndex(served.uri), list[bool]()
    asked = getattr(index._client, method)

    def ask(*arguments: object, **named: object) -> object:
        locked.append(index._names_lock.locked())
        return asked(*arguments, **named)

    monkeypatch.setattr(index._client, method, ask)
    name = new_name()
    index.fill(name, random_chunks(1, 3), unit_vectors(3))
    index.drop(name)
    assert set(locked) == {True}
