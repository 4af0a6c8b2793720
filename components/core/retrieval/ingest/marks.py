"""Marks: parts of documents that a reader has found to answer a question, and how a library keeps them.

A mark names a span of a document, so it says the same however the document is divided into passages.
"""

import logging
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from components.core.errors import StoreError
from components.core.retrieval.documents import Chunk, Corpus, Span
from components.core.storage.sqlite_file import query_number

_LOG = logging.getLogger(__name__)

#: The most marks of one library.
MOST_MARKS: Final = 2_000

#: SQL that creates the table of marks.
SETUP: Final = """
CREATE TABLE IF NOT EXISTS marks (
    number INTEGER PRIMARY KEY,  -- in order of marking
    key TEXT NOT NULL,  -- library_key() of the owner
    question BLOB NOT NULL,  -- UTF-8, as the title is
    document TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    title BLOB NOT NULL,
    UNIQUE (key, question, document, first, last)
);
"""


@dataclass(frozen=True)
class Mark:
    """What a reader says: this part of a document answers this question."""

    question: str
    span: Span
    title: str  # of the document, which is named when it is there no more


def passage_mark(question: str, chunk: Chunk, corpus: Corpus) -> Mark:
    """Return the mark that a chunk of a corpus answers a question; white space around its text is left out.

    >>> from components.core.retrieval.documents import Document
    >>> document = Document("Menu", "Soup. \\n\\nPizza.")
    >>> chunk = Chunk(document.id, 0, 0, 8, "Soup.", token_count=4)
    >>> mark = passage_mark("What is hot?", chunk, Corpus("Food", (document,)))
    >>> mark.span.start, mark.span.end, mark.title
    (0, 5, 'Menu')
    """
    document = corpus.by_id[chunk.document]
    part = document.text[chunk.start : chunk.end]
    start = chunk.start + len(part) - len(part.lstrip())
    return Mark(question, Span(chunk.document, start, start + len(part.strip())), document.title)


def read_marks(connection: sqlite3.Connection, key: str) -> tuple[Mark, ...]:
    """Return the marks of a library in order of marking. connection: returns texts as bytes."""
    asked = "SELECT question, document, first, last, title FROM marks WHERE key = ? ORDER BY number"
    marks = []
    for question, document, first, last, title in connection.execute(asked, (key,)).fetchall():
        try:
            span = Span(document.decode(), int(first), int(last))
            marks.append(Mark(_text(question), span, _text(title)))
        except (ValueError, TypeError, AttributeError):
            # SQLite detects damage of its structure, but not of a text.
            _LOG.warning("A mark is damaged and is omitted.")
    return tuple(marks)


def write_mark(connection: sqlite3.Connection, key: str, mark: Mark) -> None:
    """Store a mark; one that is stored already stays as it is. Raises StoreError if there is no room for it."""
    held = query_number(connection, "SELECT count(*) FROM marks WHERE key = ?", key)
    if held >= MOST_MARKS:
        raise StoreError(f"{held:,} passages are marked, and at most {MOST_MARKS:,} are kept. Take some marks back.")
    connection.execute(
        "INSERT OR IGNORE INTO marks (key, question, document, first, last, title) VALUES (?, ?, ?, ?, ?, ?)",
        (key, *_named(mark), _blob(mark.title)),
    )


def delete_marks(connection: sqlite3.Connection, key: str, marks: Iterable[Mark]) -> None:
    """Delete marks of a library."""
    connection.executemany(
        "DELETE FROM marks WHERE key = ? AND question = ? AND document = ? AND first = ? AND last = ?",
        [(key, *_named(mark)) for mark in marks],
    )


def _named(mark: Mark) -> tuple[bytes, str, int, int]:
    """Return what tells a mark from the others of its library."""
    return _blob(mark.question), mark.span.document, mark.span.start, mark.span.end


def _blob(text: str) -> bytes:
    # What is pasted may contain half of a surrogate pair.
    return text.encode("utf-8", "surrogatepass")


def _text(blob: bytes) -> str:
    return blob.decode("utf-8", "surrogatepass")
