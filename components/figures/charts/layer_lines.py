"""Lines from layer to layer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.core.classroom.guesses import NOBODY, Guesses
from components.core.classroom.strips import short_shares
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
    guesses: Guesses[int] = NOBODY,
) -> go.Figure:
    """Draw lines from layer to layer, each named at its right end.

    steps: the axis labels, such as "input", "1". reach: what the axis covers at least, so that it stays when other
    values are shown. guesses: which line was guessed. A reader's own is drawn as a line across through its end;
    how many of a class guessed a line stands under its name.
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
    covered = list(reach or ())
    lowest = min([float(line.values.min()) for line in lines] + covered)
    highest = max([float(line.values.max()) for line in lines] + covered)
    said = [short_shares(guesses, index) for index in range(len(lines))]
    margin = 0.06 * max(highest - lowest, 0.01)
    span = highest - lowest + 2 * margin
    room = room_of_name(span, SMALLEST, height) * (2 if any(said) else 1)
    ends = spread([float(line.values[-1]) for line in lines], room)
    names = [
        {
            "x": 1.01,
            "xref": "paper",
            "xanchor": "left",
            "y": end,
            "yref": "y",
            "align": "left",
            "text": tick_text(line.name) + (f"<br>{counted}" if counted else ""),
            "showarrow": False,
            "font": {"color": line.colour, "size": 14} | ({} if counted else {"family": CODE_FONT}),
        }
        for line, end, counted in zip(lines, ends, said, strict=True)
    ]
    marks = {}
    if guesses.own is not None:
        across, name = guess_mark(float(lines[guesses.own].values[-1]), "y", palette)
        names.append(name | {"xanchor": "left", "yref": "y"})
        marks = {"shapes": [across]}
    beside = max(max(9 * min(len(line.name), LONGEST_LABEL) for line in lines), max(7 * len(text) for text in said))
    return build_figure(
        traces,
        axis(
            "layer", tickvals=list(range(len(steps))), ticktext=[escape_plotly(step) for step in steps], showgrid=False
        ),
        axis(y_title, range=[lowest - margin, highest + margin], zeroline=False),
        palette,
        height,
        annotations=names,
        margin={"l": 8, "r": 16 + beside, "t": 24, "b": 8},
        **marks,
    )
