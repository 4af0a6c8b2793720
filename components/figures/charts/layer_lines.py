"""Lines from layer to layer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.figures.base import CODE_FONT, LONGEST_LABEL, axis, build_figure, escape_plotly, tick_text
from components.figures.palette import Palette


@dataclass(frozen=True)
class LayerLine:
    """A line over the layers."""

    name: str
    values: Float[np.ndarray, " T"]
    colour: str
    width: float = 1.5
    dash: str = "solid"


def layer_lines(
    lines: Sequence[LayerLine], steps: Sequence[str], y_title: str, palette: Palette, height: int = 420
) -> go.Figure:
    """Draw lines from layer to layer, each named at its right end. steps: the axis labels, such as "input", "1"."""
    traces = [
        {
            "type": "scatter",
            "x": list(range(len(line.values))),
            "y": line.values,
            "mode": "lines+markers",
            "name": escape_plotly(line.name),
            "line": {"color": line.colour, "width": line.width, "dash": line.dash},
            "marker": {"size": 4 + line.width},
            "customdata": [escape_plotly(step) for step in steps],
            "hovertemplate": f"{escape_plotly(line.name)}, %{{customdata}}: <b>%{{y:.4f}}</b><extra></extra>",
        }
        for line in lines
    ]
    lowest = min(float(line.values.min()) for line in lines)
    highest = max(float(line.values.max()) for line in lines)
    margin = 0.06 * max(highest - lowest, 0.01)
    span = highest - lowest + 2 * margin
    # A name takes about 18 pixels of the height that is left for the lines.
    ends = _spread([float(line.values[-1]) for line in lines], span * 18 / (height - 90))
    names = [
        {
            "x": 1.01,
            "xref": "paper",
            "xanchor": "left",
            "y": end,
            "yref": "y",
            "text": tick_text(line.name),
            "showarrow": False,
            "font": {"color": line.colour, "family": CODE_FONT, "size": 13},
        }
        for line, end in zip(lines, ends, strict=True)
    ]
    longest = max(min(len(line.name), LONGEST_LABEL) for line in lines)
    return build_figure(
        traces,
        axis(
            "layer", tickvals=list(range(len(steps))), ticktext=[escape_plotly(step) for step in steps], showgrid=False
        ),
        axis(y_title, range=[lowest - margin, highest + margin], zeroline=False),
        palette,
        height,
        annotations=names,
        margin={"l": 8, "r": 16 + 8 * longest, "t": 24, "b": 8},
    )


def _spread(values: Sequence[float], gap: float) -> list[float]:
    """Move values apart until neighbours differ by at least `gap`; their order stays.

    >>> _spread([0.0, 0.0, 9.0], gap=1.0)
    [-0.5, 0.5, 9.0]
    """
    order = np.argsort(values, kind="stable")
    moved = np.array(values, dtype=float)[order]
    for _ in range(50):
        gaps = gap - np.diff(moved)
        close = gaps > 1e-12
        if not close.any():
            break
        push = np.where(close, gaps / 2, 0)
        moved[:-1] -= push
        moved[1:] += push
    back = np.empty_like(moved)
    back[order] = moved
    return back.tolist()
