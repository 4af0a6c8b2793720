"""Small tables of text and numbers, as part of the page's own markup."""

import html
from collections.abc import Collection, Sequence

from components.ui.page import raw_markup as markup


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], caption: str, prose: Collection[int] = ()) -> None:
    """Draw a table whose first column names its rows. caption: what it holds, for those who do not see it.

    prose: which of the columns, counted from 0, hold text rather than numbers; the first one always does.
    """
    head = "".join(
        f'<th scope="col" class="{"es-prose" if place in prose else "es-number"}">{html.escape(column)}</th>'
        for place, column in enumerate(columns)
    )
    body = "".join(
        f'<tr><th scope="row" dir="auto">{html.escape(row[0])}</th>'
        + "".join(
            f'<td class="es-prose" dir="auto">{html.escape(cell)}</td>'
            if place in prose
            else f"<td>{html.escape(cell)}</td>"
            for place, cell in enumerate(row[1:], 1)
        )
        + "</tr>"
        for row in rows
    )
    markup(
        f'<table class="es-table"><caption>{html.escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
