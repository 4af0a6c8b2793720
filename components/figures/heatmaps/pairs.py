"""Pairs of texts: each first text against each second one."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.figures.base import Spec, axis, build_figure
from components.figures.heatmaps.base import heatmap_trace
from components.figures.palette import Palette, colour_scale

#: Row and column of a cell → the colour of its outline.
Outlines = Mapping[tuple[int, int], str]
_NUMBERED: Spec = {"type": "category", "showgrid": False, "zeroline": False}


def pair_matrix(
    values: Float[np.ndarray, "N N"],
    unit: str,
    palette: Palette,
    *,
    reach: tuple[float, float],
    decimals: int,
    outlined: Outlines,
    marks: Mapping[tuple[int, int], str] = MappingProxyType({}),
) -> go.Figure:
    """Draw a number for each first text, a row, with each second text, a column; they are numbered from 1.

    unit: what the numbers are. reach: where the colours begin and end; they are centred on 0 if it lies between.
    decimals: of the numbers in the cells. outlined: the cells that stand out. marks: cells → what stands behind their
    numbers.
    """
    names = [str(number) for number in range(1, len(values) + 1)]
    low, high = reach
    is_signed = low < 0
    most = max(-low, high)
    heatmap: Spec = heatmap_trace(values, names, unit, "first text %{y}, second text %{x}", f".{max(decimals, 4)}f")
    heatmap |= {
        "zmin": -most if is_signed else low,
        "zmax": most if is_signed else high,
        "colorscale": colour_scale(palette.diverging if is_signed else palette.sequential),
        "showscale": False,
        "text": [
            [_written(number, decimals) + marks.get((row, column), "") for column, number in enumerate(numbers)]
            for row, numbers in enumerate(values)
        ],
        "texttemplate": "%{text}",
        "xgap": 2,
        "ygap": 2,
    }
    return build_figure(
        [heatmap],
        axis("second text of pair", side="top", **_NUMBERED),
        axis("first text of pair", autorange="reversed", **_NUMBERED),
        palette,
        44 * len(names) + 90,
        shapes=[_outline(cell, colour) for cell, colour in outlined.items()],
    )


def _outline(cell: tuple[int, int], colour: str) -> Spec:
    row, column = cell
    ends = {"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
    return {"type": "rect", "line": {"color": colour, "width": 3}, **ends}


def _written(number: float, decimals: int) -> str:
    """Print a number with a true minus sign, and no zero before the point, to fit on a phone.

    >>> _written(-0.314, 2), _written(11.26, 1), _written(-0.001, 2)
    ('−.31', '11.3', '.00')
    """
    # Adding 0 turns a rounded −0.0 into 0.0.
    printed = f"{round(float(number), decimals) + 0:.{decimals}f}"
    return printed.replace("-", "−").replace("−0.", "−.").removeprefix("0" if printed.startswith("0.") else "")
