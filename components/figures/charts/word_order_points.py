"""Points, one a word order."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from components.core.classroom.guesses import NOBODY, Guesses
from components.core.classroom.strips import reach, strips
from components.figures.base import Spec, axis, build_figure, escape_plotly, guess_mark
from components.figures.guess_strips import guess_strips
from components.figures.palette import Palette

# From one tick to the next.
_STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_MOST_TICKS = 6
# Stacks of guesses side by side.
_PLACES = 40


def word_order_points(
    rows: dict[str, tuple[Sequence[float], str]],
    orders: Sequence[str],
    palette: Palette,
    *,
    lowest: float,
    stressed: str,
    guesses: Guesses[float] = NOBODY,
) -> go.Figure:
    """Draw one row of points a condition: the cosine of each word order's sentence vector with the original's.

    rows: condition → (N cosines, colour). orders: the N sentences. lowest: where the axis begins, so that it stays when
    other rows are shown; it ends at 1. stressed: the condition that stands out. guesses: of the cosine of one order; a
    reader's own is drawn as a line, those of a class as dots below.
    """
    traces = [
        {
            "type": "scatter",
            "x": list(cosines),
            "y": [name] * len(cosines),
            "mode": "markers",
            # Of a narrow picture, half a marker is wider than the room beyond 1.
            "cliponaxis": False,
            "marker": {
                "color": colour,
                "size": 16,
                "opacity": 0.75 if name == stressed else 0.3,
                "line": {"width": 1, "color": palette.paper},
            },
            "text": [escape_plotly(order) for order in orders],
            "hovertemplate": "%{text}  <b>%{x:.4f}</b><extra></extra>",
        }
        for name, (cosines, colour) in rows.items()
    ]
    if guesses.own is not None:
        lowest = min(lowest, guesses.own)
    lowest, _ = reach(guesses, min(lowest, 0.98), 1.0)
    span = 1 - lowest
    low, high = 1 - 1.05 * span, 1 + 0.03 * span
    marks: Spec = {"shapes": [], "annotations": []}
    if guesses.own is not None:
        line, name = guess_mark(guesses.own, "x", palette)
        marks = {"shapes": [line], "annotations": [name]}
    # Round numbers, none of them beyond 1, though the axis has room there for half a marker.
    step = next(step for step in _STEPS if span / step <= _MOST_TICKS)
    values = [round(1 - step * number, 4) for number in range(math.floor(span / step) + 1)]
    across: Spec = {"range": [low, high], "tickmode": "array", "tickvals": values}
    down: Spec = {"autorange": "reversed", "tickfont": {"size": 15}, "showgrid": False}
    rounds = strips(guesses, low, high, _PLACES)
    if rounds:
        parts = guess_strips(rounds, low, high, _PLACES, palette)
        traces += parts.traces
        marks["shapes"] += parts.shapes
        marks["annotations"] += parts.notes
        marks["yaxis2"] = parts.axis
        down["domain"] = parts.domain
        across["anchor"] = "y2"
    return build_figure(
        traces,
        axis("cosine with the original order", **across),
        axis("", **down),
        palette,
        90 + 90 * (len(rows) + len(rounds)),
        **marks,
    )
