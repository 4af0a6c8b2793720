"""The index of the app: one for each process, tidied at the start, and built again if it is damaged."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from components.core.errors import StoreError
from components.core.retrieval.index import collection_names
from components.core.retrieval.index.chunk_index import ChunkIndex
from components.core.retrieval.index.default_index import close_default_index, default_index
from tests.support.random_chunks import chunk_ids, new_name, random_chunks, unit_vectors
from tests.support.served_milvus import ServedMilvus

pytest_plugins = ["tests.support.index_fixtures"]


def start_again() -> ChunkIndex:
    close_default_index()
    return default_index()


def directories(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_the_app_has_one_index_in_its_folder_for_files_however_many_ask(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: default_index(), range(8)))
    assert len(found) == 1
    assert directories(folder) == ["index.db"]


def test_the_app_uses_the_server_that_the_environment_names(
    folder: Path, served: ServedMilvus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENCODERSCOPE_MILVUS_URI", served.uri)
    monkeypatch.setenv("ENCODERSCOPE_MILVUS_TOKEN", "root:Milvus")
    name = new_name()
    default_index().fill(name, random_chunks(1, 3), unit_vectors(3))
    other = ChunkIndex(served.uri)
    assert name in other.names()
    assert default_index()._client._config.token == "root:Milvus"
    assert not folder.exists()


def test_a_process_whose_directory_another_has_open_takes_the_next(folder: Path) -> None:
    from milvus_lite.db import MilvusLite

    other = MilvusLite(str(folder / "index.db"))
    for name in (new_name(), new_name("cd" * 32)):
        default_index().fill(name, random_chunks(1, 3), unit_vectors(3))
    assert directories(folder) == ["index-2.db", "index.db"]
    assert len(default_index().names()) == 2
    other.close()
    # In the directory that is no longer used nothing stays.
    assert start_again().names() == ()
    assert list((folder / "index-2.db" / "collections").iterdir()) == []


def test_at_the_start_corpora_are_still_there_and_readers_own_documents_are_not(
    folder: Path, builds: list[str]
) -> None:
    corpus, own = new_name("cd" * 32), new_name()
    for name in (corpus, own):
        default_index().fill(name, random_chunks(1, 3), unit_vectors(3))
    default_index()._client.create_collection(collection_names.building_name(), dimension=4)
    half_dropped = folder / "index.db" / "collections" / f"{corpus}_1"
    half_dropped.mkdir()
    (half_dropped / "left").write_text("over")
    index = start_again()
    assert index.names() == (corpus,)
    assert len(list((folder / "index.db" / "collections").iterdir())) == 1
    for name in (corpus, own):
        index.fill(name, random_chunks(1, 3), unit_vectors(3))
        assert len(chunk_ids(index, name)) == 3
    assert len(builds) == 3


@pytest.mark.parametrize("damaged", ["schema.json", "manifest.json", "*.parquet", "*.idx"])
def test_a_damaged_collection_is_made_anew(folder: Path, damaged: str) -> None:
    name, chunks = new_name("cd" * 32), random_chunks(1, 30)
    default_index().fill(name, chunks, unit_vectors(30))
    close_default_index()
    files = list((folder / "index.db" / "collections").rglob(damaged))
    assert files
    for file in files:
        file.write_bytes(b"nonsense")
    default_index().fill(name, chunks, unit_vectors(30))
    assert directories(folder) == ["index.db"]
    assert chunk_ids(default_index(), name) == {chunk.id for chunk in chunks}
    assert len(default_index().bm25(name, "word0", 100)) == sum("word0" in chunk.text.split() for chunk in chunks)


def test_a_file_in_the_place_of_the_directory_is_set_aside(folder: Path) -> None:
    folder.mkdir()
    (folder / "index.db").write_text("dear to somebody")
    default_index().fill(new_name(), random_chunks(1, 3), unit_vectors(3))
    assert (folder / "index.db.broken").read_text() == "dear to somebody"


def test_a_place_where_no_directory_can_be_is_said_in_words(folder: Path) -> None:
    folder.write_text("in the way")
    with pytest.raises(StoreError, match=r"cannot be kept.*folder for files"):
        default_index()


def test_a_proxy_is_not_asked_for_the_index_of_this_computer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY", "no_grpc_proxy"):
        monkeypatch.delenv(name, raising=False)
    default_index().fill(new_name(), random_chunks(1, 3), unit_vectors(3))
    assert len(default_index().names()) == 1
