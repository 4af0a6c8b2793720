"""Sentence vectors on disk, found by model, variant and sentence.

They are kept in SQLite, which comes with Python: several processes can use the file at once, it stays readable after a
kill in the middle of a write, and reading it runs no code, unlike a pickle. The file holds hashes of sentences, not the
sentences. Vectors can always be computed again, so errors here never stop the app: they are logged and the vectors
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
from jaxtyping import Float, Float32

from components.core.storage.sqlite_file import SQLITE_ERRORS, SqliteFile, query_number, used_bytes

_LOG = logging.getLogger(__name__)

# Keys in one query; older builds of SQLite allow at most 999.
_KEYS_AT_ONCE = 500

_SETUP = """
PRAGMA synchronous = NORMAL;  -- a power failure may lose the last writes, but not the file
CREATE TABLE IF NOT EXISTS vectors (
    key BLOB PRIMARY KEY,
    vector BLOB NOT NULL,  -- float32, little-endian
    checksum INTEGER NOT NULL,
    used INTEGER NOT NULL  -- the hour of the last use
);
CREATE INDEX IF NOT EXISTS vectors_by_use ON vectors (used);
"""


def vector_key(fingerprint: str, variant: str, sentence: str) -> bytes:
    """Return the key of a sentence's vector: a SHA-256 digest of 32 bytes.

    fingerprint: the model's. variant: a name for how the model is run, without NUL characters; variants that give
    different vectors need different names.

    >>> vector_key("model", "exact", "it").hex()[:16]
    '34e7ea24db9e05c3'
    """
    # Half of a surrogate pair has a key too; it is the encoder that refuses it.
    return hashlib.sha256(f"{fingerprint}\0{variant}\0{sentence}".encode("utf-8", "surrogatepass")).digest()


def cache_directory() -> Path:
    """Return the folder for this app's files: ENCODERSCOPE_CACHE or else a folder in the user's cache directory."""
    return Path(os.environ.get("ENCODERSCOPE_CACHE") or platformdirs.user_cache_dir("encoderscope"))


@functools.cache
def default_store() -> "VectorStore":
    """Return the store of this process."""
    return VectorStore(cache_directory() / "vectors.sqlite")


class VectorStore:
    """Vectors by key in one file, for several threads and processes. Its methods do not raise."""

    def __init__(self, file: Path, most_bytes: int = 500_000_000) -> None:
        """file: created with its folders at first use. most_bytes: the most bytes that the file may use.

        Above that, the least recently used vectors are dropped; of those used in the same hour, the oldest. A broken
        file is renamed (.broken) and replaced by a new one.
        """
        self._database = SqliteFile(file, _SETUP)
        self._most_bytes = most_bytes
        self._logged: set[str] = set()
        #: Why the last vectors could not be kept; "" if they were.
        self.trouble = ""

    def find(self, keys: Sequence[bytes], width: int) -> dict[bytes, Float32[np.ndarray, " {width}"]]:
        """Return the vectors kept under these keys, read-only; keys without a vector are missing."""
        found: dict[bytes, np.ndarray] = {}
        self._attempt(lambda connection: _read(connection, keys, width, found))
        return found

    def keep(self, vectors: Mapping[bytes, Float[np.ndarray, " _"]]) -> None:
        """Keep these vectors under their keys: all of them or, after an error, none."""
        error = self._attempt(lambda connection: _write(connection, vectors, self._most_bytes))
        self.trouble = "" if error is None else str(error)

    def _attempt(self, work: Callable[[sqlite3.Connection], None]) -> Exception | None:
        """Run a task on the file. Returns the error that ended it."""
        try:
            self._database.work(work)
        except SQLITE_ERRORS as error:
            self._log(error)
            return error
        return None

    def _log(self, error: Exception) -> None:
        """Log an error once, not again for each sentence."""
        if str(error) not in self._logged:
            self._logged.add(str(error))
            _LOG.warning("Sentence vectors cannot be kept or read in %s: %s", self._database.file, error)


def _read(connection: sqlite3.Connection, keys: Sequence[bytes], width: int, found: dict[bytes, np.ndarray]) -> None:
    """Put the readable vectors under these keys into `found`."""
    hour, outdated = _hour(), []
    distinct = list(dict.fromkeys(keys))
    for start in range(0, len(distinct), _KEYS_AT_ONCE):
        some = distinct[start : start + _KEYS_AT_ONCE]
        query = f"SELECT key, vector, checksum, used FROM vectors WHERE key IN ({', '.join('?' * len(some))})"
        for key, vector, checksum, used in connection.execute(query, some):
            # SQLite notices damage to its own structures, but not to the bytes of a vector.
            if not isinstance(vector, bytes) or len(vector) != 4 * width or _checksum(key, vector) != checksum:
                continue
            found[key] = np.frombuffer(vector, dtype="<f4").astype(np.float32, copy=False)
            found[key].setflags(write=False)
            if used != hour:
                outdated.append(key)
    if outdated:
        # Once an hour, and not worth a wait: the next find() tries again.
        connection.execute("PRAGMA busy_timeout = 0")
        with suppress(sqlite3.OperationalError), connection:
            connection.executemany("UPDATE vectors SET used = ? WHERE key = ?", [(hour, key) for key in outdated])


def _write(connection: sqlite3.Connection, vectors: Mapping[bytes, np.ndarray], most_bytes: int) -> None:
    """Write vectors, then delete the least recently used ones while the file is too large."""
    with connection:
        connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", _rows(vectors))
        while used_bytes(connection) > most_bytes:
            # A tenth at a time, so that this is rare.
            tenth = 1 + query_number(connection, "SELECT count(*) FROM vectors") // 10
            least_recent = "SELECT rowid FROM vectors ORDER BY used, rowid LIMIT ?"
            if not connection.execute(f"DELETE FROM vectors WHERE rowid IN ({least_recent})", (tenth,)).rowcount:
                break


def _rows(vectors: Mapping[bytes, np.ndarray]) -> Iterator[tuple[bytes, bytes, int, int]]:
    """Yield the rows of the table: key, vector, checksum, hour."""
    hour = _hour()
    for key, vector in vectors.items():
        blob = vector.astype("<f4").tobytes()
        yield key, blob, _checksum(key, blob), hour


def _checksum(key: bytes, vector: bytes) -> int:
    return zlib.crc32(vector, zlib.crc32(key))


def _hour() -> int:
    """Return the number of the current hour, counted from 1970."""
    return int(time.time() // 3600)
