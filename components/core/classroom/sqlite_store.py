"""Rooms in an SQLite file, which the processes of one machine share."""

import json
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from components.core.classroom.questions import Answer, answer_from_json
from components.core.classroom.room import Room
from components.core.classroom.store import MOST_DEVICES, PRESENCE_LASTS, ROOM_LASTS, Head, SentAnswer
from components.core.errors import StoreError
from components.core.storage.sqlite_file import SQLITE_ERRORS, SqliteFile, query_number

Result = TypeVar("Result")

# A commit survives the end of the process, though not of the machine: no room outlives that anyway, and a class that
# joins does not wait for the disk. A file that is broken then is replaced by a new one.
_SETUP = """
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS rooms (
    code TEXT PRIMARY KEY, room TEXT NOT NULL, version INTEGER NOT NULL, round INTEGER, open INTEGER NOT NULL,
    touched REAL NOT NULL);
CREATE TABLE IF NOT EXISTS devices (code TEXT, device TEXT, PRIMARY KEY (code, device)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    code TEXT, round INTEGER, device TEXT, answer TEXT NOT NULL, PRIMARY KEY (code, round, device)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS presence (
    code TEXT, process TEXT, people INTEGER NOT NULL, at REAL NOT NULL, PRIMARY KEY (code, process)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wrong_codes (address TEXT, at REAL NOT NULL);
"""
_TABLES = ("rooms", "devices", "answers", "presence")


class SqliteRooms:
    """A RoomStore in one file."""

    def __init__(self, file: Path, now: Callable[[], float] = time.time) -> None:
        """file: made at first use. now: seconds since 1970."""
        self._file = SqliteFile(file, _SETUP)
        self._now = now

    def create(self, room: Room) -> bool:
        """Keep a new room; False if its code is taken."""

        def task(connection: sqlite3.Connection) -> bool:
            with _writing(connection):
                self._forget(connection, self._overdue(connection))
                if query_number(connection, "SELECT count(*) FROM rooms WHERE code = ?", room.code):
                    return False
                connection.execute(
                    "INSERT INTO rooms VALUES (?, ?, ?, NULL, 0, ?)",
                    (room.code, room.as_json(), room.version, self._now()),
                )
                return True

        return self._work(task)

    def read(self, code: str) -> Room | None:
        """Return a room; None if there is none, or if its time is over."""
        return self._work(lambda connection: self._read(connection, code))

    def change(self, code: str, change: Callable[[Room], Room]) -> Room | None:
        """Replace a room by what `change` makes of it, with the next version; None if there is none."""

        def task(connection: sqlite3.Connection) -> Room | None:
            with _writing(connection):
                before = self._read(connection, code)
                if before is None:
                    return None
                room = replace(change(before), version=before.version + 1)
                shown = room.shown
                connection.execute(
                    "UPDATE rooms SET room = ?, version = ?, round = ?, open = ?, touched = ? WHERE code = ?",
                    (
                        room.as_json(),
                        room.version,
                        None if shown is None else shown.last_round.number,
                        room.open_round is not None,
                        self._now(),
                        code,
                    ),
                )
                return room

        return self._work(task)

    def delete(self, code: str) -> None:
        """Delete a room with its devices and answers."""

        def task(connection: sqlite3.Connection) -> None:
            with _writing(connection):
                self._forget(connection, [code])

        self._work(task)

    def add_device(self, code: str, device: str) -> bool:
        """Let a device into a room; False if there is no such room or it is full."""

        def task(connection: sqlite3.Connection) -> bool:
            with _writing(connection):
                inside = query_number(connection, "SELECT count(*) FROM devices WHERE code = ?", code)
                if not self._is_there(connection, code) or inside >= MOST_DEVICES:
                    return False
                connection.execute("INSERT OR IGNORE INTO devices VALUES (?, ?)", (code, device))
                return True

        return self._work(task)

    def has_device(self, code: str, device: str) -> bool:
        """True if this device was let into this room."""
        return self._work(lambda connection: self._is_there(connection, code) and _has_device(connection, code, device))

    def answer(self, sent: Sequence[SentAnswer]) -> list[bool]:
        """Keep answers; False for each whose round is not open, or whose device is not in the room."""

        def task(connection: sqlite3.Connection) -> list[bool]:
            with _writing(connection):
                open_rounds = {each.code: self._open_round(connection, each.code) for each in sent}
                kept = []
                for each in sent:
                    fits = open_rounds[each.code] == each.round and _has_device(connection, each.code, each.device)
                    kept.append(fits)
                    if fits:
                        connection.execute(
                            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
                            (each.code, each.round, each.device, json.dumps(each.answer)),
                        )
                # What is refused is no use of a room; it must not bring one back whose time is over.
                used = {each.code for each, fits in zip(sent, kept, strict=True) if fits}
                connection.executemany(
                    "UPDATE rooms SET touched = ? WHERE code = ?", [(self._now(), code) for code in used]
                )
                return kept

        return self._work(task)

    def answers(self, code: str, round_number: int) -> dict[str, Answer]:
        """Return the answers to a round: device → answer."""

        def task(connection: sqlite3.Connection) -> dict[str, Answer]:
            rows = connection.execute(
                "SELECT device, answer FROM answers JOIN rooms USING (code) "
                "WHERE code = ? AND answers.round = ? AND touched > ?",
                (code, round_number, self._now() - ROOM_LASTS),
            )
            return {device.decode(): answer_from_json(json.loads(answer)) for device, answer in rows}

        return self._work(task)

    def heads(self, codes: Collection[str]) -> dict[str, Head]:
        """Return what changes often in those of these rooms that are there."""

        def task(connection: sqlite3.Connection) -> dict[str, Head]:
            found = {}
            for code in codes:
                row = connection.execute(
                    "SELECT version, (SELECT count(*) FROM answers WHERE code = rooms.code AND round = rooms.round), "
                    "(SELECT coalesce(sum(people), 0) FROM presence WHERE code = rooms.code AND at > ?) "
                    "FROM rooms WHERE code = ? AND touched > ?",
                    (self._now() - PRESENCE_LASTS, code, self._now() - ROOM_LASTS),
                ).fetchone()
                if row is not None:
                    found[code] = Head(*row)
            return found

        return self._work(task)

    def say_present(self, process: str, people: dict[str, int]) -> None:
        """Write down how many people of each room have a connection to this process."""

        def task(connection: sqlite3.Connection) -> None:
            with _writing(connection):
                connection.executemany(
                    "INSERT OR REPLACE INTO presence SELECT ?, ?, ?, ? "
                    "WHERE EXISTS (SELECT 1 FROM rooms WHERE code = ?)",
                    [(code, process, count, self._now(), code) for code, count in people.items()],
                )

        self._work(task)

    def count_wrong_code(self, address: str) -> int:
        """Count a wrong code from an address, and return how many there were within a minute."""

        def task(connection: sqlite3.Connection) -> int:
            with _writing(connection):
                connection.execute("DELETE FROM wrong_codes WHERE at < ?", (self._now() - 60,))
                connection.execute("INSERT INTO wrong_codes VALUES (?, ?)", (address, self._now()))
                return self._wrong_codes(connection, address)

        return self._work(task)

    def wrong_codes(self, address: str) -> int:
        """Return how many wrong codes came from an address within a minute."""
        return self._work(lambda connection: self._wrong_codes(connection, address))

    def sweep(self) -> int:
        """Delete rooms whose time is over; return how many."""

        def task(connection: sqlite3.Connection) -> int:
            with _writing(connection):
                overdue = self._overdue(connection)
                self._forget(connection, overdue)
                connection.execute("DELETE FROM wrong_codes WHERE at < ?", (self._now() - 60,))
                return len(overdue)

        return self._work(task)

    def wait(self, seconds: float) -> None:
        """Return after some seconds: a file does not say that another process has written to it."""
        time.sleep(seconds)

    def _work(self, task: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            return self._file.work(task)
        except SQLITE_ERRORS as error:
            raise StoreError(
                f"The room cannot be kept ({error}). The operator of this app should check that {self._file.file} can "
                "be written, and that the disk is not full."
            ) from error

    def _read(self, connection: sqlite3.Connection, code: str) -> Room | None:
        row = connection.execute(
            "SELECT room FROM rooms WHERE code = ? AND touched > ?", (code, self._now() - ROOM_LASTS)
        ).fetchone()
        return None if row is None else Room.from_json(row[0])

    def _is_there(self, connection: sqlite3.Connection, code: str) -> bool:
        earliest = self._now() - ROOM_LASTS
        return query_number(connection, "SELECT count(*) FROM rooms WHERE code = ? AND touched > ?", code, earliest) > 0

    def _open_round(self, connection: sqlite3.Connection, code: str) -> int | None:
        row = connection.execute(
            "SELECT round FROM rooms WHERE code = ? AND open AND touched > ?", (code, self._now() - ROOM_LASTS)
        ).fetchone()
        return None if row is None else row[0]

    def _wrong_codes(self, connection: sqlite3.Connection, address: str) -> int:
        earliest = self._now() - 60
        return query_number(
            connection, "SELECT count(*) FROM wrong_codes WHERE address = ? AND at >= ?", address, earliest
        )

    def _overdue(self, connection: sqlite3.Connection) -> list[str]:
        rows = connection.execute("SELECT code FROM rooms WHERE touched <= ?", (self._now() - ROOM_LASTS,))
        return [code.decode() for (code,) in rows]

    @staticmethod
    def _forget(connection: sqlite3.Connection, codes: Sequence[str]) -> None:
        for table in _TABLES:
            connection.executemany(f"DELETE FROM {table} WHERE code = ?", [(code,) for code in codes])


def _has_device(connection: sqlite3.Connection, code: str, device: str) -> bool:
    return query_number(connection, "SELECT count(*) FROM devices WHERE code = ? AND device = ?", code, device) > 0


@contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the file for writing from the start, so that what is read does not change before it is written."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
