"""Points, one a word order."""

from collections.abc import Sequence

import plotly.graph_objects as go

from components.figures.base import axis, build_figure, escape_plotly, line_shape
from components.figures.palette import Palette


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
        marks = {
            "shapes": [line_shape(palette.word, "dash", 3, x0=guess, x1=guess, y0=0, y1=1, yref="paper")],
            "annotations": [
                {
                    "x": guess,
                    "y": 1,
                    "yref": "paper",
                    "yanchor": "bottom",
                    "text": "your guess",
                    "showarrow": False,
                    "font": {"color": palette.word, "size": 15},
                }
            ],
        }
    # Half a marker of room beyond 1, so that the points there are whole; the axis has no number beyond it.
    ticks = {"tickmode": "array", "tickvals": [1 - span * part / 4 for part in range(5)], "tickformat": ".3f"}
    return build_figure(
        traces,
        axis("cosine with the original sentence vector", range=[1 - 1.05 * span, 1 + 0.03 * span], **ticks),
        axis("", autorange="reversed", tickfont={"size": 15}, showgrid=False),
        palette,
        90 + 90 * len(rows),
        **marks,
    )
