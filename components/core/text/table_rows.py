"""A text as rows of fields: with delimiters, one JSON object a line, or one sentence a line.

A row that cannot be read is never the end of it: it is listed with its line and the reason, and the next line is read.
Lines come without the character that ends them and are counted from 1.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from components.core.errors import UploadError

#: Several times as many as sentences are used, so that repeats and cells of several lines do not matter.
MOST_LINES = 100_000
#: Of a row with line breaks inside quotes. A longer one is no sentence but a quotation mark that nobody closed.
MOST_LINES_A_ROW = 100
#: Of a line. It is also the most that the csv module takes for one field.
MOST_CHARACTERS = 131_072
#: A row has a field for every key of every other row, so unlike objects would take memory by the square.
MOST_COLUMNS = 100

#: Rarest in prose first: where two divide the rows equally well, the rarer one did not get there by chance.
_DELIMITERS = "\t;|,"
_LINES_TRIED = 1_000
#: Each quotation mark that is not closed is looked for to the end, and what follows it is read again, line by line.
_MOST_CHARACTERS_AGAIN = 20_000_000

_MOST_SHOWN = 60
#: What is neither text nor white space. A surrogate is half a character, left over where a program cut an emoji.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")

Row = tuple[int, tuple[str, ...]]  # the line it begins in, and its fields


@dataclass(frozen=True)
class RejectedRow:
    """A row that is not used."""

    line: int  # where it begins, counted from 1
    why: str  # what is said of it: "is empty", "repeats line 3"
    text: str  # the beginning of it, collapse_white_space()


def collapse_white_space(text: str) -> str:
    """A text as one line: every run of white space is one blank, and there is none around it.

    Control characters are removed: nobody sees them, tokenizers drop them, and two texts that differ in nothing else
    would count as two. Accents stay as they are typed, composed or not, since models differ in what they make of them.
    """
    text = " ".join(_NO_TEXT.sub("", text).split())
    # Joiners and direction marks belong to the letters around them; alone they are nothing that could be read.
    return "" if all(unicodedata.category(character) == "Cf" for character in text) else text


def rejected_row(line: int, why: str, text: str) -> RejectedRow:
    """A row that is not used, with the beginning of its text for people to find it by."""
    # Only a part is cleaned, since the text may be all of a file.
    shown = collapse_white_space(text[: 4 * _MOST_SHOWN])
    return RejectedRow(line, why, shown if len(shown) <= _MOST_SHOWN else f"{shown[: _MOST_SHOWN - 1]}…")


class _RowError(Exception):
    """Why a row is not used, in the words of RejectedRow.why."""


def sentence_rows(lines: Sequence[str]) -> tuple[list[Row], list[RejectedRow]]:
    """A row of one field for every line, and the lines that are not used."""
    rows: list[Row] = []
    rest: list[RejectedRow] = []
    for number, line in enumerate(lines, 1):
        try:
            _check_line(line)
            sentence = collapse_white_space(line)
            if not sentence:
                raise _RowError("is empty")
            rows.append((number, (sentence,)))
        except _RowError as error:
            rest.append(rejected_row(number, str(error), line))
    return rows, rest


def delimited_rows(lines: Sequence[str], delimiter: str) -> tuple[list[Row], list[RejectedRow], int]:
    """The rows of a CSV file, those that are not used, and how many lines were read.

    Only rows that begin in the first MOST_LINES are read. Quotation marks are taken strictly, which is how one that
    was never closed is noticed: the next one in the file, wherever it is, then stands in an impossible place. Such
    a row is left out, and the line after its first one is read as if nothing had happened. Raises UploadError if there
    are so many of them that this takes too long.
    """
    rows: list[Row] = []
    rest: list[RejectedRow] = []
    at = again = 0
    while at < min(len(lines), MOST_LINES):
        row = lines[at : at + MOST_LINES_A_ROW]
        reader = csv.reader((f"{line}\n" for line in row), delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            _check_line(row[0])
            rows.append((at + 1, tuple(collapse_white_space(field) for field in next(reader))))
            at += reader.line_num
        except (_RowError, csv.Error) as error:
            unclosed = "has a quotation mark that is not closed, or that is not doubled inside a quoted text"
            rest.append(rejected_row(at + 1, str(error) if isinstance(error, _RowError) else unclosed, row[0]))
            at += 1
            again += sum(len(line) for line in row[: reader.line_num])
            if again > _MOST_CHARACTERS_AGAIN:
                raise UploadError(
                    f"{len(rest):,} rows up to line {at:,} cannot be read, most of them for quotation marks that are "
                    "not closed. Open the file in a spreadsheet and save it as CSV again."
                ) from None
    return rows, rest, at


def likely_delimiter(lines: Sequence[str]) -> str:
    """The character that divides most of the first rows into as many fields as the very first one, and into several.

    csv.Sniffer takes letters for delimiters too, and fails where sentences hold commas. More than half of the rows must
    be divided alike, or, if no blank follows the character in the first row, which makes it no comma of a sentence, two
    of them. If no character does that, the file has one column, and the delimiter is one that leaves the rows whole.
    """

    def fit(delimiter: str) -> tuple[bool, int]:
        rows = delimited_rows(lines[:_LINES_TRIED], delimiter)[0]
        if not rows:
            return False, 0
        line, first = rows[0]
        alike = sum(fit_to_width(fields, len(first)) is not None for _, fields in rows)
        enough = 2 * alike > len(rows) or (alike > 1 and f"{delimiter} " not in lines[line - 1])
        return len(first) > 1 and enough, alike

    return max(_DELIMITERS, key=fit)


def fit_to_width(fields: tuple[str, ...], width: int) -> tuple[str, ...] | None:
    """The fields, `width` of them, or None if there are fewer or more.

    Empty fields too many are cut off: nothing is lost with them. Missing ones are not added: a program may have left
    away empty ones, but as well a line break without quotes may have torn the row in two.
    """
    return fields[:width] if len(fields) >= width and not any(fields[width:]) else None


def object_rows(lines: Sequence[str]) -> tuple[list[str], list[Row], list[RejectedRow]]:
    """The keys of JSON objects, one object a line, in order of appearance; a row for each; and those not used.

    A line may also be a JSON string alone, whose key then is "sentence". null and what is missing are empty fields;
    what is neither a string nor null stands as JSON writes it.
    """
    keys: dict[str, None] = {}  # a set that keeps its order
    objects: list[tuple[int, dict[str, str]]] = []
    rest: list[RejectedRow] = []
    for number, line in enumerate(lines, 1):
        try:
            _check_line(line)
            found = _object(line)
            new = [key for key in found if key not in keys]
            if len(keys) + len(new) > MOST_COLUMNS:
                more = f"{len(new):,} key{'s' * (len(new) != 1)}"
                raise _RowError(f"has {more} that no line above has; at most {MOST_COLUMNS} in all are read")
            objects.append((number, found))
            keys.update(dict.fromkeys(new))
        except _RowError as error:
            rest.append(rejected_row(number, str(error), line))
    return list(keys), [(number, tuple(found.get(key, "") for key in keys)) for number, found in objects], rest


def _object(line: str) -> dict[str, str]:
    """The object that a line holds, its values as text."""
    try:
        value = json.loads(line)
        if isinstance(value, str):
            value = {"sentence": value}
        if not isinstance(value, dict):
            raise _RowError("is not a JSON object")
        if not value:
            raise _RowError("is empty")
        return {key: collapse_white_space(_spelled(value[key])) for key in value}
    except json.JSONDecodeError as error:
        raise _RowError(f"cannot be read as JSON from character {error.pos + 1:,} on") from error
    except (ValueError, RecursionError) as error:
        # Python reads about a thousand brackets inside each other, and a few thousand digits.
        raise _RowError("is JSON with too many brackets or digits") from error


def _spelled(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _check_line(line: str) -> None:
    """Raise _RowError for a line that cannot be the beginning of a row, whatever the kind of file."""
    if not line.strip():
        raise _RowError("is empty")
    if len(line) > MOST_CHARACTERS:
        raise _RowError(f"has {len(line):,} characters; at most {MOST_CHARACTERS:,} are read")
