"""Bars, curves and points."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.base import CODE_FONT, framed, label_axis, places, plain
from components.figures.palette import Palette


def cosine_bars(cosines: Sequence[float], labels: Sequence[str], colour: str, palette: Palette) -> go.Figure:
    """Cosines as horizontal bars, the first on top. labels: what each bar stands for."""
    figure = go.Figure(
        go.Bar(
            x=list(cosines),
            y=places(labels),
            orientation="h",
            marker={"color": colour},
            text=[f"{cosine:.3f}" for cosine in cosines],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}  <b>%{x:.3f}</b><extra></extra>",
        )
    )
    figure.update_xaxes(title="cosine", range=[min(0.0, *cosines), 1.12], zeroline=True)
    figure.update_yaxes(**label_axis(labels, "token", autorange="reversed"))
    return framed(figure, palette, 30 * len(labels) + 100)


def tokens_per_word(counts: Sequence[int], words: Sequence[str], palette: Palette) -> go.Figure:
    """How many tokens each word of the text takes, word by word."""
    figure = go.Figure(
        go.Bar(
            x=places(words),
            y=list(counts),
            marker={"color": [palette.word if count > 1 else palette.key for count in counts]},
            hovertemplate="%{x}  <b>%{y}</b><extra></extra>",
        )
    )
    figure.update_xaxes(**label_axis(words, "word", tickangle=-60 if len(words) > 8 else 0))
    figure.update_yaxes(title="tokens", dtick=1 if max(counts) <= 12 else None, rangemode="tozero")
    return framed(figure, palette, 300)


def labelled_points(points: np.ndarray, labels: Sequence[str], palette: Palette) -> go.Figure:
    """A flat map. points: (N, 2). labels: N names, written beside the points."""
    figure = go.Figure(
        go.Scatter(
            x=points[:, 0],
            y=points[:, 1],
            mode="markers+text",
            text=[plain(label) for label in labels],
            textposition="top center",
            textfont={"family": CODE_FONT, "size": 15},
            marker={"color": palette.word, "size": 9},
            cliponaxis=False,
            hovertemplate="%{text}  (%{x:.3f}, %{y:.3f})<extra></extra>",
        )
    )
    # Equal units on both axes: a map that is stretched would lie about nearness.
    figure.update_xaxes(title="first principal component", scaleanchor="y", showgrid=True)
    figure.update_yaxes(title="second principal component", showgrid=True)
    return framed(figure, palette, 460)


def curves(
    x: np.ndarray,
    lines: dict[str, tuple[np.ndarray, str]],
    x_title: str,
    y_title: str,
    palette: Palette,
    y_range: tuple[float, float],
) -> go.Figure:
    """Curves over one axis. lines: name → (values, colour)."""
    figure = go.Figure()
    for name, (values, colour) in lines.items():
        figure.add_scatter(
            x=x,
            y=values,
            mode="lines",
            name=name,
            line={"color": colour, "width": 2},
            hovertemplate=f"{plain(name)}: %{{x}} → <b>%{{y:.3f}}</b><extra></extra>",
        )
    figure.update_xaxes(title=x_title)
    figure.update_yaxes(title=y_title, zeroline=True, range=list(y_range))
    framed(figure, palette, 320)
    return figure.update_layout(showlegend=len(lines) > 1, legend={"orientation": "h", "y": 1.15, "x": 0})


def order_points(rows: dict[str, tuple[Sequence[float], str]], orders: Sequence[str], palette: Palette) -> go.Figure:
    """One row of points a condition: the cosine of each word order's sentence vector with the original's.

    rows: condition → (cosines, colour). orders: the sentences, in the order of the cosines.
    """
    figure = go.Figure()
    for name, (cosines, colour) in rows.items():
        figure.add_scatter(
            x=list(cosines),
            y=[name] * len(cosines),
            mode="markers",
            marker={"color": colour, "size": 14, "opacity": 0.55, "line": {"width": 1, "color": palette.paper}},
            text=[plain(order) for order in orders],
            hovertemplate="%{text}  <b>%{x:.4f}</b><extra></extra>",
        )
    lowest = min(min(cosines) for cosines, _ in rows.values())
    span = max(1 - lowest, 0.02)
    figure.update_xaxes(title="cosine with the original sentence vector", range=[lowest - 0.08 * span, 1 + 0.08 * span])
    figure.update_yaxes(autorange="reversed", automargin=True, tickfont={"size": 15}, showgrid=False)
    return framed(figure, palette, 90 + 70 * len(rows))
