"""Bars, curves and points."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from components.figures.base import (
    CODE_FONT,
    LONGEST_LABEL,
    Spec,
    axis,
    axis_positions,
    build_figure,
    escape_plotly,
    label_axis,
    tick_text,
)
from components.figures.palette import Palette

# Of a picture with more bars than this, the numbers no longer fit above them.
_WRITTEN_BARS = 16


def bars(
    values: Sequence[float],
    labels: Sequence[str],
    colour: str,
    palette: Palette,
    x_title: str = "cosine",
    y_title: str = "token",
    marked: int | None = None,
) -> go.Figure:
    """Numbers as horizontal bars, the first on top. labels: what each stands for. marked: the one that is meant."""
    drawn: Spec = _lying_bars(values, labels, colour, decimals=3)
    if marked is not None:
        drawn["marker"]["opacity"] = [1 if i == marked else 0.4 for i in range(len(labels))]
    return build_figure(
        [drawn],
        axis(x_title, range=[min(0.0, *values), 1.22 * max(values)], zeroline=True),
        label_axis(labels, y_title, autorange="reversed"),
        palette,
        30 * len(labels) + 100,
    )


def token_bars(
    values: np.ndarray, labels: Sequence[str], numbers: Sequence[int], marked: int, unit: str, palette: Palette
) -> go.Figure:
    """A number a token, as upright bars in the order of the text, one of them marked.

    values: not a number where there is no bar. numbers: each token's place in the text, counted from 1.
    """
    names = [f"{number} {escape_plotly(label)}" for number, label in zip(numbers, labels, strict=True)]
    written = len(labels) <= _WRITTEN_BARS
    drawn: Spec = {
        "type": "bar",
        "x": names,
        "y": values,
        "marker": {"color": palette.key, "opacity": [1 if i == marked else 0.4 for i in range(len(names))]},
        "hovertemplate": f"%{{x}}: {unit} <b>%{{y:.4f}}</b><extra></extra>",
    }
    if written:
        drawn |= {"texttemplate": "%{y:.2f}", "textposition": "outside", "cliponaxis": False}
    axis_of_tokens = label_axis(labels, "key: at whom", **({} if len(labels) <= 8 else {"tickangle": -60}))
    # Places here are the text's own numbers, of which some may be left out.
    axis_of_tokens |= {"categoryarray": names, "labelalias": dict(zip(names, map(tick_text, labels), strict=True))}
    low, high = min(0.0, float(np.nanmin(values))), max(0.0, float(np.nanmax(values)))
    room = 0.12 * (high - low or 1)
    return build_figure(
        [drawn],
        axis_of_tokens,
        axis(unit, range=[low - (room if low < 0 else 0), high + room], zeroline=True),
        palette,
        320,
    )


def tokens_per_word(counts: Sequence[int], words: Sequence[str], palette: Palette) -> go.Figure:
    """How many tokens each word of the text takes, word by word."""
    bars = {
        "type": "bar",
        "x": axis_positions(words),
        "y": list(counts),
        "marker": {"color": [palette.word if count > 1 else palette.key for count in counts]},
        "hovertemplate": "%{x}  <b>%{y}</b><extra></extra>",
    }
    return build_figure(
        [bars],
        label_axis(words, "word", tickangle=-60 if len(words) > 8 else 0),
        axis("tokens", dtick=1 if max(counts) <= 12 else None, rangemode="tozero"),
        palette,
        300,
    )


def curves(
    x: np.ndarray,
    lines: dict[str, tuple[np.ndarray, str]],
    x_title: str,
    y_title: str,
    palette: Palette,
    y_range: tuple[float, float],
    marked: float | None = None,
    measured: bool = False,
) -> go.Figure:
    """Curves over one axis. lines: name → (values, colour). marked: the place along x that is chosen.

    measured: whether there is nothing between the values, which are then marked.
    """
    traces = [
        {
            "type": "scatter",
            "x": x,
            "y": values,
            "mode": "lines+markers" if measured else "lines",
            "name": escape_plotly(name),
            "line": {"color": colour, "width": 2},
            "hovertemplate": f"{escape_plotly(name)}: %{{x}} → <b>%{{y:.3f}}</b><extra></extra>",
        }
        for name, (values, colour) in lines.items()
    ]
    return build_figure(
        traces,
        axis(x_title),
        axis(y_title, zeroline=True, range=list(y_range)),
        palette,
        320,
        showlegend=len(lines) > 1,
        legend={"orientation": "h", "y": 1.15, "x": 0},
        shapes=[_upright(marked, palette)] if marked is not None else [],
    )


def _upright(place: float, palette: Palette) -> Spec:
    """A line from the foot of the picture to its top."""
    line = {"color": palette.query, "width": 2, "dash": "dot"}
    return {"type": "line", "x0": place, "x1": place, "yref": "paper", "y0": 0, "y1": 1, "line": line}


@dataclass(frozen=True)
class LayerLine:
    """One line over the layers."""

    name: str
    values: np.ndarray
    colour: str
    width: float = 1.5
    dash: str = "solid"


def layer_lines(
    lines: Sequence[LayerLine], steps: Sequence[str], y_title: str, palette: Palette, height: int = 420
) -> go.Figure:
    """Lines from layer to layer, each named where it ends. steps: what stands along the axis, such as "input", "1"."""
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
    lowest = min(float(line.values.min()) for line in lines)
    highest = max(float(line.values.max()) for line in lines)
    margin = 0.06 * max(highest - lowest, 0.01)
    span = highest - lowest + 2 * margin
    # A name takes about 18 pixels of the height that is left for the lines.
    ends = _apart([float(line.values[-1]) for line in lines], span * 18 / (height - 90))
    names = [
        {
            "x": 1.01,
            "xref": "paper",
            "xanchor": "left",
            "y": end,
            "yref": "y",
            "text": tick_text(line.name),
            "showarrow": False,
            "font": {"color": line.colour, "family": CODE_FONT, "size": 13},
        }
        for line, end in zip(lines, ends, strict=True)
    ]
    longest = max(min(len(line.name), LONGEST_LABEL) for line in lines)
    return build_figure(
        traces,
        axis(
            "layer", tickvals=list(range(len(steps))), ticktext=[escape_plotly(step) for step in steps], showgrid=False
        ),
        axis(y_title, range=[lowest - margin, highest + margin], zeroline=False),
        palette,
        height,
        annotations=names,
        margin={"l": 8, "r": 16 + 8 * longest, "t": 24, "b": 8},
    )


def _apart(axis_positions: Sequence[float], least: float) -> list[float]:
    """Move places so far that any two are `least` apart, and none farther than needed; their order stays."""
    order = np.argsort(axis_positions, kind="stable")
    moved = np.array(axis_positions, dtype=float)[order]
    for _ in range(50):
        gaps = least - np.diff(moved)
        close = gaps > 1e-12
        if not close.any():
            break
        push = np.where(close, gaps / 2, 0)
        moved[:-1] -= push
        moved[1:] += push
    back = np.empty_like(moved)
    back[order] = moved
    return back.tolist()


def twin_bars(
    sides: Sequence[tuple[str, np.ndarray, str]], labels: Sequence[str], y_title: str, palette: Palette
) -> go.Figure:
    """Two measures of the same things side by side, each on its own scale. sides: two of (title, values, colour)."""
    traces = [
        _lying_bars(values.tolist(), labels, colour, decimals=4) | {"xaxis": x}
        for x, (_, values, colour) in zip(("x", "x2"), sides, strict=True)
    ]
    ranges = [[min(0.0, 1.1 * float(values.min())), 1.25 * max(float(values.max()), 1e-6)] for _, values, _ in sides]
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


def _lying_bars(values: Sequence[float], labels: Sequence[str], colour: str, decimals: int) -> Spec:
    """Horizontal bars with their numbers beside them. decimals: of the number that pointing at one reads out."""
    return {
        "type": "bar",
        "x": list(values),
        "y": axis_positions(labels),
        "orientation": "h",
        "marker": {"color": colour},
        "text": [f"{value:.3f}" for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": f"%{{y}}  <b>%{{x:.{decimals}f}}</b><extra></extra>",
    }


def counts_of_heads(counts: np.ndarray, total: int, marks: dict[str, float], palette: Palette) -> go.Figure:
    """How many heads reach each count: a histogram of whole numbers, with named lines across it.

    counts: (N,) from 0 to total. marks: name → count; the last one is the one that is meant.
    """
    values, heads = np.unique(counts, return_counts=True)
    drawn = {
        "type": "bar",
        "x": values,
        "y": heads,
        "width": 0.9,
        "marker": {"color": palette.key, "opacity": 0.55},
        "hovertemplate": "%{y} heads are right in <b>%{x}</b><extra></extra>",
    }
    lines, names = [], []
    for number, (name, place) in enumerate(marks.items()):
        meant = number == len(marks) - 1
        colour = palette.query if meant else palette.quiet
        line = {"color": colour, "width": 2.5 if meant else 1.5, "dash": "solid" if meant else "dot"}
        top = 1.0 + 0.11 * number
        lines.append({"type": "line", "x0": place, "x1": place, "y0": 0, "y1": top, "yref": "paper", "line": line})
        names.append(
            {
                "x": place,
                "y": top,
                "yref": "paper",
                "xanchor": "auto",
                "yanchor": "bottom",
                "text": f"{name}: {place:g}",
                "showarrow": False,
                "font": {"color": colour, "size": 13},
            }
        )
    low, high = (extreme([*values, *marks.values()]) for extreme in (min, max))
    return build_figure(
        [drawn],
        axis(f"sentences of {total} in which a head is right", range=[low - 6, high + 6], dtick=5),
        axis("heads", rangemode="tozero"),
        palette,
        340,
        shapes=lines,
        annotations=names,
        margin={"l": 8, "r": 8, "t": 100, "b": 8},
    )


def order_points(rows: dict[str, tuple[Sequence[float], str]], orders: Sequence[str], palette: Palette) -> go.Figure:
    """One row of points a condition: the cosine of each word order's sentence vector with the original's.

    rows: condition → (cosines, colour). orders: the sentences, in the order of the cosines.
    """
    traces = [
        {
            "type": "scatter",
            "x": list(cosines),
            "y": [name] * len(cosines),
            "mode": "markers",
            "marker": {"color": colour, "size": 14, "opacity": 0.55, "line": {"width": 1, "color": palette.paper}},
            "text": [escape_plotly(order) for order in orders],
            "hovertemplate": "%{text}  <b>%{x:.4f}</b><extra></extra>",
        }
        for name, (cosines, colour) in rows.items()
    ]
    lowest = min(min(cosines) for cosines, _ in rows.values())
    margin = 0.08 * max(1 - lowest, 0.02)
    return build_figure(
        traces,
        axis("cosine with the original sentence vector", range=[lowest - margin, 1 + margin]),
        axis("", autorange="reversed", tickfont={"size": 15}, showgrid=False),
        palette,
        90 + 70 * len(rows),
    )


def labelled_points(points: np.ndarray, labels: Sequence[str], palette: Palette) -> go.Figure:
    """A flat map. points: (N, 2). labels: N names, written beside the points."""
    dots = {
        "type": "scatter",
        "x": points[:, 0],
        "y": points[:, 1],
        "mode": "markers+text",
        "text": [escape_plotly(label) for label in labels],
        "textposition": _label_places(points, labels),
        "textfont": {"family": CODE_FONT, "size": 14},
        "marker": {"color": palette.word, "size": 9},
        "cliponaxis": False,
        "hovertemplate": "%{text}  (%{x:.3f}, %{y:.3f})<extra></extra>",
    }
    # Equal units on both axes: a map that is stretched would lie about nearness.
    return build_figure(
        [dots],
        axis("first principal component", scaleanchor="y", showgrid=True),
        axis("second principal component", showgrid=True),
        palette,
        460,
    )


_LETTER, _LINE, _PLOT_HEIGHT = 8.6, 17.0, 340.0  # pixels: a letter's width, a line's height, the plot area


def _label_places(points: np.ndarray, labels: Sequence[str]) -> list[str]:
    """Where to write each label so that labels cover each other and other points as little as may be.

    Greedy, one label after the other, among Plotly's text positions. points: (N, 2).
    """
    # The map has equal units on both axes, so one scale, set by its height, turns it into pixels.
    pixels = points * _PLOT_HEIGHT / max(float(np.ptp(points[:, 1])), 1e-9)
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in pixels]
    chosen = []
    for (x, y), label in zip(pixels, labels, strict=True):
        width, height = _LETTER * len(label), _LINE
        boxes = {
            "top center": (x - width / 2, y + 6, x + width / 2, y + 6 + height),
            "bottom center": (x - width / 2, y - 6 - height, x + width / 2, y - 6),
            "middle right": (x + 8, y - height / 2, x + 8 + width, y + height / 2),
            "middle left": (x - 8 - width, y - height / 2, x - 8, y + height / 2),
            "top right": (x + 4, y + 4, x + 4 + width, y + 4 + height),
            "top left": (x - 4 - width, y + 4, x - 4, y + 4 + height),
            "bottom right": (x + 4, y - 4 - height, x + 4 + width, y - 4),
            "bottom left": (x - 4 - width, y - 4 - height, x - 4, y - 4),
        }
        place = min(boxes, key=lambda each: sum(_overlap(boxes[each], other) for other in taken))
        chosen.append(place)
        taken.append(boxes[place])
    return chosen


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The area that two boxes (left, bottom, right, top) share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0) * max(height, 0)
