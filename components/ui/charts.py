"""Putting a figure on the page: its description, its numbers as CSV, and its download format."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.core.attention.quantization import QuantizedWeights
from components.ui import state
from components.views.heads import Axes, Caption, heads, one_head
from components.views.links import links
from components.views.paths import Path, paths
from components.views.scatter import Group, scatter
from components.views.tiles import Labels, tiles

# Dimensions that fit the width of a page as cells that can be pointed at.
_DIMENSIONS = 96

Numbers = Callable[[], pd.DataFrame]


def show(figure: go.Figure, *, key: str, alt: str, numbers: Numbers) -> None:
    """Draw a Plotly figure, with a camera that saves it and a button for its numbers.

    key: names the figure, its files and its widgets. alt: what it shows, for those who do not see it.
    """
    with st.container(gap=None):
        st.plotly_chart(
            figure,
            key=f"figure_{key}",
            alt=alt,
            config={
                "displaylogo": False,
                "displayModeBar": True,
                "modeBarButtons": [["toImage"]],
                "toImageButtonOptions": {
                    "format": st.session_state.get(state.Shared.FIGURE_FORMAT, "PNG").lower(),
                    "filename": _file(key),
                    "scale": 2,
                },
            },
        )
        numbers_button(numbers, key)


def show_tiles(matrices: np.ndarray, labels: Labels, *, key: str, alt: str, numbers: Numbers, **options: Any) -> None:
    """Draw matrices as tiles, with buttons that save the picture and its numbers; options as for `tiles`."""
    with st.container(gap=None):
        tiles(matrices, labels, key=key, alt=alt, file=_file(key), **options)
        numbers_button(numbers, key)


def show_strip(matrix: np.ndarray, rows: Sequence[str], *, key: str, alt: str, numbers: Numbers, height: int) -> None:
    """Draw the first dimensions of a matrix as one strip of cells, a row for each of `rows`. height: in pixels."""
    show_tiles(
        matrix[None, : len(rows), :_DIMENSIONS],
        Labels(tuple(rows), hint=dimensions_hint(matrix.shape[1], _DIMENSIONS)),
        key=key,
        alt=alt,
        numbers=numbers,
        limit=float(np.percentile(np.abs(matrix), 99)),
        tile_height=height,
    )


def dimensions_hint(width: int, most: int) -> str:
    """What stands under a strip that shows at most so many of a matrix's dimensions."""
    return f"Point at a cell to read it. Shown: dimensions 1 to {min(width, most)} of {width}."


def show_paths(
    points: np.ndarray, things: Sequence[Path], *, key: str, alt: str, numbers: Numbers, **options: Any
) -> None:
    """Draw paths through the layers, with buttons that save the picture and its numbers; options as for `paths`."""
    with st.container(gap=None):
        paths(points, things, key=key, alt=alt, file=_file(key), **options)
        numbers_button(numbers, key)


def show_heads(
    weights: QuantizedWeights,
    axes: Axes,
    captions: Sequence[Caption],
    *,
    key: str,
    alt: str,
    numbers: Numbers,
    **options: Any,
) -> None:
    """Draw the thumbnails of heads, with buttons that save the picture and its numbers; options as for `heads`."""
    with st.container(gap=None):
        heads(weights, axes, captions, key=key, alt=alt, file=_file(key), **options)
        numbers_button(numbers, key)


def show_one_head(
    weights: QuantizedWeights, axes: Axes, caption: Caption, *, key: str, alt: str, numbers: Numbers, **options: Any
) -> None:
    """Draw one head large, with buttons that save the picture and its numbers; options as for `one_head`."""
    with st.container(gap=None):
        one_head(weights, axes, caption, key=key, alt=alt, file=_file(key), **options)
        numbers_button(numbers, key)


def show_links(
    weights: QuantizedWeights, axes: Axes, names: Sequence[str], *, key: str, alt: str, numbers: Numbers, **options: Any
) -> None:
    """Draw attention as lines, with buttons that save the picture and its numbers; options as for `links`."""
    with st.container(gap=None):
        links(weights, axes, names, key=key, alt=alt, file=_file(key), **options)
        numbers_button(numbers, key)


def show_scatter(
    points: np.ndarray,
    says: Sequence[str],
    groups: Sequence[Group],
    group_of: np.ndarray,
    *,
    key: str,
    alt: str,
    numbers: Numbers,
    **options: Any,
) -> None:
    """Draw sentences as dots, with buttons that save the picture and its numbers; options as for `scatter`."""
    with st.container(gap=None):
        scatter(points, says, groups, group_of, key=key, alt=alt, file=_file(key), **options)
        numbers_button(numbers, key)


def numbers_button(numbers: Numbers, key: str, label: str = "Numbers (CSV)") -> None:
    """A quiet button that saves the numbers of a figure; they are gathered only when it is pressed."""
    st.download_button(
        label,
        lambda: numbers().to_csv().encode("utf-8"),
        file_name=f"{_file(key)}.csv",
        mime="text/csv",
        key=f"numbers_{key}",
        type="tertiary",
        on_click="ignore",
    )


def _file(key: str) -> str:
    return f"encoderscope-{key}"
