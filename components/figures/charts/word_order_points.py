"""Points, one a word order."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from components.figures.base import axis, build_figure, escape_plotly, guess_mark
from components.figures.palette import Palette

# From one tick to the next.
_STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_MOST_TICKS = 6


def word_order_points(
    rows: dict[str, tuple[Sequence[float], str]],
    orders: Sequence[str],
    palette: Palette,
    *,
    lowest: float,
    stressed: str,
    guess: float | None = None,
) -> go.Figure:
    """Draw one row of points a condition: the cosine of each word order's sentence vector with the original's.

    rows: condition → (N cosines, colour). orders: the N sentences. lowest: where the axis begins, so that it stays when
    other rows are shown; it ends at 1. stressed: the condition that stands out. guess: a reader's own, drawn as a line.
    """
    traces = [
        {
            "type": "scatter",
            "x": list(cosines),
            "y": [name] * len(cosines),
            "mode": "markers",
            "marker": {
                "color": colour,
                "size": 16,
                "opacity": 0.75 if name == stressed else 0.3,
                "line": {"width": 1, "color": palette.paper},
            },
            "text": [escape_plotly(order) for order in orders],
            "hovertemplate": "%{text}  <b>%{x:.4f}</b><extra></extra>",
        }
        for name, (cosines, colour) in rows.items()
    ]
    span = max(1 - (lowest if guess is None else min(lowest, guess)), 0.02)
    marks = {}
    if guess is not None:
        line, name = guess_mark(guess, "x", palette)
        marks = {"shapes": [line], "annotations": [name]}
    # Round numbers, none of them beyond 1, though the axis has room there for half a marker.
    step = next(step for step in _STEPS if span / step <= _MOST_TICKS)
    values = [round(1 - step * number, 4) for number in range(math.floor(span / step) + 1)]
    ticks = {"tickmode": "array", "tickvals": values}
    return build_figure(
        traces,
        axis("cosine with the original sentence vector", range=[1 - 1.05 * span, 1 + 0.03 * span], **ticks),
        axis("", autorange="reversed", tickfont={"size": 15}, showgrid=False),
        palette,
        90 + 90 * len(rows),
        **marks,
    )
