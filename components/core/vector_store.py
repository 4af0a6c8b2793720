"""Sentence vectors kept on disk, and found again by what they are of: a model, a way of reading and a sentence.

They are kept with SQLite, which comes with Python: one file for several processes at once, readable after a kill in
the middle of writing, and reading it runs no code, as reading a pickle can. No sentence stands in the file, only its
hash. Whatever is lost can be computed again. So nothing that goes wrong here stops the app: it is logged, and vectors
are not kept.
"""

import functools
import hashlib
import logging
import os
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import platformdirs

_LOG = logging.getLogger(__name__)

# Keys asked for in one query; older builds of SQLite take at most 999.
_KEYS_AT_ONCE = 500

# Seconds to wait while another process writes, and from when that was in vain until something succeeds again.
_PATIENCE = 5.0
_IMPATIENCE = 0.1
_A_MOMENT = 0.01

# What SQLite says of a file that is damaged, no database, or one of other tables: our statements themselves are right.
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}

_TABLES = """
CREATE TABLE IF NOT EXISTS vectors (
    key BLOB PRIMARY KEY,
    vector BLOB NOT NULL,  -- float32, little-endian
    checksum INTEGER NOT NULL,
    used INTEGER NOT NULL  -- the hour of the last use
);
CREATE INDEX IF NOT EXISTS vectors_by_use ON vectors (used);
"""


def vector_key(fingerprint: str, reading: str, sentence: str) -> bytes:
    """What a sentence's vector is kept under: a SHA-256 digest.

    fingerprint: the model's. reading: how the model was run, without a NUL character; two ways of running it that give
    different vectors need different names.
    """
    # Half of a surrogate pair is no text, but may be asked for; the encoder then says what is wrong with it.
    return hashlib.sha256(f"{fingerprint}\0{reading}\0{sentence}".encode("utf-8", "surrogatepass")).digest()


@functools.cache
def default_store() -> "VectorStore":
    """The store of this process, in the folder ENCODERSCOPE_CACHE or else where the user's caches lie."""
    folder = os.environ.get("ENCODERSCOPE_CACHE") or platformdirs.user_cache_dir("encoderscope")
    return VectorStore(Path(folder) / "vectors.sqlite")


class VectorStore:
    """Vectors by key, in one file. Safe to use from several threads and processes. Its methods do not raise."""

    def __init__(self, file: Path, most_bytes: int = 500_000_000) -> None:
        """file: made with its folders at first use. most_bytes: that the file may fill.

        Beyond that the vectors that were used least recently are dropped; within an hour, those kept first. A file
        that is broken is renamed (.broken) and begun anew.
        """
        self._file = file
        self._most_bytes = most_bytes
        # One at a time within this process: nobody here has the file open while it is renamed.
        self._lock = threading.Lock()
        self._patience = _PATIENCE
        self._logged: set[str] = set()

    def find(self, keys: Sequence[bytes], width: int) -> dict[bytes, np.ndarray]:
        """The vectors kept under these keys, each (width,) of float32 and read-only; the others are missing."""
        found: dict[bytes, np.ndarray] = {}
        self._attempt(lambda connection: _read(connection, keys, width, found))
        return found

    def keep(self, vectors: Mapping[bytes, np.ndarray]) -> None:
        """Keep these vectors under their keys: all of them or, if something is in the way, none."""
        self._attempt(lambda connection: _write(connection, vectors, self._most_bytes))

    def _attempt(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Do the work; once more if the file turned out to be broken and has been set aside, and while it is locked."""
        with self._lock:
            give_up = time.monotonic() + self._patience
            begun_anew = False
            while True:
                try:
                    self._file.parent.mkdir(parents=True, exist_ok=True)
                    # Opened each time, so that a file that somebody deletes or replaces is not written to unseen.
                    with closing(_opened(self._file, self._patience)) as connection:
                        work(connection)
                except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
                    locked = _code(error) == sqlite3.SQLITE_BUSY
                    if locked and time.monotonic() < give_up:
                        # SQLite itself does not wait for another process that is just opening or closing the file.
                        time.sleep(_A_MOMENT)
                        continue
                    self._log(error)
                    if locked:
                        self._patience = _IMPATIENCE
                    if begun_anew or _code(error) not in _BROKEN:
                        return
                    begun_anew = True
                    with suppress(OSError):
                        self._set_aside()
                else:
                    self._patience = _PATIENCE
                    return

    def _set_aside(self) -> None:
        # First what belongs to the file: a new one must not be taken for its continuation.
        for companion in ("-wal", "-shm"):
            Path(f"{self._file}{companion}").unlink(missing_ok=True)
        self._file.replace(f"{self._file}.broken")

    def _log(self, error: Exception) -> None:
        """Say once what is wrong: it would be said again at each sentence."""
        if str(error) not in self._logged:
            self._logged.add(str(error))
            _LOG.warning("Sentence vectors are not kept, or not found again, in %s: %s", self._file, error)


def _opened(file: Path, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=patience, isolation_level="IMMEDIATE")
    # Damage can turn a blob into text that is none.
    connection.text_factory = bytes
    try:
        # Readers need not wait for a writer. Its last words may be lost when the power fails, but not its file.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_TABLES)
    except BaseException:
        connection.close()
        raise
    return connection


def _read(connection: sqlite3.Connection, keys: Sequence[bytes], width: int, found: dict[bytes, np.ndarray]) -> None:
    """Put into `found` what is kept, as far as it can be read."""
    hour, used_before = _hour(), []
    distinct = list(dict.fromkeys(keys))
    for start in range(0, len(distinct), _KEYS_AT_ONCE):
        some = distinct[start : start + _KEYS_AT_ONCE]
        asked = f"SELECT key, vector, checksum, used FROM vectors WHERE key IN ({', '.join('?' * len(some))})"
        for key, vector, checksum, used in connection.execute(asked, some):
            # SQLite notices when its own structure is damaged, not when a number in a vector is.
            if not isinstance(vector, bytes) or len(vector) != 4 * width or _checksum(key, vector) != checksum:
                continue
            found[key] = np.frombuffer(vector, dtype="<f4").astype(np.float32, copy=False)
            found[key].setflags(write=False)
            if used != hour:
                used_before.append(key)
    if used_before:
        # Once an hour, and not worth waiting for: whoever finds them next says so again.
        connection.execute("PRAGMA busy_timeout = 0")
        with suppress(sqlite3.OperationalError), connection:
            connection.executemany("UPDATE vectors SET used = ? WHERE key = ?", [(hour, key) for key in used_before])


def _write(connection: sqlite3.Connection, vectors: Mapping[bytes, np.ndarray], most_bytes: int) -> None:
    with connection:
        connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", _rows(vectors))
        while _bytes_filled(connection) > most_bytes:
            # A tenth at a time, so that this is rare.
            tenth = 1 + _number(connection, "SELECT count(*) FROM vectors") // 10
            least_recent = "SELECT rowid FROM vectors ORDER BY used, rowid LIMIT ?"
            if not connection.execute(f"DELETE FROM vectors WHERE rowid IN ({least_recent})", (tenth,)).rowcount:
                break


def _rows(vectors: Mapping[bytes, np.ndarray]) -> Iterator[tuple[bytes, bytes, int, int]]:
    hour = _hour()
    for key, vector in vectors.items():
        blob = vector.astype("<f4").tobytes()
        yield key, blob, _checksum(key, blob), hour


def _bytes_filled(connection: sqlite3.Connection) -> int:
    """What the file fills, without pages that are free to be used again."""
    pages = _number(connection, "PRAGMA page_count") - _number(connection, "PRAGMA freelist_count")
    return pages * _number(connection, "PRAGMA page_size")


def _number(connection: sqlite3.Connection, question: str) -> int:
    return int(connection.execute(question).fetchone()[0])


def _checksum(key: bytes, vector: bytes) -> int:
    return zlib.crc32(vector, zlib.crc32(key))


def _hour() -> int:
    """The number of this hour, counted from 1970."""
    return int(time.time() // 3600)


def _code(error: Exception) -> int:
    """The primary code that SQLite gave this error (the low byte of its extended ones); -1 for none."""
    if isinstance(error, UnicodeDecodeError):
        # What Python makes of a message that quotes the damaged part.
        return sqlite3.SQLITE_CORRUPT
    return getattr(error, "sqlite_errorcode", -1) & 0xFF if isinstance(error, sqlite3.Error) else -1
