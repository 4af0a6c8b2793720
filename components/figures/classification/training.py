"""Loss and accuracy, epoch by epoch."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Num

from components.figures.base import Spec, axis, build_figure, escape_plotly
from components.figures.palette import Palette


def training_curves(
    epochs: Num[np.ndarray, " E"],
    lines: Mapping[str, Float[np.ndarray, " E"]],
    y_title: str,
    colours: Mapping[str, str],
    most: int,
    y_range: tuple[float, float],
    palette: Palette,
) -> go.Figure:
    """Draw a measure for each epoch done so far. lines: name → values. most: epochs in all."""
    traces: list[Spec] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": escape_plotly(name),
            "x": epochs,
            "y": values,
            "line": {"color": colours[name], "width": 2},
            "hovertemplate": f"{escape_plotly(name)}, epoch %{{x}}: <b>%{{y:.3f}}</b><extra></extra>",
        }
        for name, values in lines.items()
    ]
    return build_figure(
        traces,
        axis("epoch", range=[0, most]),
        axis(y_title, range=list(y_range)),
        palette,
        300,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        margin={"l": 8, "r": 8, "t": 50, "b": 8},
    )
