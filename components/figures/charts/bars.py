"""Horizontal bars."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.core.classroom.guesses import NOBODY, Guesses
from components.core.classroom.strips import last_share, short_shares
from components.core.numerics.bootstrap import Interval
from components.figures.base import Spec, axis, axis_positions, build_figure, label_axis
from components.figures.palette import Palette


def bars(
    values: Sequence[float],
    labels: Sequence[str],
    colour: str,
    palette: Palette,
    x_title: str = "cosine",
    y_title: str = "token",
    marked: int | None = None,
    guesses: Guesses[int] = NOBODY,
    intervals: Sequence[Interval] = (),
) -> go.Figure:
    """Draw numbers as horizontal bars, the first on top.

    labels: one a bar. marked: the bar that stands out. guesses: bars that were guessed are outlined, thicker
    where more of a class guessed them, and how many did stands at their foot. intervals: one a bar, drawn across its
    end; the numbers then stand at the foot of the bars.
    """
    drawn: Spec = _horizontal_bars(values, labels, colour, decimals=3)
    if marked is not None:
        drawn["marker"]["opacity"] = [1 if i == marked else 0.4 for i in range(len(labels))]
    if guesses:
        widths = [5 * last_share(guesses, index) for index in range(len(labels))]
        if guesses.own is not None:
            widths[guesses.own] = 4
            drawn["text"][guesses.own] += "  your guess"
        drawn["marker"]["line"] = {"color": palette.query, "width": widths}
    highest = 1.22 * max(values)
    if intervals:
        highest = 1.05 * max(each.high for each in intervals)
        drawn |= {"textposition": "inside", "insidetextanchor": "start", "textangle": 0}
        drawn["error_x"] = {
            "type": "data",
            "array": [each.high - each.value for each in intervals],
            "arrayminus": [each.value - each.low for each in intervals],
            "color": palette.ink,
        }
    return build_figure(
        [drawn],
        axis(x_title, range=[min(0.0, *values), highest], zeroline=True),
        label_axis(labels, y_title, autorange="reversed"),
        palette,
        30 * len(labels) + 100,
        annotations=_guess_counts(guesses, labels, palette),
    )


def _guess_counts(guesses: Guesses[int], labels: Sequence[str], palette: Palette) -> list[Spec]:
    """How many of a class guessed a bar, at its foot, where it is always wide enough."""
    said = [(place, short_shares(guesses, index)) for index, place in enumerate(axis_positions(labels))]
    return [
        {
            "x": 0,
            "xanchor": "left",
            "xshift": 4,
            "y": place,
            "text": text,
            "showarrow": False,
            "borderpad": 1,
            "bgcolor": palette.paper,
            "font": {"color": palette.ink},
        }
        for place, text in said
        if text
    ]


def twin_bars(
    sides: Sequence[tuple[str, Float[np.ndarray, " N"], str]], labels: Sequence[str], y_title: str, palette: Palette
) -> go.Figure:
    """Draw two measures of the same N things side by side, each on its own scale.

    sides: two of (title, values, colour); a title may have a <br>. labels: one a thing.
    """
    traces = [
        _horizontal_bars(values.tolist(), labels, colour, decimals=4) | {"xaxis": x}
        for x, (_, values, colour) in zip(("x", "x2"), sides, strict=True)
    ]
    # A negative bar's number stands at its left.
    ranges = [
        [0.0 if low >= 0 else low - 0.25 * (high - low), high + 0.25 * (high - min(0.0, low))]
        for low, high in ((float(values.min()), max(float(values.max()), 1e-6)) for _, values, _ in sides)
    ]
    left, right = (
        axis(title, range=limits, domain=domain, side="top", nticks=4)
        for (title, _, _), limits, domain in zip(sides, ranges, ([0, 0.46], [0.54, 1]), strict=True)
    )
    return build_figure(
        traces,
        left,
        label_axis(labels, y_title, autorange="reversed"),
        palette,
        26 * len(labels) + 110,
        xaxis2=right | {"anchor": "y"},
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def _horizontal_bars(values: Sequence[float], labels: Sequence[str], colour: str, decimals: int) -> Spec:
    """Return horizontal bars with their numbers beside them. decimals: of the number in a bar's hover label."""
    return {
        "type": "bar",
        "x": list(values),
        "y": axis_positions(labels),
        "orientation": "h",
        "marker": {"color": colour},
        "text": [f"{value:.3f}".replace("-", "−") for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "constraintext": "none",  # else Plotly writes smaller than its font where bars are thin
        "hovertemplate": f"%{{y}}  <b>%{{x:.{decimals}f}}</b><extra></extra>",
    }
