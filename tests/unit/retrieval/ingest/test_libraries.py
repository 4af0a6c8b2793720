"""Readers' documents: found again as they were, by their owner alone, and gone when their time is over."""

import os
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from components.core.errors import StoreError
from components.core.retrieval.documents import Document, Section
from components.core.retrieval.ingest import libraries as libraries_module
from components.core.retrieval.ingest.libraries import GRACE, REMEMBERED, Libraries
from components.core.retrieval.ingest.owners import library_key

ANN, BOB = "a1" * 16, "b2" * 16
HOUR = 3600.0

PIZZA = Document("Pizza", "Dough.\n\nSquatch eats it cold.", (Section("1", "Dough", 0, 6), Section("2", "", 8, 29)))
BANKS = Document("Banks", "A river has two, a street has four.")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new" / "documents.sqlite"


@pytest.fixture
def now() -> list[float]:
    """The clock of the libraries, to be put forward."""
    return [1_000_000.0]


@pytest.fixture
def libraries(file: Path, now: list[float]) -> Libraries:
    return Libraries(file, keep_hours=12, clock=lambda: now[0])


def add(libraries: Libraries, owner: str, *documents: Document) -> None:
    for document in documents:
        libraries.begin(owner, document)
        libraries.acknowledge(owner, document.id)


def bytes_on_disk(file: Path) -> bytes:
    return b"".join(each.read_bytes() for each in file.parent.iterdir())


# Adding


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


# Privacy


def test_nobody_sees_or_changes_the_documents_of_another(libraries: Libraries) -> None:
    add(libraries, ANN, PIZZA)
    libraries.begin(ANN, BANKS)
    add(libraries, BOB, PIZZA)
    assert (libraries.documents(BOB), libraries.unfinished(BOB)) == ((PIZZA,), ())
    libraries.acknowledge(BOB, BANKS.id)
    libraries.remove(BOB, PIZZA.id)
    libraries.remove(BOB, BANKS.id)
    libraries.forget(BOB)
    assert (libraries.documents(ANN), libraries.unfinished(ANN)) == ((PIZZA,), (BANKS,))
    assert libraries.documents(BOB) == ()


def test_no_file_tells_an_owners_secret(libraries: Libraries, file: Path) -> None:
    add(libraries, ANN, PIZZA)
    libraries.left(ANN)
    libraries.forget(BOB)
    assert PIZZA.text.encode() in bytes_on_disk(file)
    for owner in (ANN, BOB):
        assert owner.encode() not in bytes_on_disk(file)
        assert bytes.fromhex(owner) not in bytes_on_disk(file)


@pytest.mark.parametrize("owner", ["", "a" * 31, "a" * 33, "A1" * 16, "g" * 32, "%" * 32, "a1" * 16 + "\n", "٣" * 32])
def test_an_owner_is_32_hexadecimal_digits_and_nothing_else(libraries: Libraries, owner: str) -> None:
    for ask in (libraries.documents, libraries.unfinished, libraries.touch, libraries.left, libraries.forget):
        with pytest.raises(ValueError, match="32 hexadecimal"):
            ask(owner)
    with pytest.raises(ValueError, match="32 hexadecimal"):
        libraries.begin(owner, PIZZA)


@pytest.mark.parametrize("umask", [0, 0o022])
def test_other_users_of_the_computer_cannot_read_the_file(libraries: Libraries, file: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        add(libraries, ANN, PIZZA)
        reader = sqlite3.connect(file)
        with closing(reader):
            reader.execute("SELECT * FROM documents").fetchone()
            add(libraries, ANN, BANKS)
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in file.parent.iterdir()}
    finally:
        os.umask(before)
    assert set(modes) == {file.name, f"{file.name}-wal", f"{file.name}-shm"}
    assert set(modes.values()) == {0o600}


# Bounds


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


# Forgetting


@pytest.mark.parametrize("how", ["removed", "forgotten", "swept"])
def test_what_is_deleted_is_gone_from_the_bytes_on_disk(
    libraries: Libraries, file: Path, now: list[float], how: str
) -> None:
    long = Document("Diary of a squatch", "Nobody may read this. " * 2_000, (Section("7", "Secret heading", 0, 5),))
    add(libraries, BOB, BANKS)
    # Another process has the file open all the time, so its log is not emptied by itself.
    with closing(sqlite3.connect(file)) as other:
        other.execute("SELECT count(*) FROM documents").fetchone()
        add(libraries, ANN, long, PIZZA)
        assert b"Nobody may read" in bytes_on_disk(file)
        if how == "removed":
            libraries.remove(ANN, long.id)
        elif how == "forgotten":
            libraries.forget(ANN)
        else:
            libraries.left(ANN)
            now[0] += GRACE + 1
            libraries.sweep()
        left = bytes_on_disk(file)
    for secret in (b"Nobody may read", b"Diary of a", b"Secret heading"):
        assert secret not in left
    assert BANKS.text.encode() in left
    assert libraries.documents(ANN) == ((PIZZA,) if how == "removed" else ())
    assert libraries.documents(BOB) == (BANKS,)


def test_a_library_outlives_its_session_by_the_grace_and_no_longer(libraries: Libraries, now: list[float]) -> None:
    add(libraries, ANN, PIZZA)
    add(libraries, BOB, PIZZA)
    libraries.left(ANN)
    now[0] += GRACE
    assert libraries.sweep() == ()
    assert libraries.documents(ANN) == (PIZZA,)
    now[0] += 1
    assert libraries.sweep() == (library_key(ANN),)
    assert libraries.documents(ANN) == ()
    assert libraries.documents(BOB) == (PIZZA,)


def test_a_library_whose_reader_comes_back_stays(libraries: Libraries, now: list[float]) -> None:
    add(libraries, ANN, PIZZA)
    libraries.left(ANN)
    now[0] += 5
    libraries.touch(ANN)
    now[0] += GRACE + 1
    assert libraries.sweep() == ()
    libraries.left(ANN)
    libraries.begin(ANN, BANKS)
    now[0] += GRACE + 1
    assert libraries.sweep() == ()
    assert (libraries.documents(ANN), libraries.unfinished(ANN)) == ((PIZZA,), (BANKS,))


def test_a_library_is_kept_for_so_many_hours_after_its_last_use(libraries: Libraries, now: list[float]) -> None:
    add(libraries, ANN, PIZZA)
    add(libraries, BOB, PIZZA)
    now[0] += 11 * HOUR
    libraries.touch(ANN)
    now[0] += 2 * HOUR
    assert libraries.sweep() == (library_key(BOB),)
    assert (libraries.documents(ANN), libraries.documents(BOB)) == ((PIZZA,), ())
    now[0] += 11 * HOUR
    assert set(libraries.sweep()) == {library_key(ANN), library_key(BOB)}


def test_what_was_forgotten_is_named_for_a_day_unless_it_has_begun_again(
    libraries: Libraries, now: list[float]
) -> None:
    add(libraries, ANN, PIZZA)
    add(libraries, BOB, PIZZA)
    libraries.forget(ANN)
    libraries.forget(BOB)
    now[0] += REMEMBERED
    libraries.begin(BOB, PIZZA)
    assert libraries.sweep() == (library_key(ANN),)
    now[0] += 1
    assert libraries.sweep() == ()


def test_using_a_library_is_written_down_once_a_minute_and_makes_none(
    libraries: Libraries, file: Path, now: list[float]
) -> None:
    def used() -> list[float]:
        with closing(sqlite3.connect(file)) as connection:
            return [used for (used,) in connection.execute("SELECT used FROM libraries")]

    libraries.touch(ANN)
    libraries.left(ANN)
    assert used() == []
    add(libraries, ANN, PIZZA)
    begun = now[0]
    now[0] += 60
    libraries.touch(ANN)
    assert used() == [begun]
    now[0] += 1
    libraries.touch(ANN)
    assert used() == [begun + 61]


# Several at once, and files that are none


def test_eight_threads_of_two_processes_add_at_once_and_nothing_is_lost(file: Path) -> None:
    both = [Libraries(file), Libraries(file)]
    owners = [f"{number:032x}" for number in range(8)]
    documents = [Document(str(number), f"text {number}") for number in range(5)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda place: add(both[place % 2], owners[place], *documents), range(8)))
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
