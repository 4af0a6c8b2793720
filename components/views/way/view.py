"""Python side of the way view: it takes the rows of the picture and returns what is clicked."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path as File
from typing import Any

import numpy as np
import streamlit as st

from components.core.classroom.guesses import NOBODY, Guesses
from components.core.classroom.strips import strips
from components.figures.palette import DARK, LIGHT
from components.views import picture

_HERE = File(__file__).parent
# Stacks of guesses side by side in the narrow column.
_PLACES = 24
_mount = st.components.v2.component(
    "encoderscope_way",
    html=picture.frame_html(
        '<canvas class="picture"></canvas><canvas class="overlay" aria-hidden="true"></canvas>'
        '<nav class="links" aria-label="Steps"></nav>'
    ),
    css=picture.CSS + (_HERE / "way.css").read_text(encoding="utf-8"),
    js=picture.JS
    + picture.STRIPS_JS
    + "".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in ("layout", "paint", "way")),
)


@dataclass(frozen=True, eq=False)
class Row:
    """One step: its name and a few words at the left, its numbers at the right.

    A row shows one of: tokens; a matrix (S, E) of numbers around 0; thumbnails (L, H, s, s) of weights from 0 to 1.
    """

    name: str
    role: str  # the name of its colour in the palette
    says: str
    shape: str = ""
    page: str = ""  # where a click on the name leads; "" if nowhere
    tokens: tuple[str, ...] = ()
    matrix: np.ndarray | None = None
    heads: np.ndarray | None = None
    limit: float = 1.0  # the number of the strongest colour of a matrix


@dataclass(frozen=True)
class Path:
    """A number for some of the rows, drawn at the right as a dot each on one scale."""

    title: str
    values: tuple[float | None, ...]
    guesses: Guesses[float] = NOBODY  # of the last value

    def described(self) -> dict[str, Any]:
        """Return the path as the view reads it: its lower end, and the guesses of a class in stacks."""
        own = [] if self.guesses.own is None else [self.guesses.own]
        known = [value for value in self.values if value is not None]
        low = min([0.0, *known, *own, *(value for each in self.guesses.rounds for value in each)])
        return {
            "title": self.title,
            "values": self.values,
            "low": low,
            "guess": self.guesses.own,
            "rounds": [asdict(each) for each in strips(self.guesses, low, 1, _PLACES)],
            "places": _PLACES,
        }


def way(
    rows: Sequence[Row],
    tokens: tuple[str, ...],
    *,
    key: str,
    alt: str,
    file: str,
    hint: str,
    path: Path | None = None,
    subject: str = "",
    on_page: Callable[[str], None] | None = None,
    on_head: Callable[[int, int], None] | None = None,
    on_cell: Callable[[int, int], None] | None = None,
) -> None:
    """Draw the rows under one another in the height that the window leaves.

    tokens: the labels of the rows of matrices. path: a column at the right. subject: what the rows are of; when it
    changes, its numbers move from row to row, once. on_page, on_head: called with the page of a clicked name, or with
    the layer and the head of a clicked thumbnail, counted from 0, before the page runs again. on_cell: likewise with
    the row and the column of a clicked number of a matrix.
    """
    described: list[dict[str, Any]] = []
    numbers: list[np.ndarray] = []
    shades: list[np.ndarray] = []
    for row in rows:
        one: dict[str, Any] = {
            "name": row.name,
            "says": row.says,
            "shape": row.shape,
            "page": row.page,
            "colour": {"light": getattr(LIGHT, row.role), "dark": getattr(DARK, row.role)},
            "tokens": row.tokens,
            "limit": row.limit,
        }
        if row.matrix is not None:
            one |= {"matrix": row.matrix.shape}
            numbers.append(row.matrix.astype("<f4").ravel())
        if row.heads is not None:
            one |= {"heads": row.heads.shape}
            shades.append(np.rint(row.heads * 255).astype(np.uint8).ravel())
        described.append(one)
    data = {
        "rows": described,
        "tokens": tokens,
        "path": None if path is None else path.described(),
        "subject": subject,
        "cells_clickable": on_cell is not None,
        "ramps": {
            theme: {scale: getattr(colours, scale) for scale in ("diverging", "sequential")}
            for theme, colours in (("light", LIGHT), ("dark", DARK))
        },
        "colours": {
            theme: {name: getattr(colours, name) for name in ("ink", "quiet", "line", "query", "word", "paper")}
            for theme, colours in (("light", LIGHT), ("dark", DARK))
        },
        "hint": hint,
        "alt": alt,
        "file": file,
    }

    def opened() -> None:
        page = st.session_state[key].page
        if on_page is not None and page is not None:
            on_page(str(page))

    def picked() -> None:
        head = st.session_state[key].head
        if on_head is not None and head is not None:
            on_head(*(int(number) for number in head))

    def followed() -> None:
        cell = st.session_state[key].cell
        if on_cell is not None and cell is not None:
            on_cell(*(int(number) for number in cell))

    values = b"".join(each.tobytes() for each in numbers + shades)
    _mount(
        key=key,
        data=picture.pack_payload(data, values),
        on_page_change=opened,
        on_head_change=picked,
        on_cell_change=followed,
    )
