"""A file that somebody uploads, as a table of text, before anybody said which column holds the sentences."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from components.core.errors import UploadError
from components.core.text.charsets import decode
from components.core.text.table_rows import (
    MOST_COLUMNS,
    MOST_LINES,
    MOST_LINES_A_ROW,
    RejectedRow,
    Row,
    collapse_white_space,
    delimited_rows,
    fit_to_width,
    likely_delimiter,
    object_rows,
    rejected_row,
    sentence_rows,
)

MOST_BYTES = 20_000_000
#: By the ending of a file's name.
KINDS = ("csv", "tsv", "txt", "jsonl")

_LONGEST_NAME = 40
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")
_CLOSING_MARKS = "\"'”’»)"
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*")


@dataclass(frozen=True)
class Upload:
    """A file as a table of collapse_white_space() text: C columns, R rows."""

    columns: tuple[str, ...]  # C, distinct and not empty
    rows: tuple[Row, ...]  # R > 0, each the line it begins in and its C fields; a field may be empty
    rejected: tuple[RejectedRow, ...]  # all of them, by line
    encoding: str  # as "utf-8", "utf-16" or "cp1252"
    lines: int  # of the file
    lines_read: int  # fewer than there are if there are more than MOST_LINES


def read_upload(name: str, content: bytes) -> Upload:
    """Read a file as a table.

    name: tells by its ending which of KINDS it is. Raises UploadError if it is of another kind, has more than
    MOST_BYTES, is no text, or has no row that can be used.
    """
    kind = name.lower().rpartition(".")[2]
    if kind not in KINDS:
        *others, last = (f".{kind}" for kind in KINDS)
        raise UploadError(
            f"The name {name!r} does not end in one of the {len(KINDS)} endings that are read: {', '.join(others)} "
            f"and {last}. Save a table as CSV, and a text as .txt with one sentence a line."
        )
    check_size("This file", len(content))
    text, encoding = decode(content)
    return read_table(kind, text, encoding)


def check_size(what: str, size: int) -> None:
    """Raise UploadError if something has more than MOST_BYTES bytes."""
    if size > MOST_BYTES:
        # Rounded up: 20.0 MB would not be more than 20.
        raise UploadError(
            f"{what} has {math.ceil(size / 100_000) / 10:.1f} MB; at most {MOST_BYTES // 1_000_000} MB are read. "
            "Leave out columns that are not needed, or some of the sentences."
        )


def read_table(kind: str, text: str, encoding: str) -> Upload:
    """Read a text of one of KINDS. Raises UploadError if no row of it can be used."""
    # Only these end a line. str.splitlines() would also break at U+2028 and others, which stand inside texts.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        size = f"its characters, {len(text):,} of them, are all blank" if text else "it has 0 characters"
        raise UploadError(f"This is empty: {size}. Add sentences, one a line.")
    count = text.count("\n") + (not text.endswith("\n"))
    # A row that begins in the last line that is read may end in a later one.
    lines = text.split("\n", MOST_LINES + MOST_LINES_A_ROW)[:count]
    read = min(count, MOST_LINES)
    columns: Sequence[str]
    if kind == "txt":
        rows, rest = sentence_rows(lines[:read])
        columns = ["sentence"]
    elif kind == "jsonl":
        if text.lstrip().startswith("[") and text.rstrip().endswith("]"):
            raise UploadError(
                f"These {count:,} lines are one JSON list; a .jsonl file has no brackets around it and no commas "
                "between its lines, each of which is an object. Save the list as CSV, or an object a line."
            )
        columns, rows, rest = object_rows(lines[:read])
    else:
        delimiter = "\t" if kind == "tsv" else likely_delimiter(lines)
        rows, rest, read = delimited_rows(lines, delimiter)
        columns, rows, rest = _with_names(rows, rest)
    if not rows:
        raise UploadError(nothing_left(rest))
    return Upload(_distinct(columns), tuple(rows), tuple(rest), encoding, count, read)


def nothing_left(rest: Sequence[RejectedRow]) -> str:
    """What is said of rows none of which is used."""
    shown = [f"line {each.line:,} {each.why}" for each in rest[:3]]
    more = f", and {len(rest) - len(shown):,} more" if len(rest) > len(shown) else ""
    return f"There is no sentence to read. Not used: {'; '.join(shown)}{more}. Correct these lines, or add others."


def _with_names(rows: list[Row], rest: list[RejectedRow]) -> tuple[Sequence[str], list[Row], list[RejectedRow]]:
    """The names of the columns, the rows below them that have as many fields, and the rows that are not used."""
    if not rows:
        return [], [], rest
    first_line, first = rows[0]
    if len(first) > MOST_COLUMNS:
        raise UploadError(
            f"This file has {len(first):,} columns; at most {MOST_COLUMNS} are read. Leave out those that are not "
            "needed."
        )
    fitting: list[Row] = []
    others: list[RejectedRow] = []
    for line, fields in rows:
        if (fit := fit_to_width(fields, len(first))) is not None:
            fitting.append((line, fit))
        else:
            why = f"has {len(fields)} field{'s' * (len(fields) != 1)} where line {first_line} has {len(first)}"
            others.append(rejected_row(line, why, ", ".join(fields)))
    rest = sorted([*rest, *others], key=lambda each: each.line)
    if not _are_names(first, fitting[1:]):
        return [""] * len(first), fitting, rest
    if len(fitting) == 1 and not any(each.text for each in rest):
        raise UploadError(
            f"Line {first_line} was read as the names of {len(first)} column{'s' * (len(first) != 1)} "
            f"({', '.join(_distinct(first))}), and there is no row below it. Add rows; or save it as .txt, where every "
            "line is a sentence."
        )
    return first, fitting[1:], rest


def _are_names(first: Sequence[str], below: Sequence[Row]) -> bool:
    """Whether the first row of a table holds the names of its columns.

    It does not if it holds a sentence, and beside it nothing but further sentences, numbers, and texts that occur
    again in their column, as labels do. A sentence beside other names is no proof: a survey has questions for names.
    """
    values = [(place, value) for place, value in enumerate(first) if value]
    others = [(place, value) for place, value in values if not _like_sentence(value)]
    return len(others) == len(values) or not all(
        _NUMBER.fullmatch(value) or any(fields[place] == value for _, fields in below) for place, value in others
    )


def _like_sentence(text: str) -> bool:
    return len(text) > _LONGEST_NAME or text.rstrip(_CLOSING_MARKS).endswith(_SENTENCE_ENDS)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names for columns: "column 3" for one without, and "topic (2)" for a second "topic"."""
    distinct: list[str] = []
    for place, name in enumerate(names, 1):
        wanted = chosen = collapse_white_space(name) or f"column {place}"
        number = 1
        while chosen in distinct:
            number += 1
            chosen = f"{wanted} ({number})"
        distinct.append(chosen)
    return tuple(distinct)
