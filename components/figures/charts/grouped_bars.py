"""Shares of several things, in groups of horizontal bars."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from components.figures.base import Spec, axis, build_figure, escape_plotly
from components.figures.palette import Palette


def grouped_bars(
    shares: Mapping[str, Sequence[float]], groups: Sequence[str], colours: Sequence[str], x_title: str, palette: Palette
) -> go.Figure:
    """Draw shares from 0 to 1 as bars, a group of them for each of `groups`, the first on top.

    shares: name of a bar → its share in each group, in the order from top to bottom. colours: one a name.
    """
    bars: list[Spec] = [
        {
            "type": "bar",
            "orientation": "h",
            "name": escape_plotly(name),
            "x": list(values),
            "y": [escape_plotly(group) for group in groups],
            "marker": {"color": colour},
            "text": [f"{value:.0%}" for value in values],
            "textposition": "outside",
            "cliponaxis": False,
            "constraintext": "none",
            "hovertemplate": f"{escape_plotly(name)}, %{{y}}: <b>%{{x:.1%}}</b><extra></extra>",
        }
        for (name, values), colour in zip(shares.items(), colours, strict=True)
    ]
    # Plotly draws the first bar of a group lowest, unless the axis is turned.
    return build_figure(
        bars,
        axis(x_title, range=[0, 1.08], tickformat=".0%"),
        axis("", type="category", autorange="reversed", showgrid=False),
        palette,
        110 * len(groups) + 120,
        barmode="group",
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        margin={"l": 8, "r": 8, "t": 78, "b": 8},
    )
