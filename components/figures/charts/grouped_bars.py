"""Shares of several things, in groups of horizontal bars."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from components.core.numerics.bootstrap import Interval
from components.figures.base import Spec, axis, build_figure, escape_plotly, line_shape
from components.figures.palette import Palette
from components.figures.type_size import SMALLEST


def grouped_bars(
    shares: Mapping[str, Sequence[float]],
    groups: Sequence[str],
    colours: Sequence[str],
    x_title: str,
    palette: Palette,
    intervals: Mapping[str, Sequence[Interval]] | None = None,
    chance: float | None = None,
) -> go.Figure:
    """Draw shares from 0 to 1 as bars, a group of them for each of `groups`, the first on top.

    shares: name of a bar → its share in each group, in the order from top to bottom. colours: one a name. intervals:
    the same names → an interval for each share, drawn across its end; the numbers then stand at the foot of the bars.
    chance: a share that a line marks.
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
    for bar, name in zip(bars, intervals or (), strict=False):
        bar |= {"textposition": "inside", "insidetextanchor": "start", "textangle": 0}
        bar["insidetextfont"] = {"color": palette.paper, "size": SMALLEST}
        bar["error_x"] = {
            "type": "data",
            "array": [each.high - each.value for each in (intervals or {})[name]],
            "arrayminus": [each.value - each.low for each in (intervals or {})[name]],
            "color": palette.ink,
        }
    line = (
        [] if chance is None else [line_shape(palette.ink, "dash", 2, x0=chance, x1=chance, y0=0, y1=1, yref="paper")]
    )
    # Plotly draws the first bar of a group lowest, unless the axis is turned.
    return build_figure(
        bars,
        axis(x_title, range=[0, 1.08], tickformat=".0%"),
        axis("", type="category", autorange="reversed", showgrid=False),
        palette,
        110 * len(groups) + 120,
        barmode="group",
        shapes=[each | {"layer": "above"} for each in line],
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        margin={"l": 8, "r": 8, "t": 78, "b": 8},
    )
