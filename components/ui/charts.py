"""Putting a figure on the page: its description, and what the Save menu needs to save it and its numbers."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, Protocol

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.figures.type_size import enlarge
from components.ui.stage import frame
from components.ui.stage.frame import SavedPicture
from components.ui.stage.window import text_scale
from components.views.tiles import Labels, tiles

# Dimensions that fit the width of a page as cells that can be pointed at.
_DIMENSIONS = 96

Numbers = Callable[[], pd.DataFrame]


class Picture(Protocol):
    """One of our own views with all that it shows, to be drawn under a name."""

    def __call__(self, *, key: str, alt: str, file: str) -> None:
        """Draw it. file: the name under which it is saved, without its ending."""


def show(picture: go.Figure | Picture, *, key: str, alt: str, numbers: Numbers) -> None:
    """Draw a picture, and list it and its numbers in the Save menu.

    picture: a Plotly figure, or one of our own views that still lacks its name, as in `partial(tiles, values, labels)`.
    key: names the picture, its files and its widgets. alt: what it shows, for those who do not see it and as the
    caption of the saved picture. numbers: what the CSV file holds.
    """
    if isinstance(picture, go.Figure):
        _draw_figure(picture, key, alt)
    else:
        picture(key=key, alt=alt, file=_file(key))
    frame.current().saved.append(SavedPicture(key, key.replace("-", " "), _file(key), alt, numbers))


def _draw_figure(figure: go.Figure, key: str, alt: str) -> None:
    st.plotly_chart(
        enlarge(figure, text_scale()),
        height="stretch",
        key=f"figure_{key}",
        alt=alt,
        config={"displayModeBar": False},
    )


def strip(matrix: np.ndarray, rows: Sequence[str], *, height: int, moves: Literal["pools"] | None = None) -> Picture:
    """Return a picture of the first dimensions of a matrix, one strip of cells for each of `rows`.

    matrix: (N, D), N not fewer than the rows; a row of NaN is empty. height: in pixels. moves: as for `tiles`.
    """
    return partial(
        tiles,
        matrix[None, : len(rows), :_DIMENSIONS],
        Labels(tuple(rows), hint=dimensions_hint(matrix.shape[1], _DIMENSIONS)),
        limit=float(np.nanpercentile(np.abs(matrix), 99)),
        tile_height=height,
        moves=moves,
    )


def dimensions_hint(width: int, most: int) -> str:
    """The readout's hint for a strip that shows only the first dimensions of a matrix."""
    return f"Point at a cell to read it. Shown: dimensions 1 to {min(width, most)} of {width}."


def _file(key: str) -> str:
    return f"encoderscope-{key}"
