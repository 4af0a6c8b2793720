"""A network that learns: loss and accuracy epoch by epoch, and beside them its answers, which move as it learns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Num

from components.figures.base import Spec, axis, build_figure, escape_plotly
from components.figures.classification.boundary import DotGroup, dots
from components.figures.palette import Palette

# Milliseconds of a moment, when the film is played.
_MOMENT = 110


@dataclass(frozen=True, eq=False)
class Film:
    """E epochs, M of them drawn."""

    epochs: Num[np.ndarray, " E"]
    measures: Mapping[str, Mapping[str, Float[np.ndarray, " E"]]]  # "loss" → line → values
    moments: Sequence[int]
    answers: Float[np.ndarray, "M Y X"]
    x: Float[np.ndarray, " X"]
    y: Float[np.ndarray, " Y"]


def training_film(
    film: Film, groups: Sequence[DotGroup], lines: Mapping[str, str], regions: Sequence[str], palette: Palette
) -> go.Figure:
    """Draw the last moment; the buttons play the film, the slider shows any moment of it.

    groups: texts on the cut. lines: name of a line → its colour. regions: the colours of the classes.
    """
    two = len(regions) == 2
    last = len(film.moments) - 1
    moving = [*_curves(film, last, lines), *_regions(film, last, regions, two)]
    frames = [
        {
            "name": str(epoch),
            "data": [*_curves(film, moment, lines), *_regions(film, moment, regions, two)],
            "traces": list(range(len(moving))),
        }
        for moment, epoch in enumerate(film.moments)
    ]
    still: list[Spec] = [
        {**trace, "xaxis": "x3", "yaxis": "y3", "showlegend": group.filled}
        for trace, group in zip(dots(groups), groups, strict=True)
    ]
    loss_top = 1.05 * max(1.0, *(float(values.max()) for values in film.measures["loss"].values()))
    figure = build_figure(
        [*moving, *still],
        axis("", range=[0, film.epochs[-1]], domain=[0, 0.4], anchor="y", showticklabels=False),
        axis("loss", range=[0, loss_top], domain=[0.56, 1], nticks=4),
        palette,
        430,
        xaxis2=axis("epoch", range=[0, film.epochs[-1]], domain=[0, 0.4], anchor="y2"),
        yaxis2=axis("accuracy", range=[0, 1.03], domain=[0, 0.44], anchor="x2", nticks=4, tickformat=".0%"),
        xaxis3=_bare(film.x, domain=[0.47, 1], anchor="y3"),
        yaxis3=_bare(film.y, domain=[0, 1], anchor="x3"),
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "itemsizing": "constant"},
        margin={"l": 8, "r": 8, "t": 56, "b": 96},
        **_player(film),
    )
    figure.frames = frames
    return figure


def _curves(film: Film, moment: int, lines: Mapping[str, str]) -> list[Spec]:
    """The measures up to one moment."""
    shown = film.moments[moment]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": escape_plotly(name),
            "x": film.epochs[:shown],
            "y": values[:shown],
            "xaxis": f"x{panel}",
            "yaxis": f"y{panel}",
            "line": {"color": lines[name], "width": 2.5},
            "legendgroup": name,
            "showlegend": panel == "",
            "hovertemplate": f"{measure}, {escape_plotly(name)}, epoch %{{x}}: <b>%{{y:.3f}}</b><extra></extra>",
        }
        for panel, (measure, each) in zip(("", "2"), film.measures.items(), strict=True)
        for name, values in each.items()
    ]


def _regions(film: Film, moment: int, regions: Sequence[str], two: bool) -> list[Spec]:
    """The network's answers at one moment, and between two classes the boundary."""
    place: Spec = {"x": film.x, "y": film.y, "z": film.answers[moment], "xaxis": "x3", "yaxis": "y3"}
    count = len(regions)
    steps = [[each / count, regions[index]] for index in range(count) for each in (index, index + 1)]
    ground: Spec = {
        "type": "heatmap",
        **place,
        "zmin": 0 if two else -0.5,
        "zmax": 1 if two else count - 0.5,
        "colorscale": [[0, regions[0]], [0.5, "rgba(128,128,128,0.05)"], [1, regions[1]]] if two else steps,
        "opacity": 0.35,
        "showscale": False,
        "zsmooth": "best" if two else False,
        "hoverinfo": "skip",
    }
    if not two:
        return [ground]
    border: Spec = {
        "type": "contour",
        **place,
        "contours": {"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"},
        "line": {"color": "#808080", "width": 3},
        "showscale": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return [ground, border]


def _bare(values: Float[np.ndarray, " X"], **more: object) -> Spec:
    """An axis without numbers, which would have no meaning."""
    return axis(
        "",
        range=[float(values[0]), float(values[-1])],
        showticklabels=False,
        showgrid=False,
        zeroline=False,
        **more,
    )


def _player(film: Film) -> Spec:
    """The buttons and the slider."""

    def how(duration: int) -> Spec:
        return {"frame": {"duration": duration, "redraw": True}, "transition": {"duration": 0}, "mode": "immediate"}

    steps = [
        {"label": str(epoch), "method": "animate", "args": [[str(epoch)], how(0)], "value": str(epoch)}
        for epoch in film.moments
    ]
    buttons = [
        {"label": "▶ Watch it learn", "method": "animate", "args": [None, {**how(_MOMENT), "fromcurrent": False}]},
        {"label": "❚❚ Pause", "method": "animate", "args": [[None], how(0)]},
    ]
    return {
        "updatemenus": [
            {
                "type": "buttons",
                "direction": "left",
                "buttons": buttons,
                "showactive": False,
                "x": 0,
                "xanchor": "left",
                "y": 0,
                "yanchor": "top",
                "pad": {"t": 52, "l": 0},
                "font": {"size": 14},
            }
        ],
        "sliders": [
            {
                "active": len(film.moments) - 1,
                "steps": steps,
                "x": 0.42,
                "len": 0.58,
                "y": 0,
                "yanchor": "top",
                "pad": {"t": 34},
                "font": {"size": 14},
                "currentvalue": {"prefix": "epoch ", "font": {"size": 15}, "xanchor": "left"},
                "minorticklen": 0,
                "ticklen": 0,
            }
        ],
    }
