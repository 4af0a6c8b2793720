"""Documents are visible to their owner alone, and deleted ones are gone from the disk."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from components.core.retrieval.documents import Document, Section
from components.core.retrieval.ingest.libraries import GRACE, Libraries
from tests.support.two_libraries import ANN, BANKS, BOB, PIZZA, add, bytes_on_disk

pytest_plugins = ["tests.support.library_fixtures"]


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
