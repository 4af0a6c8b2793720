"""Ways of doing the same thing, by what they are worth and what they cost."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go

from components.figures.base import Spec, axis, build_figure, escape_plotly, line_shape
from components.figures.palette import Palette
from components.figures.spread import spread

_HEIGHT = 440
# The part of the figure's width that the dots have; the names have the rest.
_DOTS = 0.66
# The part of the figure's height that a name needs where presenters' larger type meets a low window.
_NAME = 0.095
_LEAST = 1e-3


@dataclass(frozen=True)
class CostPoint:
    """One way: its name, its cost, its quality and its colour."""

    name: str
    cost: float  # ≥ 0
    quality: float
    colour: str
    filled: bool = True


def quality_cost(
    points: Sequence[CostPoint], x_title: str, y_title: str, reference: int, palette: Palette
) -> go.Figure:
    """Draw each way as a dot, its cost along a logarithmic axis, and its name at the right, joined by a thin line.

    points: at least one. reference: the way that the others are compared with; a line stands at its quality. A cost
    below a thousandth is drawn as a thousandth.
    """
    costs = [max(each.cost, _LEAST) for each in points]
    low, high = min(each.quality for each in points), max(each.quality for each in points)
    margin = max(0.1 * (high - low), 0.02)
    bottom, top = low - margin, high + margin
    at = _places_of_names([each.quality for each in points], bottom, top)
    right = 10 ** (math.log10(max(costs)) + 0.06 * max(1.0, math.log10(max(costs) / min(costs))))
    leaders: list[Spec] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [cost, right],
            "y": [each.quality, y],
            "line": {"color": each.colour, "width": 1},
            "opacity": 0.55,
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
        for each, cost, y in zip(points, costs, at, strict=True)
    ]
    dots: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": costs,
        "y": [each.quality for each in points],
        "customdata": [escape_plotly(each.name) for each in points],
        "marker": {
            "size": 13,
            "color": [each.colour for each in points],
            "symbol": ["circle" if each.filled else "circle-open" for each in points],
            "line": {"width": 2, "color": [each.colour for each in points]},
        },
        "cliponaxis": False,
        "hovertemplate": "%{customdata}: <b>%{y:.3f}</b> at %{x:,.3~g}<extra></extra>",
    }
    names = [
        {
            "xref": "paper",
            "x": _DOTS + 0.01,
            "xanchor": "left",
            "yref": "y",
            "y": y,
            "text": escape_plotly(each.name),
            "showarrow": False,
            "font": {"color": each.colour},
        }
        for each, y in zip(points, at, strict=True)
    ]
    left = math.log10(min(costs)) - 0.06 * max(1.0, math.log10(max(costs) / min(costs)))
    ticks = _ticks(10**left, right)
    return build_figure(
        [*leaders, dots],
        axis(
            x_title,
            type="log",
            range=[left, math.log10(right)],
            domain=[0, _DOTS],
            zeroline=False,
            tickvals=ticks,
            ticktext=[f"{tick:,g}" for tick in ticks],
        ),
        axis(y_title, range=[bottom, top], zeroline=False),
        palette,
        _HEIGHT,
        annotations=names,
        shapes=[
            line_shape(
                palette.quiet,
                "dash",
                2,
                x0=0,
                x1=_DOTS,
                xref="paper",
                y0=points[reference].quality,
                y1=points[reference].quality,
            )
        ],
    )


def _places_of_names(qualities: Sequence[float], bottom: float, top: float) -> list[float]:
    """Return where on the y axis the names stand: near their qualities, apart, and within the axis.

    >>> _places_of_names([0.0, 0.0], -1.0, 1.0)
    [-0.095, 0.095]
    """
    gap = (top - bottom) * min(_NAME, 1 / len(qualities))
    low, high = bottom + gap / 2, top - gap / 2
    places = np.clip(spread(qualities, gap), low, high)
    order = np.argsort(qualities, kind="stable")
    # Those that met at an end of the axis are moved apart again, from the bottom up and from the top down.
    for before, index in pairwise(order):
        places[index] = max(places[index], places[before] + gap)
    places[order[-1]] = min(places[order[-1]], high)
    for after, index in pairwise(order[::-1]):
        places[index] = min(places[index], places[after] - gap)
    return places.tolist()


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two positive ones, a few in all.

    >>> _ticks(30, 2_000), _ticks(0.3, 2)
    ([100, 1000], [0.5, 1, 2])
    """
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for digits in ((1,), (1, 2, 5), (1, 2, 3, 4, 5, 7)):
        ticks = [digit * 10**decade if decade >= 0 else digit / 10**-decade for decade in decades for digit in digits]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) > 1:
            break
    return inside
