"""Guesses of a class below a picture, along the same axis: a strip of dots for each round, and its median as a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.core.classroom.strips import Strip
from components.figures.base import line_shape
from components.figures.palette import Palette
from components.figures.type_size import Spec

#: Of the height of the picture, for one strip.
SHARE = 0.24
#: Of a stack of dots; a round with a higher one is drawn as bars.
MOST_DOTS = 10
_ROOM = 44  # pixels that the dots of a strip have at least
#: How strong a round is drawn before the last one.
PALE = 0.45


@dataclass(frozen=True)
class StripParts:
    """What a figure takes over: traces and shapes on a y axis of their own, which stands below `domain`."""

    traces: list[Spec]
    shapes: list[Spec]
    notes: list[Spec]
    axis: Spec  # yaxis2
    domain: tuple[float, float]  # what is left for the figure's own y axis


def guess_strips(rounds: Sequence[Strip], low: float, high: float, places: int, palette: Palette) -> StripParts:
    """Return the strips of the rounds, the first on top. low, high: the x axis, which holds so many `places`."""
    highest = max(count for each in rounds for count in [0, *(count for _, count in each.stacks)])
    traces, shapes, notes = [], [], []
    for number, each in enumerate(rounds):
        base = len(rounds) - 1 - number
        strength = 1 if each is rounds[-1] else PALE
        traces.append(
            _dots(each, base, highest, palette)
            if highest <= MOST_DOTS
            else _bars(each, base, highest, (high - low) / places, palette)
        )
        traces[-1] |= {"yaxis": "y2", "opacity": strength, "name": each.name}
        ends: Spec = {"x0": each.median, "x1": each.median, "y0": base, "y1": base + 0.92, "yref": "y2"}
        shapes.append(line_shape(palette.ink, width=2, **ends) | {"layer": "above"})
        notes += [
            _beyond(text, x, anchor, base, palette)
            for count, text, x, anchor in (
                (each.below, f"← {each.below} further left", 0, "left"),
                (each.above, f"{each.above} further right →", 1, "right"),
            )
            if count
        ]
    names = [f"{each.name}<br>median {each.median:.2f}".replace("-", "−") for each in rounds]
    share = min(0.55, SHARE * len(rounds))
    described = {
        "title": {"text": ""},
        "domain": [0, share - 0.04],
        "range": [0, len(rounds)],
        "tickvals": [len(rounds) - 0.5 - number for number in range(len(rounds))],
        "ticktext": names,
        "tickfont": {"color": palette.word},
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
    }
    return StripParts(traces, shapes, notes, described, (share, 1.0))


def _dots(strip: Strip, base: float, highest: int, palette: Palette) -> Spec:
    placed = [(value, level) for value, count in strip.stacks for level in range(count)]
    step = 0.9 / max(highest, 4)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [value for value, _ in placed],
        "y": [base + (level + 0.5) * step for _, level in placed],
        "marker": {
            "size": min(10, _ROOM / max(highest, 4)),
            "color": palette.word,
            "line": {"width": 1, "color": palette.paper},
        },
        # The lowest dots stand on the edge of the plot.
        "cliponaxis": False,
        "hovertemplate": "guessed %{x:.2f}<extra></extra>",
    }


def _bars(strip: Strip, base: float, highest: int, width: float, palette: Palette) -> Spec:
    counts = [count for _, count in strip.stacks]
    return {
        "type": "bar",
        "x": [value for value, _ in strip.stacks],
        "y": [0.9 * count / highest for count in counts],
        "base": base,
        "width": 0.9 * width,
        "customdata": counts,
        "marker": {"color": palette.word},
        "hovertemplate": "%{customdata} guessed about %{x:.2f}<extra></extra>",
    }


def _beyond(text: str, x: float, anchor: str, base: float, palette: Palette) -> Spec:
    return {
        "x": x,
        "xref": "paper",
        "xanchor": anchor,
        "y": base + 0.95,
        "yref": "y2",
        "yanchor": "top",
        "text": text,
        "showarrow": False,
        "font": {"color": palette.word},
    }
