"""Rows of a reader's file that are not used, each with its line and the reason."""

import html
from collections.abc import Mapping, Sequence

import streamlit as st

from components.core.text.table_rows import LeftOut
from components.ui.page import markup
from components.ui.wording import counted

_LISTED = 50


def draw_left_out(left_out: Mapping[str, Sequence[LeftOut]], noun: str = "row") -> None:
    """List what is not used, by the name of the file, folded away; nothing if there is none. noun: for one of them."""
    count = sum(map(len, left_out.values()))
    if not count:
        return
    with st.expander(f"What was left out: {counted(count, noun)}"):
        for name, rows in left_out.items():
            if rows:
                markup(f'<p class="es-count">{html.escape(name)}</p>' if name else "", _list(rows))


def _list(rows: Sequence[LeftOut]) -> str:
    listed = "".join(
        f"<li>Line {each.line:,} {html.escape(each.why)}"
        + (f': <span dir="auto">{html.escape(each.text)}</span></li>' if each.text else "</li>")
        for each in rows[:_LISTED]
    )
    more = f"<li>And {len(rows) - _LISTED:,} more.</li>" if len(rows) > _LISTED else ""
    return f'<ul class="es-list">{listed}{more}</ul>'
