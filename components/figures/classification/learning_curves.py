"""Accuracy by the number of training texts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Num

from components.figures.base import Spec, axis, band_between, build_figure, escape_plotly, line_shape
from components.figures.palette import Palette


@dataclass(frozen=True)
class Band:
    """A curve and the range around it."""

    name: str
    middle: Float[np.ndarray, " P"]
    low: Float[np.ndarray, " P"]
    high: Float[np.ndarray, " P"]
    colour: str
    dash: str = "solid"


def learning_curves(
    x: Num[np.ndarray, " P"], bands: Sequence[Band], x_range: tuple[float, float], palette: Palette, level: float
) -> go.Figure:
    """Draw accuracy by the number of training texts, on a logarithmic axis. level: the accuracy of guessing."""
    traces: list[Spec] = []
    for band in bands:
        traces.append(band_between(x.tolist(), band.low.tolist(), band.high.tolist(), band.colour, 0.14))
        traces.append(
            {
                "type": "scatter",
                "x": x,
                "y": band.middle,
                "mode": "lines+markers",
                "name": escape_plotly(band.name),
                "line": {"color": band.colour, "width": 2, "dash": band.dash},
                "hovertemplate": f"{escape_plotly(band.name)}, %{{x}} texts: <b>%{{y:.3f}}</b><extra></extra>",
            }
        )
    ticks = [2.0**power for power in range(0, 20) if x_range[0] <= 2.0**power <= 0.85 * x_range[1]]
    ticks.append(x_range[1])
    return build_figure(
        traces,
        axis(
            "texts learned from",
            type="log",
            range=[np.log10(0.94 * x_range[0]), np.log10(1.06 * x_range[1])],
            tickvals=ticks,
            ticktext=[f"{tick:,.0f}" for tick in ticks],
        ),
        axis("accuracy", range=[min(level, 0.5) - 0.08, 1.0], tickformat=".0%"),
        palette,
        440,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        shapes=[line_shape(palette.quiet, x0=0, x1=1, xref="paper", y0=level, y1=level, dash="dot")],
        margin={"l": 8, "r": 8, "t": 70, "b": 8},
    )
