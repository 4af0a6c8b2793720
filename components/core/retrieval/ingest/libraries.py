"""Libraries of readers' documents and marks: visible to their owner alone, and deleted when their time is over.

SQLite stores the texts in one file for several processes; they survive a kill at any moment. All that is computed from
them (chunks, vectors, an index) can be computed again.
"""

import json
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from components.core.errors import StoreError
from components.core.retrieval.documents import Document, Section
from components.core.retrieval.ingest import marks
from components.core.retrieval.ingest.marks import Mark
from components.core.retrieval.ingest.owners import library_key
from components.core.storage.sqlite_file import SQLITE_ERRORS, SqliteFile, query_number, used_bytes

_LOG = logging.getLogger(__name__)

_Result = TypeVar("_Result")

#: Limits of one library.
MOST_DOCUMENTS: Final = 50
MOST_CHARACTERS: Final = 5_000_000
#: The most bytes of the file, with the libraries of all owners.
MOST_BYTES: Final = 2_000_000_000

#: Seconds for which a library outlives its session, in case the page is reloaded or the network comes back.
GRACE: Final = 600.0
#: Seconds for which deleted libraries are remembered, for processes that still have an index of them.
REMEMBERED: Final = 86_400.0
# The time of last use is written at most once in so many seconds.
_A_MINUTE = 60.0

_SETUP = """
PRAGMA synchronous = FULL;  -- what is acknowledged outlives a power cut
PRAGMA secure_delete = ON;  -- what is deleted is overwritten
CREATE TABLE IF NOT EXISTS libraries (
    key TEXT PRIMARY KEY,  -- library_key() of the owner
    used REAL NOT NULL,  -- seconds since 1970
    left REAL  -- when the owner's session ended, if it has
);
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY,  -- in order of adding
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    title BLOB NOT NULL,  -- UTF-8, as the text and the sections are
    text BLOB NOT NULL,
    sections BLOB NOT NULL,  -- JSON: [id, heading, start, end] of each
    characters INTEGER NOT NULL,
    whole INTEGER NOT NULL,  -- 1 if complete, 0 while it is being added
    UNIQUE (key, id)
);
CREATE TABLE IF NOT EXISTS forgotten (
    key TEXT PRIMARY KEY,
    at REAL NOT NULL
);
"""
_SETUP += marks.SETUP


class Libraries:
    """The documents of all owners. Safe to use from several threads and processes.

    owner: a secret of 32 hexadecimal digits, which gives access to the library. All methods raise StoreError if the
    file cannot be written or read.
    """

    def __init__(self, path: Path, keep_hours: float = 12.0, clock: Callable[[], float] = time.time) -> None:
        """path: of the file, created with its folders at first use. keep_hours: from the last use to deletion."""
        self._database = SqliteFile(path, _SETUP)
        self._keep_seconds = keep_hours * 3600
        self._clock = clock

    def documents(self, owner: str) -> tuple[Document, ...]:
        """Return the complete documents, in order of adding."""
        return self._documents(owner, whole=True)

    def unfinished(self, owner: str) -> tuple[Document, ...]:
        """Return the documents that were begun and not acknowledged, in order of adding."""
        return self._documents(owner, whole=False)

    def begin(self, owner: str, document: Document) -> None:
        """Store a document as unfinished. A document that is stored already stays as it is.

        Raises StoreError also if there is no room for it.
        """
        key, now = library_key(owner), self._clock()

        def doing(connection: sqlite3.Connection) -> None:
            with connection:
                if _count(connection, "id = ?", key, document.id):
                    return
                _refuse_too_much(connection, key, document)
                _use(connection, key, now)
                connection.execute(
                    "INSERT INTO documents (key, id, title, text, sections, characters, whole)"
                    " VALUES (?, ?, ?, ?, ?, ?, 0)",
                    (key, document.id, *_blobs(document), len(document.text)),
                )

        self._work(doing)

    def acknowledge(self, owner: str, document_id: str) -> None:
        """Mark a document as complete."""
        self._change(owner, "UPDATE documents SET whole = 1 WHERE key = ? AND id = ?", document_id)

    def remove(self, owner: str, document_id: str) -> None:
        """Delete a document."""
        self._change(owner, "DELETE FROM documents WHERE key = ? AND id = ?", document_id, purge=True)

    def marks(self, owner: str) -> tuple[Mark, ...]:
        """Return the marks, in order of marking."""
        key = library_key(owner)
        return self._work(lambda connection: marks.read_marks(connection, key))

    def add_mark(self, owner: str, mark: Mark) -> None:
        """Store a mark, of a document of this library or of any other. Raises StoreError also if there is no room."""
        key, now = library_key(owner), self._clock()

        def doing(connection: sqlite3.Connection) -> None:
            with connection:
                _use(connection, key, now)
                marks.write_mark(connection, key, mark)

        self._work(doing)

    def remove_marks(self, owner: str, removed: Sequence[Mark]) -> None:
        """Delete marks."""
        key = library_key(owner)

        def doing(connection: sqlite3.Connection) -> None:
            with connection:
                marks.delete_marks(connection, key, removed)
            _purge(connection)

        self._work(doing)

    def touch(self, owner: str) -> None:
        """Record that the library is in use now."""
        key, now = library_key(owner), self._clock()

        def doing(connection: sqlite3.Connection) -> None:
            outdated = "key = ? AND (left IS NOT NULL OR used < ?)"
            found = f"SELECT count(*) FROM libraries WHERE {outdated}"
            if query_number(connection, found, key, now - _A_MINUTE):
                with connection:
                    connection.execute("UPDATE libraries SET used = ?, left = NULL WHERE key = ?", (now, key))

        self._work(doing)

    def left(self, owner: str) -> None:
        """Record that the owner's session has ended. The library is deleted after GRACE unless it is touched again."""
        key, now = library_key(owner), self._clock()
        self._work(lambda connection: _write(connection, "UPDATE libraries SET left = ? WHERE key = ?", now, key))

    def forget(self, owner: str) -> None:
        """Delete the library."""
        key, now = library_key(owner), self._clock()

        def doing(connection: sqlite3.Connection) -> None:
            with connection:
                _forget(connection, key, now)
            _purge(connection)

        self._work(doing)

    def sweep(self) -> tuple[str, ...]:
        """Delete expired libraries. Returns the keys of all libraries deleted in the last REMEMBERED seconds.

        Their collections in the index must be dropped each time: another process may have built them since.
        """
        now = self._clock()

        def doing(connection: sqlite3.Connection) -> tuple[str, ...]:
            over_time = "SELECT key FROM libraries WHERE left < ? OR used < ?"
            limits = (now - GRACE, now - self._keep_seconds)
            # Most sweeps find nothing, and then do not wait for permission to write.
            if connection.execute(f"{over_time} LIMIT 1", limits).fetchone():
                with connection:
                    for key in _texts(connection, over_time, *limits):
                        _forget(connection, key, now)
                _purge(connection)
            return tuple(_texts(connection, "SELECT key FROM forgotten WHERE at >= ?", now - REMEMBERED))

        with suppress(OSError):
            # A broken file may contain texts too.
            if now - self._database.broken.stat().st_mtime > self._keep_seconds:
                self._database.broken.unlink()
        return self._work(doing)

    def _documents(self, owner: str, *, whole: bool) -> tuple[Document, ...]:
        key = library_key(owner)
        asked = "SELECT id, title, text, sections FROM documents WHERE key = ? AND whole = ? ORDER BY number"

        def doing(connection: sqlite3.Connection) -> list[tuple[bytes, ...]]:
            return connection.execute(asked, (key, whole)).fetchall()

        return tuple(_read(self._work(doing)))

    def _change(self, owner: str, statement: str, document_id: str, *, purge: bool = False) -> None:
        key = library_key(owner)

        def doing(connection: sqlite3.Connection) -> None:
            _write(connection, statement, key, document_id)
            if purge:
                _purge(connection)

        self._work(doing)

    def _work(self, doing: Callable[[sqlite3.Connection], _Result]) -> _Result:
        try:
            self._make_file()
            return self._database.work(doing)
        except SQLITE_ERRORS as error:
            _LOG.warning("Documents cannot be kept, or not be found again, in %s: %s", self._database.file, error)
            raise StoreError(
                f"The documents of this tab cannot be kept or read: {error}. Try again; if it stays so, the operator "
                "of this app should check its folder for files, and that the disk is not full."
            ) from error

    def _make_file(self) -> None:
        """Create the file, readable by this user alone; SQLite gives the files beside it the same permissions."""
        file = self._database.file
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            # A file that exists meanwhile is not opened: to close it would release this process's locks on it.
            with suppress(FileExistsError):
                os.close(os.open(file, os.O_CREAT | os.O_EXCL, mode=0o600))


def _refuse_too_much(connection: sqlite3.Connection, key: str, document: Document) -> None:
    documents = _count(connection, "1", key)
    if documents >= MOST_DOCUMENTS:
        raise StoreError(f"A library holds at most {MOST_DOCUMENTS} documents. Remove one to make room for this one.")
    held = query_number(connection, "SELECT coalesce(sum(characters), 0) FROM documents WHERE key = ?", key)
    if held + len(document.text) > MOST_CHARACTERS:
        raise StoreError(
            f"A library holds at most {MOST_CHARACTERS:,} characters. Yours has {held:,}, and this document "
            f"{len(document.text):,}. Remove a document, or split this one and add a part."
        )
    if used_bytes(connection) > MOST_BYTES:
        raise StoreError("There is no room for more documents on this server. Try again when others have left.")


def _count(connection: sqlite3.Connection, condition: str, *parameters: object) -> int:
    return query_number(connection, f"SELECT count(*) FROM documents WHERE key = ? AND {condition}", *parameters)


def _write(connection: sqlite3.Connection, statement: str, *parameters: object) -> None:
    with connection:
        connection.execute(statement, parameters)


def _use(connection: sqlite3.Connection, key: str, now: float) -> None:
    """Record that a library is in use, and create it if it is not there."""
    connection.execute("DELETE FROM forgotten WHERE key = ?", (key,))
    connection.execute("INSERT OR REPLACE INTO libraries VALUES (?, ?, NULL)", (key, now))


def _forget(connection: sqlite3.Connection, key: str, now: float) -> None:
    connection.execute("DELETE FROM documents WHERE key = ?", (key,))
    connection.execute("DELETE FROM marks WHERE key = ?", (key,))
    connection.execute("DELETE FROM libraries WHERE key = ?", (key,))
    connection.execute("INSERT OR REPLACE INTO forgotten VALUES (?, ?)", (key, now))
    connection.execute("DELETE FROM forgotten WHERE at < ?", (now - REMEMBERED,))


def _purge(connection: sqlite3.Connection) -> None:
    """Empty the write-ahead log, which still contains deleted texts, unless another process is reading it."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _texts(connection: sqlite3.Connection, question: str, *parameters: object) -> list[str]:
    return [text.decode() for (text,) in connection.execute(question, parameters).fetchall()]


def _blobs(document: Document) -> tuple[bytes, bytes, bytes]:
    """Return title, text and sections as they are stored; _read() reads them.

    >>> _blobs(Document("Menu", "Soup.", (Section("1", "", 0, 5),)))
    (b'Menu', b'Soup.', b'[["1", "", 0, 5]]')
    """
    sections = [(each.id, each.heading, each.start, each.end) for each in document.sections]
    # A pasted text may contain half of a surrogate pair; the encoder then explains what is wrong with it.
    title, text = (part.encode("utf-8", "surrogatepass") for part in (document.title, document.text))
    return title, text, json.dumps(sections).encode()


def _read(rows: list[tuple[bytes, ...]]) -> Iterator[Document]:
    for name, title, text, sections in rows:
        try:
            document = Document(
                title.decode("utf-8", "surrogatepass"),
                text.decode("utf-8", "surrogatepass"),
                tuple(Section(*each) for each in json.loads(sections)),
            )
        except (ValueError, TypeError, AttributeError):
            document = None
        # SQLite detects damage of its structure, but not of a text.
        if document is None or document.id.encode() != name:
            _LOG.warning("A document is damaged and is omitted.")
            continue
        yield document
