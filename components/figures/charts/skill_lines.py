"""Skills as a model learns: how far what it says is from what is right, step by step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.figures.base import axis, build_figure, escape_plotly, line_shape
from components.figures.palette import Palette

# Characters of a name in one line.
_LINE = 44


@dataclass(frozen=True)
class SkillLine:
    """One skill: its distance after each kept step, and the step from which on the model has it."""

    name: str
    steps: Sequence[int]
    distances: Sequence[float]
    step: int | None
    colour: str


def skill_lines(lines: Sequence[SkillLine], bound: float, palette: Palette, height: int = 430) -> go.Figure:
    """Draw a line for each skill over the logarithm of the step. bound: below it, the model has the skill."""
    last = max(step for line in lines for step in line.steps)
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": escape_plotly(line.name),
            "x": [math.log10(1 + step) for step in line.steps],
            "y": list(line.distances),
            "customdata": list(line.steps),
            "line": {"color": line.colour, "width": 3},
            "hovertemplate": f"{escape_plotly(line.name)}<br>step %{{customdata}}: <b>%{{y:.3f}}</b><extra></extra>",
        }
        for line in lines
    ]
    marks = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [math.log10(1 + line.step)],
            "y": [line.distances[list(line.steps).index(line.step)]],
            "marker": {"color": line.colour, "size": 12, "line": {"color": palette.paper, "width": 2}},
            "hoverinfo": "skip",
            "showlegend": False,
        }
        for line in lines
        if line.step is not None
    ]
    shown = [step for step in (0, 1, 10, 100, 1000) if step <= last]
    return build_figure(
        [*traces, *marks],
        axis(
            "step",
            tickvals=[math.log10(1 + step) for step in shown],
            ticktext=[str(step) for step in shown],
            range=[0, math.log10(1 + last) * 1.01],
            showgrid=False,
        ),
        axis("distance from the grammar", range=[0, 1.04], zeroline=False),
        palette,
        height,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        margin={"l": 8, "r": 16, "t": 100, "b": 8},
        shapes=[line_shape(palette.quiet, "dash", 2, x0=0, x1=1, xref="paper", y0=bound, y1=bound)],
    )
