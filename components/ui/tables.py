"""Small tables of text and numbers, as part of the page's own markup."""

from collections.abc import Collection, Sequence

from markupsafe import Markup

from components.ui.page import markup

_PROSE_CELL = Markup('<td class="es-prose" dir="auto">{}</td>')
_NUMBER_CELL = Markup("<td>{}</td>")


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], caption: str, prose: Collection[int] = ()) -> None:
    """Draw a table whose first column names its rows. caption: what it holds, for those who do not see it.

    prose: which of the columns, counted from 0, hold text rather than numbers; the first one always does.
    """
    markup(table_markup(columns, rows, caption, prose))


def table_markup(
    columns: Sequence[str], rows: Sequence[Sequence[str]], caption: str, prose: Collection[int] = ()
) -> Markup:
    """Return the table that `table` draws."""
    head = Markup("").join(
        Markup('<th scope="col" class="{}">{}</th>').format("es-prose" if index in prose else "es-number", column)
        for index, column in enumerate(columns)
    )
    body = Markup("").join(
        Markup('<tr><th scope="row" dir="auto">{}</th>{}</tr>').format(
            row[0],
            Markup("").join(
                (_PROSE_CELL if index in prose else _NUMBER_CELL).format(cell) for index, cell in enumerate(row[1:], 1)
            ),
        )
        for row in rows
    )
    return Markup(
        '<table class="es-table"><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(caption, head, body)
