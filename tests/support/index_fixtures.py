"""Fixtures of the index, embedded and served; a test module names this file in pytest_plugins."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymilvus import MilvusClient

from components.core.retrieval.index import chunk_collection
from components.core.retrieval.index import chunk_index as chunk_index_module
from components.core.retrieval.index.chunk_index import ChunkIndex
from components.core.retrieval.index.default_index import close_default_index
from tests.support.served_milvus import ServedMilvus


def embedded_server(index: ChunkIndex) -> tuple[Any, Any]:
    """Return the server of an embedded index, inside this process, and what it serves."""
    # Imported here: what the app sets for Milvus Lite is read at its import.
    from milvus_lite.server_manager import server_manager_instance

    server, served, _ = server_manager_instance._servers[index._uri]
    return server, served


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
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for files of an app that has no index yet."""
    monkeypatch.setenv("ENCODERSCOPE_CACHE", str(tmp_path / "new"))
    monkeypatch.delenv("ENCODERSCOPE_MILVUS_URI", raising=False)
    close_default_index()
    yield tmp_path / "new"
    close_default_index()


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the collections that are built."""
    made: list[str] = []

    def build(client: MilvusClient, collection: str, *rest: object) -> None:
        made.append(collection)
        chunk_collection.build(client, collection, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(chunk_index_module, "build", build)
    return made
