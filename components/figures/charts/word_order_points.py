"""Points, one a word order."""

from collections.abc import Sequence

import plotly.graph_objects as go

from components.figures.base import axis, build_figure, escape_plotly
from components.figures.palette import Palette


def word_order_points(
    rows: dict[str, tuple[Sequence[float], str]], orders: Sequence[str], palette: Palette
) -> go.Figure:
    """Draw one row of points a condition: the cosine of each word order's sentence vector with the original's.

    rows: condition → (N cosines, colour). orders: the N sentences.
    """
    traces = [
        {
            "type": "scatter",
            "x": list(cosines),
            "y": [name] * len(cosines),
            "mode": "markers",
            "marker": {"color": colour, "size": 14, "opacity": 0.55, "line": {"width": 1, "color": palette.paper}},
            "text": [escape_plotly(order) for order in orders],
            "hovertemplate": "%{text}  <b>%{x:.4f}</b><extra></extra>",
        }
        for name, (cosines, colour) in rows.items()
    ]
    lowest = min(min(cosines) for cosines, _ in rows.values())
    margin = 0.08 * max(1 - lowest, 0.02)
    return build_figure(
        traces,
        axis("cosine with the original sentence vector", range=[lowest - margin, 1 + margin]),
        axis("", autorange="reversed", tickfont={"size": 15}, showgrid=False),
        palette,
        90 + 70 * len(rows),
    )
