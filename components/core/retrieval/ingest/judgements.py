"""Judgements of which document is relevant to which query (qrels), as BEIR and TREC write them.

BEIR: three columns that the first line names query-id, corpus-id and score, with tabs between them. TREC: four fields
without names, divided by blanks or tabs: topic, iteration (which nothing uses), document and relevance. See
https://trec.nist.gov/data/qrels_eng/ and the README of https://github.com/usnistgov/trec_eval.
"""

import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from components.core.errors import UploadError
from components.core.text.charsets import decode
from components.core.text.table_rows import Reason, RejectedRow, collapse_white_space, rejected_row

_COLUMNS = ("query-id", "corpus-id", "score")
_TREC_FIELDS = 4
#: Lines that are looked at to see whether they are TREC's.
_TRIED = 100
#: float() also reads "nan", "inf", "1_0" and digits of other scripts, which no tool means.
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


class Judgement(NamedTuple):
    """What one line says about a query and a document. A tuple, since files have many and a dataclass takes longer."""

    line: int  # counted from 1
    query: str  # its id
    document: str  # its id
    score: float  # above 0: relevant, and the more the better; 0: not relevant; below 0: not judged


def read_judgements(name: str, content: bytes) -> tuple[list[Judgement], list[RejectedRow]]:
    r"""Return the judgements of a file in the order of its lines, and the lines that are none.

    name: of the file, for messages. Raises UploadError for a file that is neither BEIR's nor TREC's.

    >>> read_judgements("a", b"query-id\tcorpus-id\tscore\n7\tdoc1\t1")[0]
    [Judgement(line=2, query='7', document='doc1', score=1.0)]
    >>> read_judgements("a", b"301 0 FBIS3-10082 2")[0]
    [Judgement(line=1, query='301', document='FBIS3-10082', score=2.0)]
    """
    lines = list(filled_lines(content))
    number, first = lines[0] if lines else (1, "")
    columns = [column.casefold().replace("_", "-") for column in _fields(first, "\t" in first)]
    missing = [column for column in _COLUMNS if column not in columns]
    if missing and _is_trec([line for _, line in islice(lines, _TRIED)]):
        width, at, tabs, like = _TREC_FIELDS, [0, 2, 3], False, "TREC's judgements have"
    elif missing:
        raise UploadError(
            f"Line {number:,} of {name} does not name {len(missing)} of 3 columns: {', '.join(missing)}. Name them "
            f"there, with tabs between them: {', '.join(_COLUMNS)}. Or write each judgement as TREC does, in 4 fields: "
            "topic, iteration, document and relevance."
        )
    else:
        width, at, tabs, like = len(columns), [*map(columns.index, _COLUMNS)], "\t" in first, "the first line has"
        lines = lines[1:]
    judgements: list[Judgement] = []
    rejected: list[RejectedRow] = []
    for number, line in lines:
        fields = _fields(line, tabs)
        if len(fields) != width:
            why = f"has {len(fields)} field{'s' * (len(fields) != 1)} where {like} {width}"
            rejected.append(rejected_row(number, why, line, Reason.FIELDS))
            continue
        query, document, score = (fields[index] for index in at)
        if _NUMBER.fullmatch(score) and math.isfinite(value := float(score)):
            judgements.append(Judgement(number, query, document, value))
        else:
            rejected.append(rejected_row(number, f"has a score that is no number: {score!r}", line, Reason.NO_SCORE))
    return judgements, rejected


def filled_lines(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield number and text of each line that is not blank. Blank lines count too; the first line is 1."""
    # str.splitlines() would also split at U+2028 and others, which occur inside texts.
    text = decode(content)[0].replace("\r\n", "\n").replace("\r", "\n")
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _fields(line: str, tabs: bool) -> list[str]:
    """Return the fields of a line: ids between tabs may have blanks in them."""
    fields = line.split("\t") if tabs else line.split()
    # Letters and digits alone have nothing to collapse.
    return [field if field.isalnum() else collapse_white_space(field) for field in fields]


def _is_trec(lines: list[str]) -> bool:
    """True if most lines have four fields of which the last is a number."""
    fields = [line.split() for line in lines]
    fitting = [each for each in fields if len(each) == _TREC_FIELDS and _NUMBER.fullmatch(each[-1])]
    return 2 * len(fitting) > len(lines)
