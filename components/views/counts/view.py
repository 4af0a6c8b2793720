"""Python side of the counts view: it takes a table of counts and returns the cell that is clicked."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import streamlit as st
from jaxtyping import Int
from numpy import ndarray

from components.figures.palette import DARK, LIGHT
from components.views import picture

_HERE = Path(__file__).parent
_mount = st.components.v2.component(
    "encoderscope_counts",
    html=picture.frame_html('<svg class="picture"></svg>'),
    css=picture.CSS + (_HERE / "counts.css").read_text(encoding="utf-8"),
    js=picture.JS + (_HERE / "counts.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Side:
    """The rows or the columns: what they are, and the name of each."""

    title: str
    names: tuple[str, ...]


def counts_table(
    counts: Int[ndarray, "R C"],
    rows: Side,
    columns: Side,
    *,
    unit: str,
    key: str,
    alt: str,
    file: str,
    on_cell: Callable[[int, int], None],
    picked: tuple[int, int] | None = None,
) -> None:
    """Draw how often each row met each column, in colours and, where they fit, in numbers.

    Where not all names fit, those of the rows and columns whose counts are most spread are drawn; the line below names
    every cell. unit: the things counted. on_cell: called with the row and the column of a clicked cell, before the page
    runs again. picked: the cell that is framed.
    """

    def clicked() -> None:
        cell: Sequence[float] | None = st.session_state[key].cell
        if cell is not None:
            on_cell(int(cell[0]), int(cell[1]))

    data = {
        "counts": counts.tolist(),
        "rows": asdict(rows),
        "columns": asdict(columns),
        "unit": unit,
        "picked": list(picked) if picked else None,
        "colours": {
            theme: {
                "ramp": palette.sequential,
                "ink": palette.ink,
                "paper": palette.paper,
                "quiet": palette.quiet,
                "query": palette.query,
            }
            for theme, palette in {"light": LIGHT, "dark": DARK}.items()
        },
        "alt": alt,
        "file": file,
    }
    _mount(key=key, data=data, on_cell_change=clicked)
