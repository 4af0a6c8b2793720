"""Probabilities that models say, as bars, beside the exact ones, as marks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.core.classroom.guesses import NOBODY, Guesses
from components.core.classroom.strips import strips
from components.figures.base import CODE_FONT, Spec, axis, build_figure, escape_plotly, guess_mark, tick_text
from components.figures.guess_strips import guess_strips
from components.figures.palette import Palette

# Of the room of a label, for all its bars.
_THICK = 0.78
# Stacks of guesses side by side.
_PLACES = 30
_PALE = 0.4


@dataclass(frozen=True, eq=False)
class Said:
    """What one model says. exact: NaN where nothing exact is known."""

    name: str
    colour: str
    shares: Float[np.ndarray, " N"]
    exact: Float[np.ndarray, " N"]


def exact_bars(
    models: Sequence[Said],
    labels: Sequence[str],
    label_title: str,
    palette: Palette,
    *,
    upright: bool = False,
    picked: int | None = None,
    guesses: Guesses[float] = NOBODY,
) -> go.Figure:
    """Draw probabilities from 0 to 1 as bars, one for each model at each of N labels; a line across marks the exact
    one.

    labels: of the groups of bars, from the top or, if upright, from the left. picked: the label that stands out.
    guesses: of a probability; only where the bars lie.
    """
    across, along = ("y", "x") if upright else ("x", "y")
    thick = _THICK / len(models)
    traces: list[Spec] = []
    for number, model in enumerate(models):
        at = [index + (number - (len(models) - 1) / 2) * thick for index in range(len(labels))]
        traces.append(_bars(model, at, labels, thick, across, along, picked))
        traces.append(_marks(model, at, across, along, palette, first=number == 0))
    names = [tick_text(label) for label in labels]
    axis_of_labels = axis(
        label_title,
        tickvals=list(range(len(labels))),
        ticktext=[f"<b>{name}</b>" if index == picked else name for index, name in enumerate(names)],
        range=[-0.5, len(labels) - 0.5] if upright else [len(labels) - 0.5, -0.5],
        tickfont={"family": CODE_FONT},
        showgrid=False,
        zeroline=False,
        **({"autotickangles": [0, -45, -90]} if upright else {}),
    )
    axis_of_shares = axis("probability", range=[0, 1.12], tickvals=[0, 0.25, 0.5, 0.75, 1], zeroline=True)
    layout: Spec = {
        "barmode": "overlay",
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        "margin": {"l": 8, "r": 8, "t": 40, "b": 8},
    }
    if guesses.own is not None:
        line, name = guess_mark(guesses.own, across, palette)
        layout |= {"shapes": [line], "annotations": [name | {"y": 0.5, "yanchor": "middle", "bgcolor": palette.paper}]}
    rounds = strips(guesses, 0, 1, _PLACES)
    if rounds:
        parts = guess_strips(rounds, 0, 1, _PLACES, palette)
        traces += parts.traces
        layout["shapes"] = [*layout.get("shapes", []), *parts.shapes]
        layout["annotations"] = [*layout.get("annotations", []), *parts.notes]
        layout["yaxis2"] = parts.axis
        axis_of_labels |= {"domain": parts.domain}
        axis_of_shares |= {"anchor": "free", "position": 0}
    x, y = (axis_of_labels, axis_of_shares) if upright else (axis_of_shares, axis_of_labels)
    return build_figure(traces, x, y, palette, 400 if upright else 42 * len(labels) + 130, **layout)


def _bars(
    model: Said,
    at: list[float],
    labels: Sequence[str],
    thick: float,
    across: str,
    along: str,
    picked: int | None,
) -> Spec:
    strength = [1 if picked is None or index == picked else _PALE for index in range(len(at))]
    # Upright bars are too thin for the numbers of all of them.
    written = range(len(at)) if across == "x" else [picked]
    return {
        "type": "bar",
        "orientation": "v" if across == "y" else "h",
        "name": escape_plotly(model.name),
        across: model.shares.tolist(),
        along: at,
        "width": 0.92 * thick,
        "marker": {"color": model.colour, "opacity": strength},
        "customdata": [escape_plotly(label) for label in labels],
        "hovertemplate": f"{escape_plotly(model.name)}, %{{customdata}}: <b>%{{{across}:.4f}}</b><extra></extra>",
        "text": [f"{share:.2f}" if index in written else "" for index, share in enumerate(model.shares)],
        "textposition": "outside",
        "cliponaxis": False,
        "constraintext": "none",
        "textangle": 0,
    }


def _marks(model: Said, at: list[float], across: str, along: str, palette: Palette, first: bool) -> Spec:
    known = np.flatnonzero(~np.isnan(model.exact))
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "exact",
        "legendgroup": "exact",
        "legendrank": 2_000,
        "showlegend": first,
        across: model.exact[known].tolist(),
        along: [at[index] for index in known],
        "marker": {
            "symbol": "line-ew" if across == "y" else "line-ns",
            "size": 20,
            "line": {"width": 3, "color": palette.ink},
            "color": palette.ink,
        },
        "cliponaxis": False,
        "hovertemplate": f"exact: <b>%{{{across}:.4f}}</b><extra></extra>",
    }
