"""Errors of Milvus become sentences; an index on a server survives its restart."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pymilvus import MilvusException

from components.core.errors import StoreError
from components.core.retrieval.index.chunk_index import ChunkIndex
from tests.support.random_chunks import chunk_ids, new_name, random_chunks, unit_vectors
from tests.support.served_milvus import ServedMilvus

pytest_plugins = ["tests.support.index_fixtures"]


def test_a_server_that_is_gone_is_said_in_words_and_found_again_when_it_is_back(tmp_path: Path) -> None:
    server = ServedMilvus(tmp_path)
    server.start()
    index = ChunkIndex(server.uri)
    name, chunks = new_name(), random_chunks(2, 5)
    everything = {chunk.id for chunk in chunks}
    try:
        index.fill(name, chunks, unit_vectors(10))
        server.stop()
        server.start()
        # Nobody asked meanwhile, so nobody notices.
        assert chunk_ids(index, name) == everything
        server.stop()
        asked: list[Callable[[], object]] = [
            lambda: index.dense(name, unit_vectors(1)[0], 5),
            lambda: index.fill(new_name(), chunks, unit_vectors(10)),
            index.names,
            lambda: index.drop(name),
            lambda: ChunkIndex(server.uri),
        ]
        for ask in asked:
            with pytest.raises(StoreError, match=f"{server.uri} cannot be used.*ENCODERSCOPE_MILVUS_URI"):
                ask()
        server.start()
        index.fill(name, chunks, unit_vectors(10))
        assert chunk_ids(index, name) == everything
    finally:
        server.stop()


@pytest.mark.parametrize("uri", ["http://user:secret@127.0.0.1:1/?token=secret", "hello"])
def test_an_address_of_no_server_is_said_in_words_without_its_secrets(uri: str) -> None:
    with pytest.raises(StoreError, match="cannot be used") as caught:
        ChunkIndex(uri, token="secret too")
    assert "secret" not in str(caught.value)


def test_milvus_raises_nothing_that_is_not_said_in_words(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    index, name = ChunkIndex(uri), new_name()
    index.fill(name, [], unit_vectors(0))

    def fail(*_: object, **__: object) -> None:
        raise MilvusException(message="on  fire\n")

    for method in ("list_collections", "drop_collection", "create_collection"):
        monkeypatch.setattr(index._client, method, fail)
    for ask in (lambda: index.drop(name), lambda: index.fill("a", [], unit_vectors(0))):
        with pytest.raises(StoreError, match="cannot be used"):
            ask()
