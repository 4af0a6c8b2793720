"""Fixtures of the index, embedded and served; a test module names this file in pytest_plugins."""

from collections.abc import Iterator

import pytest
from pymilvus import MilvusClient

from components.core.retrieval.index import chunk_collection
from components.core.retrieval.index import chunk_index as chunk_index_module
from components.core.retrieval.index.chunk_index import ChunkIndex
from tests.support.served_milvus import ServedMilvus


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedMilvus]:
    """A running server; it is started once."""
    server = ServedMilvus(tmp_path_factory.mktemp("served"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module", params=["embedded", "served"])
def uri(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of each kind of index in turn: a directory and a server."""
    if request.param == "served":
        found: ServedMilvus = request.getfixturevalue("served")
        return found.uri
    return str(tmp_path_factory.mktemp("embedded") / "index.db")


@pytest.fixture(scope="module")
def index(uri: str) -> Iterator[ChunkIndex]:
    """An index of each kind in turn."""
    index = ChunkIndex(uri)
    yield index
    index.close()


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the collections that are built."""
    made: list[str] = []

    def build(client: MilvusClient, collection: str, *rest: object) -> None:
        made.append(collection)
        chunk_collection.build(client, collection, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(chunk_index_module, "build", build)
    return made
