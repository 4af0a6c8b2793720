"""Rows of a reader's file that are not used, each with its line and the reason."""

import html
from collections.abc import Mapping, Sequence

import streamlit as st

from components.core.text.table_rows import RejectedRow
from components.ui.page import raw_markup as markup
from components.ui.wording import format_count

_LISTED = 50


def draw_rejected_rows(rejected: Mapping[str, Sequence[RejectedRow]], noun: str = "row") -> None:
    """List what is not used, by the name of the file, folded away; nothing if there is none. noun: for one of them."""
    count = sum(map(len, rejected.values()))
    if not count:
        return
    with st.expander(f"What was left out: {format_count(count, noun)}"):
        for name, rows in rejected.items():
            if rows:
                markup(f'<p class="es-count">{html.escape(name)}</p>' if name else "", _list(rows))


def _list(rows: Sequence[RejectedRow]) -> str:
    listed = "".join(
        f"<li>Line {each.line:,} {html.escape(each.why)}"
        + (f': <span dir="auto">{html.escape(each.text)}</span></li>' if each.text else "</li>")
        for each in rows[:_LISTED]
    )
    more = f"<li>And {len(rows) - _LISTED:,} more.</li>" if len(rows) > _LISTED else ""
    return f'<ul class="es-list">{listed}{more}</ul>'
