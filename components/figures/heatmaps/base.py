"""The parts that all heatmaps share."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Num

from components.figures.base import Spec, build_figure, label_axis
from components.figures.palette import Palette, colour_scale

#: With more rows than this, numbers no longer fit into the cells.
MAX_ROWS_WITH_NUMBERS = 12
#: A row's height in pixels.
ROW_HEIGHT = 34


def heatmap_trace(
    values: Num[np.ndarray, "R C"], along: Sequence[Any], unit: str, pair: str, decimals: str = ".3f"
) -> Spec:
    """Return a heatmap with the same positions along both axes; `pair` names a cell in the hover label."""
    return {
        "type": "heatmap",
        "z": values.astype(np.float32),
        "x": list(along),
        "y": list(along),
        # Below the picture the colour bar takes no width from it.
        "colorbar": {
            "title": {"text": unit, "side": "top"},
            "orientation": "h",
            "thickness": 10,
            "len": 0.5,
            "y": -0.02,
            "yanchor": "top",
            "x": 1,
            "xanchor": "right",
            "tickformat": ".1f",
        },
        "hovertemplate": f"{pair}  <b>%{{z:{decimals}}}</b><extra></extra>",
    }


def cosine_scale(palette: Palette) -> Spec:
    """Return a diverging scale from −1 to 1."""
    return {"zmin": -1, "zmax": 1, "colorscale": colour_scale(palette.diverging)}


def square_figure(
    heatmap: Spec,
    labels: Sequence[str],
    x_title: str,
    y_title: str,
    palette: Palette,
    first: int = 1,
    step: int = 1,
    cell: int = ROW_HEIGHT,
) -> go.Figure:
    """Return a figure of a heatmap with the same labels along both axes."""
    size = len(labels)
    gap = 1 if size <= 32 else 0
    return build_figure(
        [heatmap | {"xgap": gap, "ygap": gap}],
        label_axis(labels, x_title, first, step, side="top", **label_tilt(size)),
        label_axis(labels, y_title, first, step, autorange="reversed"),
        palette,
        int(np.clip(cell * size + 170, 320, 900)),
    )


def label_tilt(labels: int) -> Spec:
    """Return the axis setting that lets the browser tilt labels where the figure is too narrow for them."""
    return {"tickangle": -90} if labels > 32 else {"autotickangles": [0, -60, -90]}
