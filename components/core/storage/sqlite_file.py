"""A file of SQLite that several threads and processes use at once: awaited while locked, set aside when broken."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

_LOG = logging.getLogger(__name__)

_Result = TypeVar("_Result")

# Seconds to wait while another process writes, and from when that was in vain until something succeeds again.
_PATIENCE = 5.0
_IMPATIENCE = 0.1
_A_MOMENT = 0.01

# What SQLite says of a file that is damaged, no database, or one of other tables: our statements themselves are right.
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}

#: What work() may raise; UnicodeDecodeError is what Python makes of a message that quotes the damaged part.
SQLITE_ERRORS = (sqlite3.Error, OSError, UnicodeDecodeError)


class SqliteFile:
    """One database in one file, opened for each piece of work."""

    def __init__(self, file: Path, setup: str) -> None:
        """file: made with its folders at first use. setup: SQL that is run whenever it is opened.

        A file that is broken is renamed (.broken) and begun anew.
        """
        self.file = file
        self._setup = setup
        # One at a time within this process: nobody here has the file open while it is renamed.
        self._lock = threading.Lock()
        self._patience = _PATIENCE

    def work(self, doing: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Do this; again while the file is locked, and once more if it was found broken. Raises SQLITE_ERRORS."""
        with self._lock:
            give_up = time.monotonic() + self._patience
            begun_anew = False
            while True:
                try:
                    self.file.parent.mkdir(parents=True, exist_ok=True)
                    # Opened each time, so that a file that somebody deletes or replaces is not written to unseen.
                    with closing(_opened(self.file, self._setup, self._patience)) as connection:
                        result = doing(connection)
                except SQLITE_ERRORS as error:
                    locked = _code(error) == sqlite3.SQLITE_BUSY
                    if locked and time.monotonic() < give_up:
                        # SQLite itself does not wait for another process that is just opening or closing the file.
                        time.sleep(_A_MOMENT)
                        continue
                    if locked:
                        self._patience = _IMPATIENCE
                    if begun_anew or _code(error) not in _BROKEN:
                        raise
                    begun_anew = True
                    _LOG.warning("%s is broken and begun anew: %s", self.file, error)
                    with suppress(OSError):
                        self._set_aside()
                else:
                    self._patience = _PATIENCE
                    return result

    @property
    def broken(self) -> Path:
        """What a broken file is renamed to."""
        return Path(f"{self.file}.broken")

    def _set_aside(self) -> None:
        # First what belongs to the file: a new one must not be taken for its continuation.
        for companion in ("-wal", "-shm"):
            Path(f"{self.file}{companion}").unlink(missing_ok=True)
        self.file.replace(self.broken)


def used_bytes(connection: sqlite3.Connection) -> int:
    """What the file fills, without pages that are free to be used again."""
    pages = query_number(connection, "PRAGMA page_count") - query_number(connection, "PRAGMA freelist_count")
    return pages * query_number(connection, "PRAGMA page_size")


def query_number(connection: sqlite3.Connection, question: str, *parameters: object) -> int:
    """The number that a query with one number for an answer finds."""
    return int(connection.execute(question, parameters).fetchone()[0])


def _opened(file: Path, setup: str, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=patience, isolation_level="IMMEDIATE")
    # Damage can turn a blob into text that is none.
    connection.text_factory = bytes
    try:
        # Readers need not wait for a writer.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(setup)
    except BaseException:
        connection.close()
        raise
    return connection


def _code(error: Exception) -> int:
    """The primary code that SQLite gave this error (the low byte of its extended ones); -1 for none."""
    if isinstance(error, UnicodeDecodeError):
        return sqlite3.SQLITE_CORRUPT
    return getattr(error, "sqlite_errorcode", -1) & 0xFF if isinstance(error, sqlite3.Error) else -1
