"""Rows of a reader's file that are not used: how many for which reason, and each with its line."""

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from components.core.text.rejection_summary import summarise_rejected
from components.core.text.table_rows import RejectedRow
from components.ui.page import markup
from components.ui.wording import format_count, plain_label

_LISTED = 50


def draw_rejected_rows(rejected: Mapping[str, Sequence[RejectedRow]], noun: str = "row") -> None:
    """Count the rows that are not used by reason, and list them, folded away; draw nothing if there is none.

    rejected: by the name of the file, which is "" for a single one.

    noun: the word for one of them.
    """
    count = sum(each.rows for rows in rejected.values() for each in rows)
    if not count:
        return
    reasons = "; ".join(
        f"{f'{plain_label(name)}: ' if name else ''}{summarise_rejected(rows)}"
        for name, rows in rejected.items()
        if rows
    )
    with st.expander(f"What was left out: {format_count(count, noun)} – {reasons}"):
        for name, rows in rejected.items():
            if rows:
                markup(Markup('<p class="es-count">{}</p>').format(name) if name else "", _list(rows))


def say_what_is_used(count: int, noun: str, rejected: Iterable[Sequence[RejectedRow]]) -> None:
    """Say how many rows of a reader's table are used, and which are not. rejected: of each file."""
    used, out = f"{format_count(count, noun)} in use.", "; ".join(filter(None, map(summarise_rejected, rejected)))
    markup(Markup('<p class="es-note">{}{}</p>').format(used, f" Left out: {out}." if out else ""))


def _list(rows: Sequence[RejectedRow]) -> Markup:
    """Return the first rows as a list, those that stand for many before all others."""
    ordered = sorted(rows, key=lambda each: each.rows == 1)
    more = sum(each.rows for each in ordered[_LISTED:])
    last = Markup("<li>And {:,} more.</li>").format(more) if more else ""
    return Markup('<ul class="es-list">{}{}</ul>').format(Markup("").join(map(_item, ordered[:_LISTED])), last)


def _item(row: RejectedRow) -> Markup:
    text = Markup(': <span dir="auto">{}</span>').format(row.text) if row.text else ""
    return Markup("<li>Line {:,} {}{}</li>").format(row.line, row.why, text)
