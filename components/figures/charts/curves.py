"""Curves over one axis."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Num

from components.figures.base import Spec, axis, build_figure, escape_plotly
from components.figures.palette import Palette


def curves(
    x: Num[np.ndarray, " P"],
    lines: dict[str, tuple[Float[np.ndarray, " P"], str]],
    x_title: str,
    y_title: str,
    palette: Palette,
    y_range: tuple[float, float],
    marked: float | None = None,
    measured: bool = False,
) -> go.Figure:
    """Draw curves over one axis.

    lines: name → (values, colour). marked: a value of x at which a vertical line is drawn. measured: True draws a
    marker at each value, for measurements between which nothing is known.
    """
    of_each = {name: (x, values, colour) for name, (values, colour) in lines.items()}
    return curves_apart(of_each, x_title, y_title, palette, y_range, marked, measured)


def curves_apart(
    lines: dict[str, tuple[Num[np.ndarray, " points"], Float[np.ndarray, " points"], str]],
    x_title: str,
    y_title: str,
    palette: Palette,
    y_range: tuple[float, float],
    marked: float | None = None,
    measured: bool = False,
    texts: Mapping[str, Sequence[str]] | None = None,
) -> go.Figure:
    """Draw curves that have x of their own: name → (x, values, colour).

    texts: name → what stands beside each value. The rest as for curves().
    """
    traces = []
    # Where two curves meet, each has its own side.
    beside = cycle(("top center", "bottom left", "bottom right", "top right"))
    for name, (x, values, colour) in lines.items():
        trace: Spec = {
            "type": "scatter",
            "x": x,
            "y": values,
            "mode": "lines+markers" if measured else "lines",
            "name": escape_plotly(name),
            "line": {"color": colour, "width": 2},
            "hovertemplate": f"{escape_plotly(name)}: %{{x}} → <b>%{{y:.3f}}</b><extra></extra>",
        }
        if texts:
            named = [escape_plotly(text) for text in texts[name]]
            trace |= {"mode": "lines+markers+text", "text": named, "textposition": next(beside)}
            trace |= {"textfont": {"color": colour}, "cliponaxis": False}
        traces.append(trace)
    return build_figure(
        traces,
        axis(x_title),
        axis(y_title, zeroline=True, range=list(y_range)),
        palette,
        320,
        showlegend=len(lines) > 1,
        legend={"orientation": "h", "y": 1.15, "x": 0},
        shapes=[_vertical_line(marked, palette)] if marked is not None else [],
    )


def _vertical_line(x: float, palette: Palette) -> Spec:
    """Return a line from the bottom of the figure to its top."""
    line = {"color": palette.query, "width": 2, "dash": "dot"}
    return {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line}
