"""A scatter plot with a label beside each point."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.figures.base import CODE_FONT, axis, build_figure, escape_plotly
from components.figures.palette import Palette

_LETTER, _LINE, _PLOT_HEIGHT = 8.6, 17.0, 340.0  # pixels: a letter's width, a line's height, the plot area


def text_scatter(points: Float[np.ndarray, "N 2"], labels: Sequence[str], palette: Palette) -> go.Figure:
    """Draw a scatter plot of N points with a label written beside each."""
    dots = {
        "type": "scatter",
        "x": points[:, 0],
        "y": points[:, 1],
        "mode": "markers+text",
        "text": [escape_plotly(label) for label in labels],
        "textposition": _label_positions(points, labels),
        "textfont": {"family": CODE_FONT, "size": 14},
        "marker": {"color": palette.word, "size": 9},
        "cliponaxis": False,
        "hovertemplate": "%{text}  (%{x:.3f}, %{y:.3f})<extra></extra>",
    }
    # Equal units on both axes: a stretched map would show wrong distances.
    return build_figure(
        [dots],
        axis("first principal component", scaleanchor="y", showgrid=True),
        axis("second principal component", showgrid=True),
        palette,
        460,
    )


def _label_positions(points: Float[np.ndarray, "N 2"], labels: Sequence[str]) -> list[str]:
    """Choose a text position for each label so that labels and points overlap little.

    Greedy: each label in turn takes the one of Plotly's text positions with the least overlap.
    """
    # The map has equal units on both axes, so one scale, set by its height, turns it into pixels.
    pixels = points * _PLOT_HEIGHT / max(float(np.ptp(points[:, 1])), 1e-9)
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in pixels]
    chosen = []
    for (x, y), label in zip(pixels, labels, strict=True):
        width, height = _LETTER * len(label), _LINE
        boxes = {
            "top center": (x - width / 2, y + 6, x + width / 2, y + 6 + height),
            "bottom center": (x - width / 2, y - 6 - height, x + width / 2, y - 6),
            "middle right": (x + 8, y - height / 2, x + 8 + width, y + height / 2),
            "middle left": (x - 8 - width, y - height / 2, x - 8, y + height / 2),
            "top right": (x + 4, y + 4, x + 4 + width, y + 4 + height),
            "top left": (x - 4 - width, y + 4, x - 4, y + 4 + height),
            "bottom right": (x + 4, y - 4 - height, x + 4 + width, y - 4),
            "bottom left": (x - 4 - width, y - 4 - height, x - 4, y - 4),
        }
        best = min(boxes, key=lambda position: sum(_overlap(boxes[position], box) for box in taken))
        chosen.append(best)
        taken.append(boxes[best])
    return chosen


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the area that two boxes (left, bottom, right, top) share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0.0) * max(height, 0.0)
