"""Libraries are deleted after their session or their last use, and remembered for a day."""

import sqlite3
from contextlib import closing
from pathlib import Path

from components.core.retrieval.ingest.libraries import GRACE, REMEMBERED, Libraries
from components.core.retrieval.ingest.owners import library_key
from tests.support.two_libraries import ANN, BANKS, BOB, HOUR, PIZZA, add

pytest_plugins = ["tests.support.library_fixtures"]


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
