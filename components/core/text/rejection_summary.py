"""What of a file is not used, in one sentence: how many rows, for which reason, and which lines they are."""

from collections.abc import Iterable, Sequence
from itertools import islice

from components.core.text.table_rows import Reason, RejectedRow

#: Lines, or runs of lines, that are named for each reason.
_MOST_NAMED = 4


def summarise_rejected(rejected: Sequence[RejectedRow]) -> str:
    """Return the number of rows for each reason with their lines, the most frequent reason first; "" for no rows.

    >>> rows = [RejectedRow(n, "is empty", "", reason=Reason.NO_TEXT) for n in (2, 3, 4, 9)]
    >>> summarise_rejected([*rows, RejectedRow(20, "is not read", "", 81, Reason.BEYOND_LIMIT)])
    '81 beyond the limit (lines 20 to 100), 4 without text (lines 2 to 4 and 9)'
    """
    reasons: dict[Reason, list[RejectedRow]] = {}
    for each in rejected:
        reasons.setdefault(each.reason, []).append(each)
    counts = {reason: sum(each.rows for each in rows) for reason, rows in reasons.items()}
    return ", ".join(
        f"{counts[reason]:,} {reason.value} ({_lines(reasons[reason], counts[reason])})"
        for reason in sorted(counts, key=counts.__getitem__, reverse=True)
    )


def _lines(rows: Sequence[RejectedRow], count: int) -> str:
    """Name the lines of rows that are rejected for one reason; count: how many rows these are."""
    named, parts = 0, []
    for first, last in islice(_runs(rows), _MOST_NAMED):
        named += last - first + 1
        parts.append(f"{first:,}" if first == last else f"{first:,} to {last:,}")
    if named < count:
        parts.append(f"{count - named:,} more")
    said = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"line{'s' * (count != 1)} {said}"


def _runs(rows: Iterable[RejectedRow]) -> Iterable[tuple[int, int]]:
    """Yield first and last line of each run of rows in neighbouring lines."""
    run: tuple[int, int] | None = None
    for each in rows:
        # Only lines that are not read stand for all that follow them; others are scattered over the file.
        last = each.line + (each.rows - 1 if each.reason is Reason.BEYOND_LIMIT else 0)
        if run and each.line == run[1] + 1:
            run = run[0], last
        else:
            if run:
                yield run
            run = each.line, last
    if run:
        yield run
