"""Readers' documents are found again as they were, by several processes, up to the limits."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from components.core.errors import StoreError
from components.core.retrieval.documents import Document
from components.core.retrieval.ingest import libraries as libraries_module
from components.core.retrieval.ingest.libraries import Libraries
from tests.support.two_libraries import ANN, BANKS, BOB, HOUR, PIZZA, add

pytest_plugins = ["tests.support.library_fixtures"]


def test_documents_are_found_again_by_another_process_as_they_were_in_order_of_adding(
    libraries: Libraries, file: Path, now: list[float]
) -> None:
    add(libraries, ANN, PIZZA, BANKS)
    assert Libraries(file, clock=lambda: now[0]).documents(ANN) == (PIZZA, BANKS)


@pytest.mark.parametrize(
    "text", ["naïve 🍕 ‮עברית", "a\0b\r\nc", "half of a pair: \ud83c", "'; DROP TABLE documents; --", ""]
)
def test_any_text_is_found_again_to_the_last_character(libraries: Libraries, text: str) -> None:
    document = Document(f"title {text}", text)
    add(libraries, ANN, document)
    assert libraries.documents(ANN) == (document,)


def test_a_document_is_whole_from_when_it_is_acknowledged_and_unfinished_before(libraries: Libraries) -> None:
    add(libraries, ANN, PIZZA)
    libraries.begin(ANN, BANKS)
    assert (libraries.documents(ANN), libraries.unfinished(ANN)) == ((PIZZA,), (BANKS,))
    libraries.acknowledge(ANN, BANKS.id)
    assert (libraries.documents(ANN), libraries.unfinished(ANN)) == ((PIZZA, BANKS), ())


def test_a_document_that_is_begun_twice_is_there_once_and_stays_whole(libraries: Libraries) -> None:
    libraries.begin(ANN, PIZZA)
    libraries.begin(ANN, PIZZA)
    assert libraries.unfinished(ANN) == (PIZZA,)
    libraries.acknowledge(ANN, PIZZA.id)
    libraries.begin(ANN, PIZZA)
    assert (libraries.documents(ANN), libraries.unfinished(ANN)) == ((PIZZA,), ())


def test_what_was_never_begun_cannot_be_acknowledged_into_being(libraries: Libraries) -> None:
    libraries.acknowledge(ANN, PIZZA.id)
    assert libraries.documents(ANN) == ()


def test_a_library_holds_so_many_documents_and_no_more(libraries: Libraries, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries_module, "MOST_DOCUMENTS", 2)
    add(libraries, ANN, PIZZA)
    libraries.begin(ANN, BANKS)
    third = Document("Third", "One too many.")
    with pytest.raises(StoreError, match="at most 2 documents"):
        libraries.begin(ANN, third)
    libraries.begin(ANN, PIZZA)
    add(libraries, BOB, third)
    libraries.remove(ANN, PIZZA.id)
    libraries.begin(ANN, third)
    assert libraries.unfinished(ANN) == (BANKS, third)


def test_a_library_holds_so_many_characters_and_no_more(libraries: Libraries, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries_module, "MOST_CHARACTERS", 100)
    libraries.begin(ANN, Document("É", "é" * 60))
    with pytest.raises(StoreError, match=r"at most 100 characters\. Yours has 60, and this document 41"):
        libraries.begin(ANN, Document("Long", "x" * 41))
    libraries.begin(BOB, Document("Long", "x" * 41))
    libraries.begin(ANN, Document("Fits", "x" * 40))


def test_all_libraries_together_fill_no_more_than_the_file_may(
    libraries: Libraries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libraries_module, "MOST_BYTES", 100_000)
    add(libraries, ANN, Document("Long", "x" * 90_000))
    with pytest.raises(StoreError, match="no room for more documents on this server"):
        add(libraries, BOB, PIZZA)
    libraries.forget(ANN)
    add(libraries, BOB, PIZZA)


def test_eight_threads_of_two_processes_add_at_once_and_nothing_is_lost(file: Path) -> None:
    both = [Libraries(file), Libraries(file)]
    owners = [f"{number:032x}" for number in range(8)]
    documents = [Document(str(number), f"text {number}") for number in range(5)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: add(both[number % 2], owners[number], *documents), range(8)))
    for owner in owners:
        assert both[0].documents(owner) == tuple(documents)


def test_a_file_that_is_no_database_is_begun_anew_and_later_deleted(
    libraries: Libraries, file: Path, now: list[float]
) -> None:
    file.parent.mkdir()
    file.write_bytes(b"no database" * 1000)
    broken = Path(f"{file}.broken")
    os.utime(file, (now[0], now[0]))
    add(libraries, ANN, PIZZA)
    assert libraries.documents(ANN) == (PIZZA,)
    now[0] += 12 * HOUR
    libraries.touch(ANN)
    libraries.sweep()
    assert broken.exists()
    now[0] += 1
    libraries.sweep()
    assert not broken.exists()
    assert libraries.documents(ANN) == (PIZZA,)


@pytest.mark.parametrize(
    "change",
    [
        "text = CAST('Dough. Squatch eats it warm.' AS BLOB)",
        "text = X'FF'",
        "text = 17",
        "title = 17",
        "sections = CAST('[[1]]' AS BLOB)",
        "sections = CAST('{' AS BLOB)",
    ],
)
def test_a_damaged_document_is_left_out_and_never_another_text_given(
    libraries: Libraries, file: Path, change: str
) -> None:
    add(libraries, ANN, PIZZA, BANKS)
    with closing(sqlite3.connect(file)) as damaging, damaging:
        damaging.execute(f"UPDATE documents SET {change} WHERE number = 1")
    assert libraries.documents(ANN) == (BANKS,)


def test_a_place_where_no_file_can_be_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    libraries = Libraries(tmp_path / "file" / "documents.sqlite")
    with pytest.raises(StoreError, match=r"cannot be kept or read.*Try again"):
        libraries.begin(ANN, PIZZA)
    with pytest.raises(StoreError):
        libraries.documents(ANN)
