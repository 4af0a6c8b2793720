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
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import platformdirs

from components.core.storage.sqlite_file import SQLITE_ERRORS, SqliteFile, query_number, used_bytes

_LOG = logging.getLogger(__name__)

# Keys asked for in one query; older builds of SQLite take at most 999.
_KEYS_AT_ONCE = 500

_SETUP = """
PRAGMA synchronous = NORMAL;  -- the last words may be lost when the power fails, but not the file
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


def cache_directory() -> Path:
    """Where this app keeps files: the folder ENCODERSCOPE_CACHE, or else one where the user's caches lie."""
    return Path(os.environ.get("ENCODERSCOPE_CACHE") or platformdirs.user_cache_dir("encoderscope"))


@functools.cache
def default_store() -> "VectorStore":
    """The store of this process."""
    return VectorStore(cache_directory() / "vectors.sqlite")


class VectorStore:
    """Vectors by key, in one file. Safe to use from several threads and processes. Its methods do not raise."""

    def __init__(self, file: Path, most_bytes: int = 500_000_000) -> None:
        """file: made with its folders at first use. most_bytes: that the file may fill.

        Beyond that the vectors that were used least recently are dropped; within an hour, those kept first. A file
        that is broken is renamed (.broken) and begun anew.
        """
        self._database = SqliteFile(file, _SETUP)
        self._most_bytes = most_bytes
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
        try:
            self._database.work(work)
        except SQLITE_ERRORS as error:
            self._log(error)

    def _log(self, error: Exception) -> None:
        """Say once what is wrong: it would be said again at each sentence."""
        if str(error) not in self._logged:
            self._logged.add(str(error))
            _LOG.warning("Sentence vectors are not kept, or not found again, in %s: %s", self._database.file, error)


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
        while used_bytes(connection) > most_bytes:
            # A tenth at a time, so that this is rare.
            tenth = 1 + query_number(connection, "SELECT count(*) FROM vectors") // 10
            least_recent = "SELECT rowid FROM vectors ORDER BY used, rowid LIMIT ?"
            if not connection.execute(f"DELETE FROM vectors WHERE rowid IN ({least_recent})", (tenth,)).rowcount:
                break


def _rows(vectors: Mapping[bytes, np.ndarray]) -> Iterator[tuple[bytes, bytes, int, int]]:
    hour = _hour()
    for key, vector in vectors.items():
        blob = vector.astype("<f4").tobytes()
        yield key, blob, _checksum(key, blob), hour


def _checksum(key: bytes, vector: bytes) -> int:
    return zlib.crc32(vector, zlib.crc32(key))


def _hour() -> int:
    """The number of this hour, counted from 1970."""
    return int(time.time() // 3600)
