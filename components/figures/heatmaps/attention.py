"""Attention weights: rows are queries, columns are keys."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.figures.base import axis_positions
from components.figures.heatmaps.base import ROW_HEIGHT, cosine_scale, heatmap_trace, square_figure
from components.figures.palette import Palette, colour_scale


def attention_heatmap(
    weights: Float[np.ndarray, "S S"],
    labels: Sequence[str],
    palette: Palette,
    first: int = 1,
    step: int = 1,
    cell: int = ROW_HEIGHT,
) -> go.Figure:
    """Draw one head's attention weights. Rows are queries (who is looking), columns are keys (at whom).

    labels: S tokens; the first is token number `first` of the text, and each stands for `step` tokens. cell: a row's
    height in pixels; rows are lower where the figure would be taller than a screen.
    """
    heatmap = heatmap_trace(weights, axis_positions(labels, first, step), "weight", "%{y} → %{x}")
    heatmap |= {"zmin": 0, "zmax": 1, "colorscale": colour_scale(palette.sequential)}
    return square_figure(heatmap, labels, "key: at whom", "query: who is looking", palette, first, step, cell)


def share_heatmap(
    shares: Float[np.ndarray, "S S"], labels: Sequence[str], palette: Palette, highest: float, step: int = 1
) -> go.Figure:
    """Draw the share of each row that each key brings, with the scale at its side, where it takes no height.

    labels: S tokens, each standing for `step` tokens. highest: the share in full colour.
    """
    heatmap = heatmap_trace(shares, axis_positions(labels, 1, step), "share", "%{y} ← %{x}")
    heatmap |= {"zmin": 0, "zmax": highest, "colorscale": colour_scale(palette.sequential)}
    heatmap["colorbar"] = {"title": {"text": "share", "side": "top"}, "thickness": 10, "tickformat": ".0%", "nticks": 4}
    return square_figure(heatmap, labels, "key: who brings", "query: who gets", palette, 1, step, cell=28)


def attention_difference(
    differences: Float[np.ndarray, "S S"],
    labels: Sequence[str],
    palette: Palette,
    first: int = 1,
    step: int = 1,
    cell: int = ROW_HEIGHT,
) -> go.Figure:
    """Draw one head's attention weights minus another's: blue where they are higher, red where they are lower.

    differences: from −1 to 1; NaN where one of the two has no such cell. The rest as for attention_heatmap().
    """
    heatmap = heatmap_trace(
        differences, axis_positions(labels, first, step), "difference", "%{y} → %{x}", decimals="+.3f"
    )
    heatmap |= cosine_scale(palette)
    heatmap["colorbar"] |= {"tickvals": [-1, 0, 1], "tickformat": "d", "tickangle": 0}
    return square_figure(heatmap, labels, "key: at whom", "query: who is looking", palette, first, step, cell)
