"""Vectors on disk: their keys, and found as they were kept."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from components.core.storage import sqlite_file as sqlite_file_module
from components.core.storage import vector_store as vector_store_module
from components.core.storage.vector_store import VectorStore, default_store, vector_key
from tests.support.stored_vectors import WIDTH, assert_equal, vectors_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


def test_a_key_is_a_digest_of_the_model_the_variant_and_the_sentence() -> None:
    # Parts that only moved to their neighbour make another key.
    parts = [("a", "b", "c"), ("ab", "", "c"), ("a", "bc", ""), ("", "ab", "c"), ("a", "b", "\0c"), ("a", "", "bc")]
    keys = {vector_key(*each) for each in [*parts, *parts]}
    assert len(keys) == len(parts)
    assert {len(key) for key in keys} == {32}


def test_half_of_a_surrogate_pair_has_a_key_of_its_own() -> None:
    assert len({vector_key("a", "b", text) for text in ("\ud83c", "\udf55", "?", "🍕")}) == 4


@pytest.mark.parametrize("count", [1, 499, 500, 501, 1201])
def test_what_was_kept_is_found_to_the_last_bit_and_nothing_else(file: Path, count: int) -> None:
    kept = vectors_of("kept", count)
    VectorStore(file).keep(kept)
    asked = [*vectors_of("other", count), *kept, *kept]
    assert_equal(VectorStore(file).find(asked, WIDTH), kept)


def test_no_query_names_more_keys_than_older_builds_of_sqlite_take(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite_file_module._connect

    def connect_as_an_older_build(file: Path, setup: str, patience: float) -> sqlite3.Connection:
        connection = connect(file, setup, patience)
        connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
        return connection

    monkeypatch.setattr(sqlite_file_module, "_connect", connect_as_an_older_build)
    store, kept = VectorStore(file), vectors_of("kept", 1201)
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)


def test_vectors_found_are_float32_of_that_width_and_read_only(file: Path) -> None:
    store = VectorStore(file)
    store.keep({b"key": np.arange(6, dtype=np.float64)[::2]})
    found = store.find([b"key"], 3)[b"key"]
    assert (found.dtype, found.tolist(), found.flags.writeable) == (np.float32, [0, 2, 4], False)


def test_a_store_without_a_file_has_nothing_and_makes_its_folders(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "new" / "folder" / "vectors.sqlite")
    assert store.find([b"key"], 3) == {}
    assert store.find([], 3) == {}
    store.keep({b"key": np.ones(3)})
    assert set(store.find([b"key"], 3)) == {b"key"}


def test_a_vector_of_another_width_is_not_found_until_it_is_kept_again(file: Path) -> None:
    store = VectorStore(file)
    store.keep({b"key": np.ones(4)})
    assert [store.find([b"key"], width) for width in (3, 5, 16)] == [{}, {}, {}]
    store.keep({b"key": np.ones(3)})
    assert store.find([b"key"], 3)[b"key"].tolist() == [1, 1, 1]


def test_a_file_deleted_while_the_app_runs_is_replaced(file: Path) -> None:
    store = VectorStore(file)
    kept = vectors_of("kept", 5)
    store.keep(kept)
    file.unlink()
    assert store.find(list(kept), WIDTH) == {}
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)


@pytest.fixture
def _no_store_yet() -> Iterator[None]:
    default_store.cache_clear()
    yield
    default_store.cache_clear()


@pytest.mark.usefixtures("_no_store_yet")
def test_the_app_keeps_its_vectors_in_the_folder_of_the_environment_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENCODERSCOPE_CACHE", str(tmp_path / "here"))
    default_store().keep({b"key": np.ones(3)})
    assert [each.name for each in (tmp_path / "here").iterdir()] == ["vectors.sqlite"]
    assert default_store() is default_store()


@pytest.mark.usefixtures("_no_store_yet")
@pytest.mark.parametrize("environment", [None, ""])
def test_without_that_variable_they_are_in_the_users_cache_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: str | None
) -> None:
    if environment is None:
        monkeypatch.delenv("ENCODERSCOPE_CACHE", raising=False)
    else:
        monkeypatch.setenv("ENCODERSCOPE_CACHE", environment)
    monkeypatch.setattr(vector_store_module.platformdirs, "user_cache_dir", lambda app: str(tmp_path / app))
    default_store().keep({b"key": np.ones(3)})
    assert (tmp_path / "encoderscope" / "vectors.sqlite").is_file()
