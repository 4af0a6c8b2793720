"""An SQLite file for several threads and processes: it waits for locks and replaces a broken file by a new one."""

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

# Seconds to wait for a lock; after a wait in vain the short wait applies until something succeeds.
_PATIENCE = 5.0
_IMPATIENCE = 0.1
# Seconds between two attempts.
_RETRY_INTERVAL = 0.01

# SQLite's codes for a file that is damaged, is no database, or has other tables (our own statements are correct).
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}

#: The errors that work() may raise. Python raises UnicodeDecodeError for an SQLite message that quotes damaged text.
SQLITE_ERRORS = (sqlite3.Error, OSError, UnicodeDecodeError)


class SqliteFile:
    """A database in one file, opened anew for each task."""

    def __init__(self, file: Path, setup: str) -> None:
        """file: created with its folders at first use. setup: SQL that runs each time the file is opened.

        A broken file is renamed (.broken) and replaced by a new one.
        """
        self.file = file
        self._setup = setup
        # One task at a time within this process, so that no other thread has the file open while it is renamed.
        self._lock = threading.Lock()
        self._patience = _PATIENCE

    def work(self, task: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Run a task on an open connection and return its result. Raises SQLITE_ERRORS.

        The task is repeated while the file is locked, and once more after a broken file was replaced.
        """
        with self._lock:
            give_up = time.monotonic() + self._patience
            replaced = False
            while True:
                try:
                    self.file.parent.mkdir(parents=True, exist_ok=True)
                    # Opened each time, so that nothing is written to a file that was deleted or replaced meanwhile.
                    with closing(_connect(self.file, self._setup, self._patience)) as connection:
                        result = task(connection)
                except SQLITE_ERRORS as error:
                    locked = _code(error) == sqlite3.SQLITE_BUSY
                    if locked and time.monotonic() < give_up:
                        # SQLite's own timeout does not cover another process that opens or closes the file.
                        time.sleep(_RETRY_INTERVAL)
                        continue
                    if locked:
                        self._patience = _IMPATIENCE
                    if replaced or _code(error) not in _BROKEN:
                        raise
                    replaced = True
                    _LOG.warning("%s is broken and replaced by a new file: %s", self.file, error)
                    with suppress(OSError):
                        self._set_aside()
                else:
                    self._patience = _PATIENCE
                    return result

    @property
    def broken(self) -> Path:
        """The path to which a broken file is renamed."""
        return Path(f"{self.file}.broken")

    def _set_aside(self) -> None:
        # First the write-ahead log and its index, which SQLite would otherwise apply to the new file.
        for companion in ("-wal", "-shm"):
            Path(f"{self.file}{companion}").unlink(missing_ok=True)
        self.file.replace(self.broken)


def used_bytes(connection: sqlite3.Connection) -> int:
    """Return the size of the file in bytes, without its free pages."""
    pages = query_number(connection, "PRAGMA page_count") - query_number(connection, "PRAGMA freelist_count")
    return pages * query_number(connection, "PRAGMA page_size")


def query_number(connection: sqlite3.Connection, query: str, *parameters: object) -> int:
    """Return the result of a query for a single number.

    >>> query_number(sqlite3.connect(":memory:"), "SELECT ? + 1", 2)
    3
    """
    return int(connection.execute(query, parameters).fetchone()[0])


def _connect(file: Path, setup: str, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=patience, isolation_level="IMMEDIATE")
    # Damage can turn a blob into text that is no valid UTF-8.
    connection.text_factory = bytes
    try:
        # With a write-ahead log readers do not wait for a writer.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(setup)
    except BaseException:
        connection.close()
        raise
    return connection


def _code(error: Exception) -> int:
    """Return SQLite's primary code of an error (the low byte of its extended code); -1 if it has none."""
    if isinstance(error, UnicodeDecodeError):
        return sqlite3.SQLITE_CORRUPT
    return getattr(error, "sqlite_errorcode", -1) & 0xFF if isinstance(error, sqlite3.Error) else -1
