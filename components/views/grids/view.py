"""Python side of the grids view: it takes tables of numbers and returns the cell that is clicked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from jaxtyping import Float

from components.figures.palette import DARK, LIGHT
from components.views import picture

_HERE = Path(__file__).parent
_ROLES = ("ink", "quiet", "paper", "query")
_mount = st.components.v2.component(
    "encoderscope_grids",
    html=picture.frame_html('<canvas class="picture"></canvas><canvas class="overlay" aria-hidden="true"></canvas>'),
    css=picture.CSS + (_HERE / "grids.css").read_text(encoding="utf-8"),
    js=picture.JS
    + "".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in ("layout", "paint", "grids")),
)


@dataclass(frozen=True, eq=False)
class Grid:
    """One table: its name, the role of the name's colour in the palette, and its numbers."""

    name: str  # "" for one table alone
    role: str
    values: Float[np.ndarray, "R C"]


@dataclass(frozen=True)
class Shade:
    """From which number to which the colours go, from pale to strong, and how numbers are printed.

    written: decimals in a cell, where it has room; None for none. read: decimals below the picture and at the scale.
    """

    low: float
    high: float
    name: str
    unit: str = ""
    written: int | None = None
    read: int = 1


def grids(
    shown: Sequence[Grid],
    rows: Sequence[str],
    columns: Sequence[str],
    shade: Shade,
    *,
    key: str,
    alt: str,
    file: str,
    hint: str,
    row_word: str = "layer",
    selected: tuple[int, int | None] | None = None,
    on_cell: Callable[[int, int], None] | None = None,
) -> None:
    """Draw tables of the same rows and columns under one another, on one scale.

    rows, columns: their labels, in the same order. row_word: what a row is. selected: the row and the column of a
    framed cell, counted from 0; without a column, the row. on_cell: called with both of a clicked cell before the page
    runs again; without it nothing can be clicked.
    """
    data = {
        "grids": [
            {"name": each.name, "colour": {"light": getattr(LIGHT, each.role), "dark": getattr(DARK, each.role)}}
            for each in shown
        ],
        "rows": list(rows),
        "columns": list(columns),
        "row_word": row_word,
        "low": shade.low,
        "high": shade.high,
        "scale": shade.name,
        "unit": shade.unit,
        "written": shade.written,
        "read": shade.read,
        "selected": selected,
        "clickable": on_cell is not None,
        "ramps": {"light": LIGHT.sequential, "dark": DARK.sequential},
        "colours": {
            theme: {name: getattr(colours, name) for name in _ROLES}
            for theme, colours in (("light", LIGHT), ("dark", DARK))
        },
        "hint": hint,
        "alt": alt,
        "file": file,
    }

    def picked() -> None:
        cell = st.session_state[key].cell
        if on_cell is not None and cell is not None:
            on_cell(*(int(number) for number in cell))

    values = np.stack([each.values for each in shown]).astype("<f4")
    _mount(key=key, data=picture.pack_payload(data, values.tobytes()), on_cell_change=picked)
