"""Square matrices with labels on both axes: attention, and cosine similarity."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.base import framed, label_axis, places
from components.figures.palette import Palette, colour_scale


def attention_heatmap(weights: np.ndarray, labels: Sequence[str], palette: Palette) -> go.Figure:
    """One head's attention. Rows are queries (who is looking), columns are keys (at whom).

    weights: (S, S), from 0 to 1. labels: S tokens.
    """
    figure = _square(weights, labels, colour_scale(palette.sequential), 0, 1, "weight", "%{y} → %{x}")
    figure.update_xaxes(title="key: at whom")
    figure.update_yaxes(title="query: who is looking")
    return framed(figure, palette, _height(len(labels)))


def similarity_heatmap(cosines: np.ndarray, labels: Sequence[str], palette: Palette, what: str = "") -> go.Figure:
    """Cosine similarity of everything with everything.

    cosines: (N, N), from -1 to 1. labels: N names. what: what is compared, for the axes.
    """
    figure = _square(cosines, labels, colour_scale(palette.diverging), -1, 1, "cosine", "%{y} and %{x}")
    figure.update_xaxes(title=what)
    figure.update_yaxes(title=what)
    return framed(figure, palette, _height(len(labels)))


def _square(
    values: np.ndarray,
    labels: Sequence[str],
    scale: list[list[float | str]],
    low: float,
    high: float,
    unit: str,
    pair: str,
) -> go.Figure:
    size = len(labels)
    gap = 1 if size <= 32 else 0
    names = places(labels)
    figure = go.Figure(
        go.Heatmap(
            z=values.astype(np.float32),
            x=names,
            y=names,
            zmin=low,
            zmax=high,
            colorscale=scale,
            xgap=gap,
            ygap=gap,
            colorbar=_bar(unit),
            hovertemplate=f"{pair}  <b>%{{z:.3f}}</b><extra></extra>",
        )
    )
    figure.update_xaxes(**label_axis(labels, "", side="top", tickangle=-90 if size > 32 else -60 if size > 8 else 0))
    figure.update_yaxes(**label_axis(labels, "", autorange="reversed"))
    return figure


def position_similarity(cosines: np.ndarray, palette: Palette) -> go.Figure:
    """Cosine similarity of the first P positions with each other. cosines: (P, P)."""
    numbers = list(range(1, len(cosines) + 1))
    figure = go.Figure(
        go.Heatmap(
            z=cosines.astype(np.float32),
            x=numbers,
            y=numbers,
            zmin=-1,
            zmax=1,
            colorscale=colour_scale(palette.diverging),
            colorbar=_bar("cosine"),
            hovertemplate="positions %{y} and %{x}  <b>%{z:.3f}</b><extra></extra>",
        )
    )
    figure.update_xaxes(title="position", side="top", showgrid=False, constrain="domain")
    figure.update_yaxes(title="position", showgrid=False, autorange="reversed", scaleanchor="x", constrain="domain")
    return framed(figure, palette, 460)


def _bar(unit: str) -> dict[str, Any]:
    """A colour bar below the picture, where it takes no width from it."""
    return {
        "title": {"text": unit, "side": "top"},
        "orientation": "h",
        "thickness": 10,
        "len": 0.5,
        "y": -0.02,
        "yanchor": "top",
        "x": 1,
        "xanchor": "right",
        "tickformat": ".1f",
    }


def _height(size: int) -> int:
    return int(np.clip(34 * size + 170, 320, 900))
