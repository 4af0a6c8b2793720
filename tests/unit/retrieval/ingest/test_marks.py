"""Marks are found again as they were made, by their owner alone, and for as long as the library."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from components.core.errors import StoreError
from components.core.retrieval.documents import Chunk, Corpus, Document, Span
from components.core.retrieval.ingest import marks as marks_module
from components.core.retrieval.ingest.libraries import GRACE, Libraries
from components.core.retrieval.ingest.marks import Mark, passage_mark
from components.core.retrieval.ingest.owners import library_key
from tests.support.two_libraries import ANN, BOB, PIZZA, add

pytest_plugins = ["tests.support.library_fixtures"]

HOT = Mark("What is hot?", Span("a" * 16, 0, 5), "Menu")
COLD = Mark("What is cold?", Span("a" * 16, 7, 12), "Menu")


def test_marks_are_found_again_by_another_process_in_order_and_by_their_owner_alone(
    libraries: Libraries, file: Path, now: list[float]
) -> None:
    for mark in (HOT, COLD, HOT):
        libraries.add_mark(ANN, mark)
    again = Libraries(file, clock=lambda: now[0])
    assert again.marks(ANN) == (HOT, COLD)
    assert again.marks(BOB) == ()
    again.remove_marks(BOB, [HOT])
    again.remove_marks(ANN, [HOT])
    assert libraries.marks(ANN) == (COLD,)


@pytest.mark.parametrize("text", ["naïve 🍕 ‮עברית", "half of a pair: \ud83c", "'; DROP TABLE marks; --"])
def test_any_question_and_title_are_found_again_and_taken_back(libraries: Libraries, text: str) -> None:
    mark = Mark(text, Span("b" * 16, 3, 4), text)
    libraries.add_mark(ANN, mark)
    assert libraries.marks(ANN) == (mark,)
    libraries.remove_marks(ANN, [mark])
    assert libraries.marks(ANN) == ()


def test_marks_outlive_a_reload_and_their_document_but_no_library(libraries: Libraries, now: list[float]) -> None:
    add(libraries, ANN, PIZZA)
    mark = Mark("Who?", Span(PIZZA.id, 0, 1), PIZZA.title)
    libraries.add_mark(ANN, mark)
    libraries.remove(ANN, PIZZA.id)
    libraries.left(ANN)
    now[0] += GRACE - 1
    libraries.touch(ANN)
    assert libraries.sweep() == ()
    assert libraries.marks(ANN) == (mark,)
    libraries.left(ANN)
    now[0] += GRACE + 1
    libraries.sweep()
    assert libraries.marks(ANN) == ()


def test_a_library_of_marks_alone_expires_like_any_other(libraries: Libraries, now: list[float]) -> None:
    libraries.add_mark(ANN, HOT)
    libraries.left(ANN)
    now[0] += GRACE + 1
    assert libraries.sweep() == (library_key(ANN),)
    assert libraries.marks(ANN) == ()


def test_more_marks_than_there_is_room_for_are_refused_with_their_number(
    libraries: Libraries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks_module, "MOST_MARKS", 1)
    libraries.add_mark(ANN, HOT)
    with pytest.raises(StoreError, match="1 passages are marked, and at most 1 are kept"):
        libraries.add_mark(ANN, COLD)
    libraries.add_mark(BOB, COLD)
    assert libraries.marks(ANN) == (HOT,)


def test_marks_taken_back_are_not_in_the_file_any_more(libraries: Libraries, file: Path) -> None:
    libraries.add_mark(ANN, Mark("Where is the treasure?", HOT.span, "Map"))
    libraries.remove_marks(ANN, libraries.marks(ANN))
    assert all(b"treasure" not in each.read_bytes() for each in file.parent.iterdir())


def test_a_damaged_mark_is_omitted_and_the_others_stay(libraries: Libraries, file: Path) -> None:
    libraries.add_mark(ANN, HOT)
    libraries.add_mark(ANN, COLD)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE marks SET title = X'FF' WHERE first = 0")
    assert libraries.marks(ANN) == (COLD,)


def test_a_file_of_documents_from_before_there_were_marks_takes_them(libraries: Libraries, file: Path) -> None:
    add(libraries, ANN, PIZZA)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DROP TABLE marks")
    libraries.add_mark(ANN, HOT)
    assert (libraries.documents(ANN), libraries.marks(ANN)) == ((PIZZA,), (HOT,))


def test_a_mark_spans_what_the_passage_shows_wherever_it_stands_in_its_document() -> None:
    document = Document("Menu", "Soup.\n\n  Pizza,\n and bread.  \n\nTea.")
    start, end = document.text.index("\n\n  Pizza"), document.text.index("Tea")
    chunk = Chunk(document.id, 1, start, end, document.text[start:end].strip(), token_count=7)
    span = passage_mark("What is baked?", chunk, Corpus("Food", (document,))).span
    assert document.text[span.start : span.end] == chunk.text == "Pizza,\n and bread."
