"""Damaged files: the vector store loses vectors, but never returns a wrong one and never fails."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from components.core.storage.vector_store import VectorStore
from tests.support.stored_vectors import WIDTH, assert_equal, assert_right, vectors_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


@pytest.mark.parametrize(
    "content",
    [b"This is no database, and never was.\n" * 400, b"SQLite format 3\0" + bytes(5000), b"\0" * 4096],
)
def test_a_file_that_is_no_database_is_set_aside_and_replaced(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    kept = vectors_of("kept", 5)
    store = VectorStore(file)
    assert store.find(list(kept), WIDTH) == {}
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)
    assert Path(f"{file}.broken").read_bytes() == content


def test_vectors_can_be_kept_first_in_a_file_that_is_no_database(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)
    kept = vectors_of("kept", 5)
    VectorStore(file).keep(kept)
    assert_equal(VectorStore(file).find(list(kept), WIDTH), kept)


def test_a_database_with_other_tables_is_set_aside_whole(file: Path) -> None:
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE vectors (mine TEXT)")
        other.execute("INSERT INTO vectors VALUES ('dear to somebody')")
    other.close()
    kept = vectors_of("kept", 5)
    VectorStore(file).keep(kept)
    assert_equal(VectorStore(file).find(list(kept), WIDTH), kept)
    aside = sqlite3.connect(f"{file}.broken")
    assert aside.execute("SELECT mine FROM vectors").fetchall() == [("dear to somebody",)]
    aside.close()


def test_a_new_file_is_not_continued_with_the_rest_of_a_broken_one(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)
    rest = Path(f"{file}-wal")
    rest.write_bytes(b"of the broken one" * 1000)
    kept = vectors_of("kept", 5)
    store = VectorStore(file)
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)
    assert not rest.exists()


def test_a_file_damaged_while_another_process_has_it_open_is_replaced(file: Path) -> None:
    kept = vectors_of("kept", 300)
    store = VectorStore(file)
    store.keep(kept)
    other = sqlite3.connect(file)
    with other:
        other.execute("DELETE FROM vectors WHERE rowid = 1")
    assert Path(f"{file}-wal").stat().st_size > 0  # what it wrote, and what a new file must not be continued with
    with file.open("r+b") as damaged:
        damaged.seek(20_000)
        damaged.write(bytes(400_000))
    assert_right(store.find(list(kept), WIDTH), kept)
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)
    other.close()
    assert_equal(store.find(list(kept), WIDTH), kept)


@pytest.mark.parametrize("place", range(1, 20))
def test_a_damaged_page_loses_vectors_and_never_gives_a_wrong_one(file: Path, place: int) -> None:
    kept = vectors_of("kept", 300)
    VectorStore(file).keep(kept)
    content = bytearray(file.read_bytes())
    start = len(content) * place // 20
    content[start : start + 4096] = np.random.default_rng(place).bytes(4096)
    file.write_bytes(content)
    store = VectorStore(file)
    found = store.find(list(kept), WIDTH)
    assert_right(found, kept)
    assert len(found) < len(kept)
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)


def test_a_truncated_file_loses_vectors_and_is_repaired(file: Path) -> None:
    kept = vectors_of("kept", 300)
    VectorStore(file).keep(kept)
    file.write_bytes(file.read_bytes()[:300_000])
    store = VectorStore(file)
    assert_right(store.find(list(kept), WIDTH), kept)
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)


def test_a_flipped_bit_in_a_vector_is_noticed(file: Path) -> None:
    kept = vectors_of("kept", 30)
    VectorStore(file).keep(kept)
    key, vector = list(kept.items())[17]
    content = bytearray(file.read_bytes())
    content[content.index(vector.tobytes()) + 700] ^= 1
    file.write_bytes(content)
    assert_equal(VectorStore(file).find(list(kept), WIDTH), {each: kept[each] for each in kept if each != key})


@pytest.mark.parametrize(
    "change",
    [
        "vector = CAST(substr(vector, 1, 1535) || X'FF' AS TEXT)",  # no UTF-8
        "vector = 17",
        "vector = X''",
        "checksum = 'none'",
        # Another's vector, with the checksum that it had there.
        "(vector, checksum) = (SELECT vector, checksum FROM vectors WHERE rowid = 3)",
    ],
)
def test_an_invalid_row_is_skipped_and_repaired(file: Path, change: str) -> None:
    kept = vectors_of("kept", 10)
    store = VectorStore(file)
    store.keep(kept)
    with sqlite3.connect(file) as damaging:
        damaging.execute(f"UPDATE vectors SET {change} WHERE rowid = 5")
    damaging.close()
    assert_equal(store.find(list(kept), WIDTH), {key: row for key, row in kept.items() if key != list(kept)[4]})
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)


def test_a_message_that_quotes_damaged_text_is_handled_as_any_other(file: Path) -> None:
    VectorStore(file).keep(vectors_of("kept", 5))
    content = file.read_bytes()
    # The table's name in its own definition, which SQLite quotes when it complains of it.
    file.write_bytes(content.replace(b"vectors", b"v\xc3\x28tors"))
    kept = vectors_of("kept", 5)
    store = VectorStore(file)
    store.keep(kept)
    assert_equal(store.find(list(kept), WIDTH), kept)
