"""Measured values with their intervals, beside 0: what chance gives, or what they are compared with."""

from collections.abc import Sequence

import plotly.graph_objects as go

from components.core.classroom.guesses import NOBODY, Guesses, said_of
from components.core.classroom.strips import brief_counts
from components.core.numerics.bootstrap import Interval
from components.figures.base import axis, build_figure, escape_plotly, line_shape
from components.figures.palette import Palette


def interval_dots(
    intervals: Sequence[Interval],
    labels: Sequence[str],
    x_title: str,
    palette: Palette,
    guesses: Guesses[int] = NOBODY,
    zero: str = "chance",
    open_all: bool = False,
) -> go.Figure:
    """Draw a dot with its interval for each label, the first on top, and a line at 0.

    labels: distinct, and short enough to stand beside the picture in full. guesses: of a label, said beside it. zero:
        what the line stands for. open_all: True leaves all grey, where the intervals tell nothing.

    Blue: the interval is above 0. Red: below. Grey: it holds 0.
    """
    colours = [palette.key if each.low > 0 else palette.query if each.high < 0 else palette.quiet for each in intervals]
    if open_all:
        colours = [palette.quiet] * len(intervals)
    dots = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [each.value],
            "y": [place],
            "marker": {"size": 13, "color": colour},
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": [each.high - each.value],
                "arrayminus": [each.value - each.low],
                "color": colour,
                "thickness": 3,
                "width": 0,
            },
            "hovertemplate": f"%{{y}}: <b>{each.value:.3f}</b>, 95% {each.low:.3f} to {each.high:.3f}<extra></extra>",
        }
        for each, colour, place in zip(intervals, colours, map(escape_plotly, labels), strict=True)
    ]
    # Beside the intervals, and over the line at 0 where an interval ends before it.
    numbers = [
        {
            "x": each.high,
            "xanchor": "left",
            "xshift": 6,
            "y": escape_plotly(label),
            # Adding 0 takes the sign off a zero.
            "text": f"{round(each.value, 2) + 0.0:.2f}".replace("-", "−"),
            "showarrow": False,
            "bgcolor": palette.paper,
            "font": {"color": palette.ink},
        }
        for each, label in zip(intervals, labels, strict=True)
    ]
    note = {
        "x": 0,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "text": zero,
        "showarrow": False,
        "font": {"color": palette.quiet},
    }
    return build_figure(
        dots,
        axis(x_title, zeroline=False),
        axis(
            "",
            type="category",
            autorange="reversed",
            showgrid=False,
            dtick=1,
            labelalias=_guessed(labels, guesses, palette),
        ),
        palette,
        56 * len(labels) + 100,
        shapes=[line_shape(palette.quiet, "dash", 2, x0=0, x1=0, y0=0, y1=1, yref="paper")],
        annotations=[note, *numbers],
        margin={"l": 8, "r": 48, "t": 32, "b": 8},
    )


def _guessed(labels: Sequence[str], guesses: Guesses[int], palette: Palette) -> dict[str, str]:
    """The labels that were guessed, with who guessed them in the same line: a low window has no room for two."""
    said = {label: brief_counts(guesses, index) or said_of(guesses, index) for index, label in enumerate(labels)}
    return {
        escape_plotly(label): f"{escape_plotly(label)} <span style='color:{palette.word}'>{who}</span>"
        for label, who in said.items()
        if who
    }
