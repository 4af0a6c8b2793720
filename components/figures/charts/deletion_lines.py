"""A result as words are hidden one after the other, in the orders of several explanations."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int

from components.figures.base import Spec, axis, band_between, build_figure, escape_plotly
from components.figures.palette import Palette

_NOTHING = np.empty(0)


def deletion_lines(
    hidden: Int[np.ndarray, " P"],
    most_first: Mapping[str, Float[np.ndarray, " P"]],
    least_first: Float[np.ndarray, " P"],
    chosen: str,
    chance: Float[np.ndarray, "R P"],
    y_title: str,
    palette: Palette,
    own: Float[np.ndarray, " K"] = _NOTHING,
) -> go.Figure:
    """Draw a result as more and more words are hidden.

    hidden: how many, from none to all. most_first: explanation → the result with its most important words hidden first.
    least_first: of the chosen one, in the opposite order. chance: the result in each of R random orders; the band holds
    eight of ten. own: the result with none, one, two … of the words hidden that the reader has picked.
    """
    x = hidden.tolist()
    low, high = np.percentile(chance, [10, 90], axis=0)
    traces: list[Spec] = [
        band_between(x, low.tolist(), high.tolist(), palette.quiet, 0.16)
        | {"mode": "lines", "name": "random orders", "showlegend": True},
        band_between(x, most_first[chosen].tolist(), least_first.tolist(), palette.key, 0.18)
        | {"mode": "lines", "name": ""},
    ]
    for name, results in most_first.items():
        if name != chosen:
            traces.append(_line(hidden, results, name, palette.quiet, 1, "solid") | {"showlegend": False})
    if len(most_first) > 1:
        # The others have names of their own where the pointer is; the legend has one for all.
        unseen = np.array([np.nan])
        traces.append(_line(unseen, unseen, "the other explanations", palette.quiet, 1, "solid"))
    traces.append(_line(hidden, least_first, "least important first", palette.key, 3, "dash"))
    traces.append(_line(hidden, most_first[chosen], "most important first", palette.key, 3, "solid"))
    if len(own):
        traces.append(_line(np.arange(len(own)), own, "your words", palette.word, 4, "solid"))
    return build_figure(
        traces,
        axis("words hidden", range=[-0.2, hidden[-1] + 0.2], tickformat="d", dtick=1 if hidden[-1] <= 16 else None),
        axis(y_title, zeroline=True),
        palette,
        420,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        margin={"l": 8, "r": 8, "t": 78, "b": 8},
    )


def _line(
    hidden: np.ndarray, results: Float[np.ndarray, " P"], name: str, colour: str, width: float, dash: str
) -> Spec:
    return {
        "type": "scatter",
        "x": hidden,
        "y": results,
        "mode": "lines+markers" if width > 1 else "lines",
        "name": escape_plotly(name),
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": f"{escape_plotly(name)}, %{{x}} hidden: <b>%{{y:.3f}}</b><extra></extra>",
    }
