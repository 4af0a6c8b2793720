"""Square matrices: attention, and cosine similarity."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.base import Spec, axis, framed, label_axis, places
from components.figures.palette import Palette, colour_scale


def attention_heatmap(
    weights: np.ndarray, labels: Sequence[str], palette: Palette, first: int = 1, step: int = 1
) -> go.Figure:
    """One head's attention. Rows are queries (who is looking), columns are keys (at whom).

    weights: (S, S), from 0 to 1. labels: S tokens; the first is token number `first` of the text, and each
    stands for `step` tokens.
    """
    heatmap = _heatmap(weights, places(labels, first, step), "weight", "%{y} → %{x}")
    heatmap |= {"zmin": 0, "zmax": 1, "colorscale": colour_scale(palette.sequential)}
    return _labelled(heatmap, labels, "key: at whom", "query: who is looking", palette, first, step)


def similarity_heatmap(cosines: np.ndarray, labels: Sequence[str], what: str, palette: Palette) -> go.Figure:
    """Cosine similarity of everything with everything.

    cosines: (N, N), from -1 to 1. labels: N names. what: what is compared, for the axes.
    """
    heatmap = _heatmap(cosines, places(labels), "cosine", "%{y} and %{x}") | _from_minus_one_to_one(palette)
    return _labelled(heatmap, labels, what, what, palette)


def position_similarity(cosines: np.ndarray, positions: Sequence[int], palette: Palette) -> go.Figure:
    """Cosine similarity of P positions with each other. cosines: (P, P). positions: P numbers, counted from 1."""
    heatmap = _heatmap(cosines, positions, "cosine", "positions %{y} and %{x}") | _from_minus_one_to_one(palette)
    square = {"showgrid": False, "constrain": "domain"}
    return framed(
        [heatmap],
        axis("position", side="top", **square),
        axis("position", autorange="reversed", scaleanchor="x", **square),
        palette,
        460,
    )


def _heatmap(values: np.ndarray, along: Sequence[Any], unit: str, pair: str) -> Spec:
    """A square heatmap with the same places along both axes; `pair` names a cell in the hover label."""
    return {
        "type": "heatmap",
        "z": values.astype(np.float32),
        "x": list(along),
        "y": list(along),
        # Below the picture the colour bar takes no width from it.
        "colorbar": {
            "title": {"text": unit, "side": "top"},
            "orientation": "h",
            "thickness": 10,
            "len": 0.5,
            "y": -0.02,
            "yanchor": "top",
            "x": 1,
            "xanchor": "right",
            "tickformat": ".1f",
        },
        "hovertemplate": f"{pair}  <b>%{{z:.3f}}</b><extra></extra>",
    }


def _from_minus_one_to_one(palette: Palette) -> Spec:
    return {"zmin": -1, "zmax": 1, "colorscale": colour_scale(palette.diverging)}


def _labelled(
    heatmap: Spec,
    labels: Sequence[str],
    x_title: str,
    y_title: str,
    palette: Palette,
    first: int = 1,
    step: int = 1,
) -> go.Figure:
    size = len(labels)
    gap = 1 if size <= 32 else 0
    tilt = -90 if size > 32 else -60 if size > 8 else 0
    return framed(
        [heatmap | {"xgap": gap, "ygap": gap}],
        label_axis(labels, x_title, first, step, side="top", tickangle=tilt),
        label_axis(labels, y_title, first, step, autorange="reversed"),
        palette,
        int(np.clip(34 * size + 170, 320, 900)),
    )
