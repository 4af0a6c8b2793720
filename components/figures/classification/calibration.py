"""Calibration: stated probabilities against the share of right answers."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int

from components.figures.base import axis, build_figure, line_shape
from components.figures.palette import Palette


def reliability_diagram(
    probability: Float[np.ndarray, " B"],
    share_right: Float[np.ndarray, " B"],
    low: Float[np.ndarray, " B"],
    high: Float[np.ndarray, " B"],
    counts: Int[np.ndarray, " B"],
    lowest: float,
    palette: Palette,
) -> go.Figure:
    """Draw a reliability diagram: a well calibrated classifier's points lie on the diagonal.

    For each of B bins: its mean probability, its share of right answers with an interval from low to high, and its
    number of texts. lowest: the lowest probability that a predicted class can have, 1 / K.
    """
    points = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": probability,
        "y": share_right,
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": high - share_right,
            "arrayminus": share_right - low,
            "color": palette.key,
            "thickness": 1.5,
        },
        "marker": {"color": palette.key, "size": 9},
        "line": {"color": palette.key, "width": 1.5},
        "customdata": counts,
        "cliponaxis": False,
        "hovertemplate": "%{customdata} texts: sure with %{x:.2f}, right <b>%{y:.2f}</b><extra></extra>",
    }
    return build_figure(
        [points],
        axis("probability of the class it chooses", range=[lowest - 0.03, 1.03]),
        axis("share that is right", range=[0, 1.03]),
        palette,
        380,
        shapes=[line_shape(palette.quiet, x0=lowest, y0=lowest, x1=1, y1=1, dash="dot")],
        margin={"l": 8, "r": 8, "t": 16, "b": 8},
    )
