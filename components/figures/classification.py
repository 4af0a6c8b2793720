"""What classifiers say and how good they are: probabilities, training, learning curves, calibration, the boundary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from components.figures.base import Spec, axis, axis_positions, build_figure, escape_plotly, label_axis
from components.figures.palette import Palette, colour_scale


def verdict_bars(
    probabilities: np.ndarray, rows: Sequence[str], classes: tuple[str, str], palette: Palette
) -> go.Figure:
    """How sure each classifier is of one of two classes, as bars from the middle.

    probabilities: (R,), of the second class. rows: R names.
    """
    second = probabilities >= 0.5
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": probabilities - 0.5,
        "base": 0.5,
        "y": axis_positions(rows),
        "marker": {"color": np.where(second, palette.key, palette.query)},
        "text": [f"{probability:.2f}" for probability in probabilities],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [escape_plotly(classes[int(each)]) for each in second],
        "hovertemplate": f"%{{y}}: %{{customdata}}, {escape_plotly(classes[1])} with <b>%{{text}}</b><extra></extra>",
    }
    ends = [f"0: {escape_plotly(classes[0])}", "0.5", f"1: {escape_plotly(classes[1])}"]
    return build_figure(
        [bars],
        axis("probability", range=[-0.08, 1.08], tickvals=[0, 0.5, 1], ticktext=ends, zeroline=False, tickangle=0),
        label_axis(rows, "", autorange="reversed", tickfont={"size": 14}),
        palette,
        36 * len(rows) + 120,
        shapes=[_line(palette.ink, x0=0.5, x1=0.5, y0=0, y1=1, yref="paper")],
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        bargap=0.35,
    )


def verdict_heatmap(
    probabilities: np.ndarray, rows: Sequence[str], classes: Sequence[str], palette: Palette
) -> go.Figure:
    """How sure each classifier is of each class. probabilities: (R, K). rows, classes: their names."""
    heatmap = {
        "type": "heatmap",
        "z": probabilities.astype(np.float32),
        "x": axis_positions(classes),
        "y": axis_positions(rows),
        "zmin": 0,
        "zmax": 1,
        "colorscale": colour_scale(palette.sequential),
        "showscale": False,
        "texttemplate": "%{z:.2f}",
        "textfont": {"size": 13},
        "xgap": 1,
        "ygap": 1,
        "hovertemplate": "%{y}: %{x} with <b>%{z:.4f}</b><extra></extra>",
    }
    return build_figure(
        [heatmap],
        label_axis(classes, "class", side="top", autotickangles=[0, -60, -90]),
        label_axis(rows, "", autorange="reversed", tickfont={"size": 14}),
        palette,
        36 * len(rows) + 120,
    )


@dataclass(frozen=True)
class Band:
    """A curve with the range around it."""

    name: str
    middle: np.ndarray  # (P,)
    low: np.ndarray  # (P,)
    high: np.ndarray  # (P,)
    colour: str
    dash: str = "solid"


def banded_curves(
    x: np.ndarray, bands: Sequence[Band], x_range: tuple[float, float], palette: Palette, level: float
) -> go.Figure:
    """Accuracy by the number of texts learned from, on a logarithmic axis. x: (P,). level: what guessing reaches."""
    traces: list[Spec] = []
    for band in bands:
        traces.append(
            {
                "type": "scatter",
                "x": [*x, *x[::-1]],
                "y": [*band.high, *band.low[::-1]],
                "fill": "toself",
                "fillcolor": band.colour,
                "opacity": 0.14,
                "line": {"width": 0},
                "hoverinfo": "skip",
                "showlegend": False,
            }
        )
        traces.append(
            {
                "type": "scatter",
                "x": x,
                "y": band.middle,
                "mode": "lines+markers",
                "name": escape_plotly(band.name),
                "line": {"color": band.colour, "width": 2, "dash": band.dash},
                "hovertemplate": f"{escape_plotly(band.name)}, %{{x}} texts: <b>%{{y:.3f}}</b><extra></extra>",
            }
        )
    ticks = [2.0**power for power in range(0, 20) if x_range[0] <= 2.0**power <= 0.85 * x_range[1]]
    ticks.append(x_range[1])
    return build_figure(
        traces,
        axis(
            "texts learned from",
            type="log",
            range=[np.log10(0.94 * x_range[0]), np.log10(1.06 * x_range[1])],
            tickvals=ticks,
            ticktext=[f"{tick:,.0f}" for tick in ticks],
        ),
        axis("accuracy", range=[min(level, 0.5) - 0.08, 1.0], tickformat=".0%"),
        palette,
        440,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        shapes=[_line(palette.quiet, x0=0, x1=1, xref="paper", y0=level, y1=level, dash="dot")],
        margin={"l": 8, "r": 8, "t": 70, "b": 8},
    )


def reliability(
    said: np.ndarray,
    right: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    counts: np.ndarray,
    lowest: float,
    palette: Palette,
) -> go.Figure:
    """How often a classifier is right when it is so sure: what a well calibrated one says lies on the diagonal.

    said, right, low, high, counts: (B,) of each bin its mean probability, its share of right answers with an interval,
    and its number of texts. lowest: the least probability that the most probable class can have.
    """
    points = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": said,
        "y": right,
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": high - right,
            "arrayminus": right - low,
            "color": palette.key,
            "thickness": 1.5,
        },
        "marker": {"color": palette.key, "size": 9},
        "line": {"color": palette.key, "width": 1.5},
        "customdata": counts,
        "cliponaxis": False,
        "hovertemplate": "%{customdata} texts: sure with %{x:.2f}, right <b>%{y:.2f}</b><extra></extra>",
    }
    return build_figure(
        [points],
        axis("probability of the class it chooses", range=[lowest - 0.03, 1.03]),
        axis("share that is right", range=[0, 1.03]),
        palette,
        380,
        shapes=[_line(palette.quiet, x0=lowest, y0=lowest, x1=1, y1=1, dash="dot")],
        margin={"l": 8, "r": 8, "t": 16, "b": 8},
    )


@dataclass(frozen=True)
class Dots:
    """Texts of one class and one part of a set."""

    name: str
    points: np.ndarray  # (N, 2)
    says: Sequence[str]  # N
    colour: str
    filled: bool


def boundary(dots: Sequence[Dots], landed: np.ndarray | None, sides: tuple[str, str], palette: Palette) -> go.Figure:
    """Texts on both sides of a classifier's boundary, which is the upright line at 0.

    landed: (2,) where a new text lies. sides: what the classifier calls texts on the left and on the right.
    """
    traces: list[Spec] = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": escape_plotly(each.name),
            "x": each.points[:, 0],
            "y": each.points[:, 1],
            "marker": {
                "color": each.colour if each.filled else "rgba(0,0,0,0)",
                "size": 8,
                "opacity": 0.85,
                "line": {"color": each.colour, "width": 1.4},
            },
            "text": [escape_plotly(_wrapped(text)) for text in each.says],
            "hovertemplate": f"%{{text}}<br>{escape_plotly(each.name)}, <b>%{{x:+.3f}}</b><extra></extra>",
        }
        for each in dots
    ]
    annotations: list[Spec] = [
        {
            "x": place,
            "xref": "paper",
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "xanchor": anchor,
            "text": escape_plotly(text),
            "showarrow": False,
            "font": {"size": 14, "color": colour},
        }
        for place, anchor, text, colour in (
            (0, "left", f"← {sides[0]}", palette.query),
            (1, "right", f"{sides[1]} →", palette.key),
        )
    ]
    if landed is not None:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "your text",
                "x": [landed[0]],
                "y": [landed[1]],
                "marker": {
                    "symbol": "star",
                    "size": 20,
                    "color": palette.word,
                    "line": {"color": palette.ink, "width": 1.5},
                },
                "hovertemplate": "your text, <b>%{x:+.3f}</b><extra></extra>",
                "cliponaxis": False,
            }
        )
    return build_figure(
        traces,
        axis("distance from the boundary", zeroline=False),
        axis("most of what else differs", zeroline=False),
        palette,
        460,
        showlegend=True,
        legend={"orientation": "h", "y": -0.18, "yanchor": "top", "x": 0, "itemsizing": "constant"},
        shapes=[_line(palette.ink, x0=0, x1=0, y0=0, y1=1, yref="paper", width=2)],
        annotations=annotations,
        margin={"l": 8, "r": 8, "t": 56, "b": 8},
    )


def _wrapped(text: str, width: int = 60) -> str:
    """A text as its first two lines would be: Plotly's labels do not wrap."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def _line(colour: str, **where: object) -> Spec:
    dash, width = where.pop("dash", "solid"), where.pop("width", 1)
    return {"type": "line", "layer": "below", "line": {"color": colour, "width": width, "dash": dash}, **where}


def training_curves(
    epochs: np.ndarray,
    lines: Mapping[str, np.ndarray],
    y_title: str,
    colours: Mapping[str, str],
    most: int,
    y_range: tuple[float, float],
    palette: Palette,
) -> go.Figure:
    """A measure epoch by epoch, as far as training has come. most: epochs in all. lines: name → (E,)."""
    traces: list[Spec] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": escape_plotly(name),
            "x": epochs,
            "y": values,
            "line": {"color": colours[name], "width": 2},
            "hovertemplate": f"{escape_plotly(name)}, epoch %{{x}}: <b>%{{y:.3f}}</b><extra></extra>",
        }
        for name, values in lines.items()
    ]
    return build_figure(
        traces,
        axis("epoch", range=[0, most]),
        axis(y_title, range=list(y_range)),
        palette,
        300,
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        margin={"l": 8, "r": 8, "t": 50, "b": 8},
    )
