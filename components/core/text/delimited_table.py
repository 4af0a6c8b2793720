"""The rows of a CSV or TSV file as a table, with the first row read as names of columns or as data."""

from dataclasses import dataclass

from components.core.errors import UploadError
from components.core.text.delimiters import ROWS_TRIED, common_width
from components.core.text.table_header import distinct_names, is_header
from components.core.text.table_rows import MOST_COLUMNS, DelimitedRow, Reason, RejectedRow, Row, rejected_row


@dataclass(frozen=True, eq=False)
class TableReading:
    """A delimited table as it is read: C columns, R rows."""

    has_header: bool  # True if the first row holds the names of the columns
    columns: tuple[str, ...]  # C, distinct and not empty
    rows: tuple[Row, ...]
    rejected: tuple[RejectedRow, ...]  # by line
    merged: int  # rows in which a delimiter before a blank was read as part of the text


@dataclass(frozen=True, eq=False)
class DelimitedTable:
    """The rows of a file, before it is settled which of them hold what."""

    source: tuple[DelimitedRow, ...]  # none of them empty
    unread: tuple[RejectedRow, ...]  # those that cannot be divided into fields

    def reading(self, has_header: bool | None = None) -> TableReading:
        """Return the table with its first row as names of columns, as data, or, of None, as what it probably is.

        Rows of fewer or more fields than there are columns are rejected. Raises UploadError for more than MOST_COLUMNS
        columns, and for names without a row below them.
        """
        if not self.source:
            return TableReading(False, (), (), self.unread, 0)
        if has_header is None:
            has_header = self._probably_has_header()
        width = self._header_width() if has_header else common_width(self.source)[0]
        if width > MOST_COLUMNS:
            raise UploadError(
                f"This file has {width:,} columns; at most {MOST_COLUMNS} are read. "
                "Leave out those that are not needed."
            )
        rows: list[Row] = []
        rejected = list(self.unread)
        merged = 0
        for row in self.source[has_header:]:
            if (fields := row.fit(width)) is not None:
                rows.append((row.line, fields))
                merged += fields != row.fields[:width]
            else:
                fields_found = ", ".join(row.fields)
                rejected.append(rejected_row(row.line, self._misfit(row, width), fields_found, Reason.FIELDS))
        first = self.source[0]
        names = (first.fit(width) if has_header else None) or ("",) * width
        if has_header and not rows and not any(each.text for each in rejected):
            raise UploadError(
                f"Line {first.line:,} was read as the names of {width} column{'s' * (width != 1)} "
                f"({', '.join(distinct_names(names))}), and there is no row below it. Add rows; or save it as .txt, "
                "where every line is a sentence."
            )
        # A delimiter at the end of each row makes a column without a name and with nothing in it.
        while width > 1 and not names[width - 1] and not any(fields[width - 1] for _, fields in rows):
            width -= 1
        return TableReading(
            has_header,
            distinct_names(names[:width]),
            tuple((line, fields[:width]) for line, fields in rows),
            tuple(sorted(rejected, key=lambda each: each.line)),
            merged,
        )

    def _probably_has_header(self) -> bool:
        width, _ = common_width(self.source)
        first = self.source[0].fit(width) or self.source[0].fields
        fitted = (row.fit(len(first)) for row in self.source[1:ROWS_TRIED])
        return is_header(first, [fields for fields in fitted if fields is not None])

    def _header_width(self) -> int:
        """Return how many columns the first row names, with empty names at its end only where rows fill them."""
        first = self.source[0]
        named = max(number for number, name in enumerate(first.fields, 1) if name)
        tried = self.source[:ROWS_TRIED]
        # Each empty name at the end may be of a column, or of none.
        widths = [len(first.merged), *range(named, min(len(first.fields), named + MOST_COLUMNS) + 1)]
        return max(widths, key=lambda width: (sum(row.fit(width) is not None for row in tried), -width))

    def _misfit(self, row: DelimitedRow, width: int) -> str:
        """Return why a row does not fit, in the words of RejectedRow.why."""
        first = self.source[0]
        count = len(row.fields)
        beside = f"line {first.line:,} has" if first.fit(width) is not None else "most rows have"
        return f"has {count} field{'s' * (count != 1)} where {beside} {width}"
