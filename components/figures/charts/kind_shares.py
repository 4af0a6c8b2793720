"""Shares of one whole by kind, as bars in parts: a row for each way to measure them."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.core.numerics.bootstrap import Interval
from components.figures.base import Spec, axis, build_figure, escape_plotly
from components.figures.palette import Palette
from components.figures.type_size import SMALLEST

# A narrower part has no room for its number.
_ROOM_FOR_NUMBER = 0.12
# Rows are 1 apart.
_THICK, _THIN = 0.46, 0.13
_BELOW = 0.36


def kind_shares(
    shares: Float[np.ndarray, "R K"],
    rows: Sequence[str],
    kinds: Sequence[str],
    palette: Palette,
    x_title: str,
    picked: int | None = None,
    usual: Sequence[Sequence[Interval]] = (),
) -> go.Figure:
    """Draw for each of R rows how a whole is divided among three kinds.

    x_title: may have a <br>. picked: the row whose name is bold. usual: for each row and kind the mean over many
    examples, drawn as a thin bar below the row, with the interval at the end of each part but the last.
    """
    colours = (palette.quiet, palette.query, palette.key)
    traces = _stack(shares, rows, kinds, colours, palette, "", _THICK, 0)
    if usual:
        means = np.array([[each.value for each in row] for row in usual])
        traces += _stack(means, rows, kinds, colours, palette, ", usually", _THIN, _BELOW)
        traces.append(_intervals(usual, palette))
    names = [f"<b>{escape_plotly(row)}</b>" if i == picked else escape_plotly(row) for i, row in enumerate(rows)]
    y: Spec = {
        "tickvals": list(range(len(rows))),
        "ticktext": names,
        "range": [len(rows) - 0.5, -0.5],
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
    }
    return build_figure(
        traces,
        axis(
            x_title,
            range=[0, 1],
            tickvals=[0, 0.5, 1],
            tickformat=".0%",
            zeroline=False,
            tickangle=0,
            ticklabeloverflow="allow",
        ),
        y,
        palette,
        66 * len(rows) + 110,
        barmode="overlay",
        showlegend=True,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        margin={"l": 8, "r": 26, "t": 14, "b": 8},
    )


def _stack(
    shares: Float[np.ndarray, "R K"],
    rows: Sequence[str],
    kinds: Sequence[str],
    colours: Sequence[str],
    palette: Palette,
    whose: str,
    width: float,
    below: float,
) -> list[Spec]:
    """Return a bar in parts for each row. whose: added to the names of the rows in hover labels."""
    starts = np.cumsum(shares, axis=1) - shares
    return [
        {
            "type": "bar",
            "orientation": "h",
            "name": kind,
            "showlegend": below == 0,
            "x": shares[:, i].tolist(),
            "base": starts[:, i].tolist(),
            "y": [row + below for row in range(len(rows))],
            "width": width,
            "marker": {"color": colour, "line": {"color": palette.paper, "width": 1}},
            "text": [f"{each:.0%}" if below == 0 and each >= _ROOM_FOR_NUMBER else "" for each in shares[:, i]],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "constraintext": "none",
            "insidetextfont": {"color": palette.paper, "size": SMALLEST},
            "customdata": [f"{escape_plotly(row)}{whose}" for row in rows],
            "hovertemplate": f"%{{customdata}}: {escape_plotly(kind)}  <b>%{{x:.1%}}</b><extra></extra>",
        }
        for i, (kind, colour) in enumerate(zip(kinds, colours, strict=True))
    ]


def _intervals(usual: Sequence[Sequence[Interval]], palette: Palette) -> Spec:
    """Return the intervals of the first kind at its end, and those of the last kind at its beginning."""
    ends = [(row + _BELOW, each[0].value, each[0].low, each[0].high) for row, each in enumerate(usual)]
    ends += [(row + _BELOW, 1 - each[-1].value, 1 - each[-1].high, 1 - each[-1].low) for row, each in enumerate(usual)]
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "x": [value for _, value, _, _ in ends],
        "y": [row for row, _, _, _ in ends],
        "marker": {"color": palette.ink, "size": 1},
        "error_x": {
            "type": "data",
            "array": [high - value for _, value, _, high in ends],
            "arrayminus": [value - low for _, value, low, _ in ends],
            "color": palette.ink,
            "thickness": 2,
            "width": 5,
        },
        "hoverinfo": "skip",
    }
