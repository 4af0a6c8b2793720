"""A text as rows of fields: with delimiters, one JSON object a line, or one sentence a line.

A row that cannot be read does not end the reading: it is listed with its line and the reason, and the next line is
read. Lines come without the character that ends them and are counted from 1.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from components.core.errors import UploadError

#: Several times as many as sentences are used, so that repeats and cells of several lines do not matter.
MOST_LINES = 100_000
#: Lines of one row, which may have line breaks inside quotes. A longer row has a quotation mark that is not closed.
MOST_LINES_A_ROW = 100
#: Characters of a line. It is also the most that the csv module takes for one field.
MOST_CHARACTERS = 131_072
#: A row has a field for every key of every other row, so unlike objects would take memory by the square.
MOST_COLUMNS = 100

#: An open quotation mark is followed to the end of its row, and what follows it is read again, line by line.
_MOST_CHARACTERS_AGAIN = 20_000_000

_MOST_SHOWN = 60
#: Characters that are neither text nor white space. A surrogate is half a character, left where a program cut an emoji.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_UNCLOSED = "has a quotation mark that is not closed, or that is not doubled inside a quoted text"

#: The line in which a row begins, and its fields: (3, ("Win money now!!!", "spam")).
Row = tuple[int, tuple[str, ...]]


class Reason(StrEnum):
    """Why rows are not used, in the words that follow their number: "3 without text"."""

    NO_TEXT = "without text"
    REPEATED = "repeated"
    CONTRADICTED = "contradicted by others"
    FIELDS = "with too few or too many fields"
    QUOTES = "with an open quotation mark"
    NO_JSON = "without a JSON object"
    TOO_LONG = "too long"
    BEYOND_LIMIT = "beyond the limit"
    UNREADABLE = "unreadable for this model"
    NO_LABEL = "without a label"
    RARE_CLASS = "in classes with too few texts"
    NO_DOCUMENT = "without a relevant document"
    NO_ANSWER = "without an answer that can be found"
    UNKNOWN_ID = "with unknown ids"
    NO_SCORE = "without a number for a score"
    OTHER = "for other reasons"


@dataclass(frozen=True)
class RejectedRow:
    """A row that is not used, or the first of several that are listed as one.

    >>> RejectedRow(4, "repeats line 3", "Are you coming home?")
    RejectedRow(line=4, why='repeats line 3', text='Are you coming home?', rows=1)
    """

    line: int  # where it begins, counted from 1
    why: str  # the rest of a sentence that begins with the line: "is empty", "repeats line 3"
    text: str  # the beginning of it, collapse_white_space()
    rows: int = 1  # how many rows it stands for
    reason: Reason = field(default=Reason.OTHER, compare=False, repr=False)  # of all of them


@dataclass(frozen=True, slots=True)
class DelimitedRow:
    """A row of a CSV file, with both readings of a delimiter that a blank follows: `ham,Yes, please`."""

    line: int  # where it begins, counted from 1
    fields: tuple[str, ...]  # ("ham", "Yes", "please")
    merged: tuple[str, ...]  # ("ham", "Yes, please"): a delimiter before a blank belongs to the text

    def fit(self, width: int) -> tuple[str, ...] | None:
        """Return `width` fields, or None if the row has fewer or more.

        Empty fields at the end are dropped where they are too many. Missing ones are not added: a program may have
        omitted empty fields, but a line break without quotes may as well have torn the row in two.

        >>> DelimitedRow(1, ("ham", "Yes", "please"), ("ham", "Yes, please")).fit(2)
        ('ham', 'Yes, please')
        """
        for fields in (self.fields, self.merged):
            if len(fields) >= width and not any(fields[width:]):
                return fields[:width]
        return None


def collapse_white_space(text: str) -> str:
    r"""Return a text as one line: every run of white space is one blank, and there is none around it.

    Control characters are removed: they are invisible, tokenizers drop them, and two texts that differ in nothing else
    would count as two. Accents stay as they are typed, composed or not, since models differ in how they read them.

    >>> collapse_white_space("  Salt\n and\tpepper ")
    'Salt and pepper'
    """
    text = " ".join(_NO_TEXT.sub("", text).split())
    # Joiners and direction marks belong to the letters around them; alone they are no text.
    return "" if all(unicodedata.category(character) == "Cf" for character in text) else text


def rejected_row(line: int, why: str, text: str, reason: Reason, rows: int = 1) -> RejectedRow:
    """Return a row that is not used, with the beginning of its text for readers to find it by."""
    # Only a part is cleaned, since the text may be all of a file.
    shown = collapse_white_space(text[: 4 * _MOST_SHOWN])
    return RejectedRow(line, why, shown if len(shown) <= _MOST_SHOWN else f"{shown[: _MOST_SHOWN - 1]}…", rows, reason)


class _RowError(Exception):
    """A row that is not used: why, in the words of RejectedRow.why, and the reason that it shares with others."""

    def __init__(self, why: str, reason: Reason) -> None:
        super().__init__(why)
        self.reason = reason


def sentence_rows(lines: Sequence[str]) -> tuple[list[Row], list[RejectedRow]]:
    """Return a row of one field for every line, and the lines that are not used."""
    rows: list[Row] = []
    rejected: list[RejectedRow] = []
    for number, line in enumerate(lines, 1):
        try:
            _check_line(line)
            sentence = collapse_white_space(line)
            if not sentence:
                raise _RowError("is empty", Reason.NO_TEXT)
            rows.append((number, (sentence,)))
        except _RowError as error:
            rejected.append(rejected_row(number, str(error), line, error.reason))
    return rows, rejected


def delimited_rows(
    lines: Sequence[str], delimiter: str, start: int = 0
) -> tuple[list[DelimitedRow], list[RejectedRow], int]:
    """Return the rows of a CSV file, those that are not used, and how many lines were read.

    start: lines to pass over. Only rows that begin in the first MOST_LINES are read. Quotation marks are read strictly:
    one that is not closed then ends at the next one in the file, in an impossible position, and is noticed. Such a row
    is rejected, and the line after its first one is read as a row. Raises UploadError if there are so many of them
    that this takes too long.
    """
    rows: list[DelimitedRow] = []
    rejected: list[RejectedRow] = []
    border = re.compile(f"{re.escape(delimiter)}(?! )")
    at, again = start, 0
    while at < min(len(lines), MOST_LINES):
        block = lines[at : at + MOST_LINES_A_ROW]
        reader = csv.reader((f"{line}\n" for line in block), delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            _check_line(block[0])
            fields = tuple(collapse_white_space(field) for field in next(reader))
        except (_RowError, csv.Error) as error:
            why, reason = (str(error), error.reason) if isinstance(error, _RowError) else (_UNCLOSED, Reason.QUOTES)
            rejected.append(rejected_row(at + 1, why, block[0], reason))
            at += 1
            again += sum(len(line) for line in block[: reader.line_num])
            if again > _MOST_CHARACTERS_AGAIN:
                raise UploadError(
                    f"{len(rejected):,} rows up to line {at:,} cannot be read, most of them for quotation marks that "
                    "are not closed. Open the file in a spreadsheet and save it as CSV again."
                ) from None
            continue
        if not any(fields):
            rejected.append(rejected_row(at + 1, "is empty", "", Reason.NO_TEXT))
        elif f"{delimiter} " in block[0] and '"' not in block[0]:
            merged = tuple(collapse_white_space(field) for field in border.split(block[0]))
            rows.append(DelimitedRow(at + 1, fields, merged))
        else:
            rows.append(DelimitedRow(at + 1, fields, fields))
        at += reader.line_num
    return rows, rejected, at


def object_rows(lines: Sequence[str]) -> tuple[list[str], list[Row], list[RejectedRow]]:
    """Return the keys of JSON objects, one object a line, in order of appearance; a row for each; and those not used.

    A line may also be a JSON string alone, whose key then is "sentence". null and a missing key are empty fields; any
    other value that is no string stands as JSON writes it.

    >>> object_rows(['{"text": "Hi.", "stars": 5}', '{"text": null}', '[]'])[:2]
    (['text', 'stars'], [(1, ('Hi.', '5')), (2, ('', ''))])
    """
    keys: dict[str, None] = {}  # a set that keeps its order
    objects: list[tuple[int, dict[str, str]]] = []
    rejected: list[RejectedRow] = []
    for number, line in enumerate(lines, 1):
        try:
            _check_line(line)
            found = _object(line)
            new = [key for key in found if key not in keys]
            if len(keys) + len(new) > MOST_COLUMNS:
                more = f"{len(new):,} key{'s' * (len(new) != 1)}"
                why = f"has {more} that no line above has; at most {MOST_COLUMNS} in all are read"
                raise _RowError(why, Reason.FIELDS)
            objects.append((number, found))
            keys.update(dict.fromkeys(new))
        except _RowError as error:
            rejected.append(rejected_row(number, str(error), line, error.reason))
    return list(keys), [(number, tuple(found.get(key, "") for key in keys)) for number, found in objects], rejected


def _object(line: str) -> dict[str, str]:
    """Return the object that a line holds, its values as text."""
    try:
        value = json.loads(line)
        if isinstance(value, str):
            value = {"sentence": value}
        if not isinstance(value, dict):
            raise _RowError("is not a JSON object", Reason.NO_JSON)
        if not value:
            raise _RowError("is empty", Reason.NO_TEXT)
        return {key: collapse_white_space(_as_text(value[key])) for key in value}
    except json.JSONDecodeError as error:
        raise _RowError(f"cannot be read as JSON from character {error.pos + 1:,} on", Reason.NO_JSON) from error
    except (ValueError, RecursionError) as error:
        # Python reads about a thousand brackets inside each other, and a few thousand digits.
        raise _RowError("is JSON with too many brackets or digits", Reason.NO_JSON) from error


def _as_text(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _check_line(line: str) -> None:
    """Raise _RowError for a line that cannot be the beginning of a row, whatever the kind of file."""
    if not line.strip():
        raise _RowError("is empty", Reason.NO_TEXT)
    if len(line) > MOST_CHARACTERS:
        raise _RowError(f"has {len(line):,} characters; at most {MOST_CHARACTERS:,} are read", Reason.TOO_LONG)
