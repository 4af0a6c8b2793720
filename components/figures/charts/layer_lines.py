"""Lines from layer to layer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.figures.base import CODE_FONT, LONGEST_LABEL, axis, build_figure, escape_plotly, guess_mark, tick_text
from components.figures.palette import Palette
from components.figures.spread import room_of_name, spread
from components.figures.type_size import SMALLEST


@dataclass(frozen=True)
class LayerLine:
    """A line over the layers."""

    name: str
    values: Float[np.ndarray, " T"]
    colour: str
    width: float = 1.5
    dash: str = "solid"


def layer_lines(
    lines: Sequence[LayerLine],
    steps: Sequence[str],
    y_title: str,
    palette: Palette,
    height: int = 420,
    *,
    reach: tuple[float, float] | None = None,
    guess: float | None = None,
) -> go.Figure:
    """Draw lines from layer to layer, each named at its right end.

    steps: the axis labels, such as "input", "1". reach: what the axis covers at least, so that it stays when other
    values are shown. guess: a reader's own value of the last step, drawn as a line across.
    """
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
    covered = [*(reach or ()), *([] if guess is None else [guess])]
    lowest = min([float(line.values.min()) for line in lines] + covered)
    highest = max([float(line.values.max()) for line in lines] + covered)
    margin = 0.06 * max(highest - lowest, 0.01)
    span = highest - lowest + 2 * margin
    ends = spread([float(line.values[-1]) for line in lines], room_of_name(span, SMALLEST, height))
    names = [
        {
            "x": 1.01,
            "xref": "paper",
            "xanchor": "left",
            "y": end,
            "yref": "y",
            "text": tick_text(line.name),
            "showarrow": False,
            "font": {"color": line.colour, "family": CODE_FONT, "size": 14},
        }
        for line, end in zip(lines, ends, strict=True)
    ]
    marks = {}
    if guess is not None:
        across, name = guess_mark(guess, "y", palette)
        names.append(name | {"xanchor": "left", "yref": "y"})
        marks = {"shapes": [across]}
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
        margin={"l": 8, "r": 16 + 9 * longest, "t": 24, "b": 8},
        **marks,
    )
