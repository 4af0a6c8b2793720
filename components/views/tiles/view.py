"""Python side of the tiles view: it takes matrices and returns the tile that is clicked."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import streamlit as st

from components.figures.palette import DARK, LIGHT
from components.views import picture

_HERE = Path(__file__).parent
_mount = st.components.v2.component(
    "encoderscope_tiles",
    html=picture.frame_html('<canvas class="picture"></canvas><canvas class="overlay" aria-hidden="true"></canvas>'),
    css=picture.CSS + (_HERE / "tiles.css").read_text(encoding="utf-8"),
    js=picture.JS
    + (_HERE / "paint.js").read_text(encoding="utf-8")
    + (_HERE / "movement.js").read_text(encoding="utf-8")
    + (_HERE / "tiles.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Labels:
    """The words of the readout under the picture, which names a cell as "row joint column value"."""

    rows: tuple[str, ...]
    columns: tuple[str, ...] = ()  # empty: columns are counted, "dimension 7"
    joint: str = "·"
    column_word: str = "dimension"
    counted_on: bool = False  # the columns of a row are counted on from the row above, and rows have no names
    hint: str = "Point at a cell to read it."


def tiles(
    values: np.ndarray,
    labels: Labels,
    *,
    key: str,
    alt: str,
    file: str,
    names: tuple[str, ...] = ("",),
    scale: str = "diverging",
    limit: float | None = None,
    decimals: int = 3,
    columns: tuple[int, ...] = (1,),
    smallest_tile: int = 1,
    tile_height: int | None = None,
    show_names: bool = False,
    selected: int = -1,
    framed: tuple[int, int] | None = None,
    moves: Literal["adds", "pools"] | None = None,
    on_pick: Callable[[int], None] | None = None,
    on_cell: Callable[[int, int], None] | None = None,
) -> None:
    """Draw N matrices of h × w cells.

    values: (N, h, w). scale: "diverging" from -limit to limit, or "sequential" from 0 to limit. limit: by default the
    largest magnitude. decimals: of the numbers in the readout; -1 for no numbers (pooled pictures). columns: numbers of
    tiles in a row to try; the first that gives each tile `smallest_tile` pixels is used. tile_height: in pixels; a
    square if None. moves: what the picture shows by moving when it opens: that the last matrix is the sum of the
    others, or that the row below an empty one is the mean of the rows above. A cell that is NaN is empty.
    framed: the row and the column of a cell that stands out.
    on_pick: called with the index of a clicked matrix before the page runs again; without it nothing can be clicked.
    on_cell: the same for a cell, called with its row and its column.
    """
    largest = float(np.nanmax(np.abs(values))) if limit is None else limit
    as_bytes = decimals < 0
    low = -largest if scale == "diverging" else 0.0
    # Where only colours are drawn from the values, never a number, a byte each is enough.
    shades = (values - low) / ((largest - low) or 1) * 255
    sent = np.rint(shades).astype(np.uint8) if as_bytes else values.astype("<f4")
    description = {
        "kind": "uint8" if as_bytes else "float32",
        "low": 0 if as_bytes else low,
        "high": 255 if as_bytes else largest,
        "height": values.shape[1],
        "width": values.shape[2],
        "names": names,
        "row_labels": labels.rows,
        "column_labels": labels.columns,
        "column_word": labels.column_word,
        "counted_on": labels.counted_on,
        "joint": labels.joint,
        "hint": labels.hint,
        "decimals": decimals,
        "ramps": {"light": getattr(LIGHT, scale), "dark": getattr(DARK, scale)},
        "accent": {"light": LIGHT.query, "dark": DARK.query},
        "columns": columns,
        "smallest_tile": smallest_tile,
        "tile_height": tile_height,
        "show_names": show_names,
        "selected": selected,
        "framed": framed,
        "moves": moves,
        "clickable": on_pick is not None,
        "cells_clickable": on_cell is not None,
        "alt": alt,
        "file": file,
    }

    def picked() -> None:
        number = st.session_state[key].picked
        if on_pick is not None and number is not None:
            on_pick(int(number))

    def picked_cell() -> None:
        cell = st.session_state[key].cell
        if on_cell is not None and cell is not None:
            on_cell(*(int(number) for number in cell))

    _mount(
        key=key,
        data=picture.pack_payload(description, sent.tobytes()),
        on_picked_change=picked,
        on_cell_change=picked_cell,
    )
