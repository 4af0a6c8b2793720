"""The character that divides the fields of a table: named by the file itself, or the most likely one."""

import re
from collections.abc import Sequence
from typing import Final

from components.core.text.table_header import is_header
from components.core.text.table_rows import DelimitedRow, delimited_rows

#: Divides nothing, in a table of one column: a control character that no text holds.
NO_DELIMITER: Final = "\x1f"
#: Rarest in prose first: where two divide the rows equally well, the rarer one did not get there by chance.
_DELIMITERS: Final = "\t;|,"
#: Rows that are looked at. They are enough to see how a table is made.
ROWS_TRIED: Final = 1_000
_WIDTHS_TRIED = 20
#: Excel's own first line. Some programs quote it, or fill it up to the number of columns; "\t" may be spelled out.
_NAMED = re.compile(r'"?sep=(\\t|\t|[^\w\s"\'])"?(?:\1|[,;|\t])*', re.IGNORECASE)


def named_delimiter(lines: Sequence[str]) -> tuple[str | None, int]:
    """Return the delimiter that a file names in its first line, as Excel has it, and the lines that this takes.

    >>> named_delimiter(["sep=;", "text;label", "Hi.;x"])
    (';', 1)
    >>> named_delimiter(["text;label", "Hi.;x"])
    (None, 0)
    """
    delimiter, taken = None, 0
    for number, line in enumerate(lines[:ROWS_TRIED], 1):
        if found := _NAMED.fullmatch(line.strip(" ")):
            delimiter, taken = found[1].replace("\\t", "\t"), number
        elif line.strip():
            break
    return delimiter, taken


def likely_delimiter(lines: Sequence[str]) -> str:
    """Return the character that divides most of the first rows into equally many fields, and into several.

    csv.Sniffer and CleverCSV also take letters and blanks for delimiters, and fail where sentences hold commas without
    quotation marks. More than half of the rows must be divided alike; or two of them, if the first row then holds usual
    names of columns. NO_DELIMITER if no character does that.

    >>> likely_delimiter(["spam,Win money now!!!", "ham,Are you coming home, or not", "ham,ok"])
    ','
    """
    sample = lines[:ROWS_TRIED]

    def fit(delimiter: str) -> tuple[bool, int]:
        rows = delimited_rows(sample, delimiter)[0]
        width, alike = common_width(rows)
        if width > 1 and 2 * alike > len(rows):
            return True, alike
        names = rows[0].fields if rows else ()
        alike = sum(row.fit(len(names)) is not None for row in rows)
        return len(names) > 1 and alike > 1 and is_header(names, []), alike

    fits = {delimiter: fit(delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=fits.__getitem__)
    return best if fits[best][0] else NO_DELIMITER


def common_width(rows: Sequence[DelimitedRow]) -> tuple[int, int]:
    """Return the number of fields that most of the first rows have, and how many rows these are; (0, 0) of no rows.

    Of numbers that fit equally many rows the one of the first row counts, and else the largest. A delimiter before a
    blank in a single row is taken for a mark of its sentence.
    """
    tried = rows[:ROWS_TRIED]
    if len(tried) == 1:
        return len(tried[0].merged), 1
    widths = dict.fromkeys(width for row in tried for width in (len(row.fields), len(row.merged)))
    counts = {width: sum(row.fit(width) is not None for row in tried) for width in [*widths][:_WIDTHS_TRIED]}
    if not counts:
        return 0, 0
    width = max(counts, key=lambda width: (counts[width], width == len(tried[0].fields), width))
    return width, counts[width]


def is_tab_table(lines: Sequence[str]) -> bool:
    """True if tabs divide each of the first lines into equally many fields, as in a text that Excel saved.

    >>> is_tab_table(["Great.\\t1", "Not so great.\\t0"]), is_tab_table(["Great.\\t1", "Not so great."])
    (True, False)
    """
    sample = [line for line in lines[:ROWS_TRIED] if line.strip()]
    if len(sample) < 2 or not all("\t" in line for line in sample[:2]):
        return False
    rows, rejected, _ = delimited_rows(sample, "\t")
    widths = {len(row.fields) for row in rows}
    return not rejected and len(widths) == 1 and widths != {1}
