"""A file that a reader uploads, as a table of text, before it is chosen which column holds the sentences."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from components.core.errors import UploadError
from components.core.text.charsets import decode
from components.core.text.delimited_table import DelimitedTable
from components.core.text.delimiters import NO_DELIMITER, is_tab_table, likely_delimiter, named_delimiter
from components.core.text.table_header import distinct_names
from components.core.text.table_rows import (
    MOST_LINES,
    MOST_LINES_A_ROW,
    RejectedRow,
    Row,
    delimited_rows,
    object_rows,
    sentence_rows,
)

MOST_BYTES: Final = 20_000_000
#: By the ending of a file's name.
KINDS: Final = ("csv", "tsv", "txt", "jsonl")

# Files that were joined keep the byte order mark of each.
_MARK_OF_LINE = re.compile("^\ufeff+", re.MULTILINE)


@dataclass(frozen=True)
class TableFormat:
    """How a file is read as a table. What is None is guessed from the file."""

    encoding: str | None = None  # one of charsets.ENCODINGS, or the one that was found
    delimiter: str | None = None  # one character; NO_DELIMITER for a table of one column, or a sentence in each line
    has_header: bool | None = None  # True if the first row holds the names of the columns


#: All of it is guessed.
GUESSED: Final = TableFormat()


@dataclass(frozen=True, eq=False)
class Upload:
    """A file as a table of collapse_white_space() text: C columns, R rows."""

    columns: tuple[str, ...]  # C, distinct and not empty
    rows: tuple[Row, ...]  # R > 0, each the line it begins in and its C fields; a field may be empty
    rejected: tuple[RejectedRow, ...]  # all of them, by line
    encoding: str  # as "utf-8", "utf-16" or "cp1252"
    lines: int  # of the file
    lines_read: int  # fewer than there are if there are more than MOST_LINES
    delimiter: str | None = None  # of a CSV or TSV file; NO_DELIMITER in one of one column
    table: DelimitedTable | None = None  # a CSV or TSV file's rows, from which it can be read in another way
    has_header: bool = False  # True if the first row of the table is read as the names of the columns
    merged: int = 0  # rows of the table in which a delimiter before a blank is read as part of the text

    @property
    def format(self) -> TableFormat:
        """How the file was read: guessed, or as it was asked for."""
        return TableFormat(self.encoding, self.delimiter, None if self.table is None else self.has_header)

    def with_header(self, has_header: bool) -> "Upload":
        """Return the same file with its first row read as names of columns, or as data.

        Raises UploadError if there is no row below the names, or if no row can be used. A file that is no delimited
        table stays as it is.
        """
        return self if self.table is None else self._read_from(self.table, has_header)

    def _read_from(self, table: DelimitedTable, has_header: bool | None) -> "Upload":
        reading = table.reading(has_header)
        if not reading.rows:
            raise UploadError(nothing_left(reading.rejected))
        return replace(
            self,
            columns=reading.columns,
            rows=reading.rows,
            rejected=reading.rejected,
            table=table,
            has_header=reading.has_header,
            merged=reading.merged,
        )


def read_upload(name: str, content: bytes, given: TableFormat = GUESSED) -> Upload:
    """Read a file as a table.

    name: its ending says which of KINDS it is. A .txt file in which tabs divide all lines alike is a table too: Excel
    saves "Unicode text" so. given: what the file's owner says about it; a .txt file with a delimiter is a table.
    Raises UploadError for another kind, more than MOST_BYTES, bytes that are no text, and a file without a row that can
    be used.
    """
    kind = name.lower().rpartition(".")[2]
    if kind not in KINDS:
        *others, last = (f".{kind}" for kind in KINDS)
        raise UploadError(
            f"The name {name!r} does not end in one of the {len(KINDS)} endings that are read: {', '.join(others)} "
            f"and {last}. Save a table as CSV, and a text as .txt with one sentence a line."
        )
    check_size("This file", len(content))
    text, encoding = decode(content, given.encoding)
    if kind == "txt":
        if given.delimiter is not None:
            kind = "txt" if given.delimiter == NO_DELIMITER else "csv"
        elif is_tab_table(_lines(text)):
            kind = "tsv"
    return read_table(kind, text, encoding, given)


def check_size(what: str, size: int) -> None:
    """Raise UploadError if something has more than MOST_BYTES bytes."""
    if size > MOST_BYTES:
        # Rounded up: 20.0 MB would not be more than 20.
        raise UploadError(
            f"{what} has {math.ceil(size / 100_000) / 10:.1f} MB; at most {MOST_BYTES // 1_000_000} MB are read. "
            "Leave out columns that are not needed, or some of the sentences."
        )


def read_table(kind: str, text: str, encoding: str, given: TableFormat = GUESSED) -> Upload:
    """Read a text of one of KINDS. given: delimiter and header. Raises UploadError if no row of it can be used."""
    if not text.strip():
        size = f"its characters, {len(text):,} of them, are all blank" if text else "it has 0 characters"
        raise UploadError(f"This is empty: {size}. Add sentences, one a line.")
    lines = _lines(text)
    count, read = len(lines), min(len(lines), MOST_LINES)
    # A row that begins in the last line that is read may end in a later one.
    lines = lines[: MOST_LINES + MOST_LINES_A_ROW]
    columns: Sequence[str] = ["sentence"]
    if kind == "txt":
        rows, rejected = sentence_rows(lines[:read])
    elif kind == "jsonl":
        if text.lstrip().startswith("[") and text.rstrip().endswith("]"):
            raise UploadError(
                f"These {count:,} lines are one JSON list; a .jsonl file has no brackets around it and no commas "
                "between its lines, each of which is an object. Save the list as CSV, or an object a line."
            )
        columns, rows, rejected = object_rows(lines[:read])
    else:
        named, taken = named_delimiter(lines)
        delimiter = given.delimiter or named or ("\t" if kind == "tsv" else likely_delimiter(lines))
        source, unread, read = delimited_rows(lines, delimiter, taken)
        table = DelimitedTable(tuple(source), tuple(unread))
        return Upload((), (), (), encoding, count, read, delimiter)._read_from(table, given.has_header)
    if not rows:
        raise UploadError(nothing_left(rejected))
    return Upload(distinct_names(columns), tuple(rows), tuple(rejected), encoding, count, read)


def nothing_left(rejected: Sequence[RejectedRow]) -> str:
    """Return the message about rows none of which is used."""
    shown = [f"line {each.line:,} {each.why}" for each in rejected[:3]]
    more = f", and {len(rejected) - len(shown):,} more" if len(rejected) > len(shown) else ""
    return f"There is no sentence to read. Not used: {'; '.join(shown)}{more}. Correct these lines, or add others."


def _lines(text: str) -> list[str]:
    """Return the lines of a text without what ends them.

    Only line feeds and carriage returns end a line. str.splitlines() would also break at U+2028 and others, which stand
    inside texts.
    """
    text = _MARK_OF_LINE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.removesuffix("\n").split("\n")
