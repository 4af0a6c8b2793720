"""Square matrices: attention, and cosine similarity."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.figures.base import Spec, axis, axis_positions, build_figure, label_axis
from components.figures.palette import Palette, colour_scale

# Of a matrix with more rows than this, the numbers no longer fit into the cells.
_WRITTEN = 12
# A row's height in pixels.
_CELL = 34


def attention_heatmap(
    weights: np.ndarray, labels: Sequence[str], palette: Palette, first: int = 1, step: int = 1, cell: int = _CELL
) -> go.Figure:
    """One head's attention. Rows are queries (who is looking), columns are keys (at whom).

    weights: (S, S), from 0 to 1. labels: S tokens; the first is token number `first` of the text, and each
    stands for `step` tokens. cell: a row's height in pixels, where that leaves the figure no taller than a screen.
    """
    heatmap = _heatmap(weights, axis_positions(labels, first, step), "weight", "%{y} → %{x}")
    heatmap |= {"zmin": 0, "zmax": 1, "colorscale": colour_scale(palette.sequential)}
    return _labelled(heatmap, labels, "key: at whom", "query: who is looking", palette, first, step, cell)


def attention_difference(
    differences: np.ndarray, labels: Sequence[str], palette: Palette, first: int = 1, step: int = 1, cell: int = _CELL
) -> go.Figure:
    """What one head's attention has more (blue) or less (red) than another's, on a scale from -1 to 1.

    differences: (W, W), not a number where one of the two has no such cell; the rest as for attention_heatmap.
    """
    heatmap = _heatmap(differences, axis_positions(labels, first, step), "difference", "%{y} → %{x}", decimals="+.3f")
    heatmap |= _from_minus_one_to_one(palette)
    heatmap["colorbar"] |= {"tickvals": [-1, 0, 1], "tickformat": "d", "tickangle": 0}
    return _labelled(heatmap, labels, "key: at whom", "query: who is looking", palette, first, step, cell)


def similarity_heatmap(cosines: np.ndarray, labels: Sequence[str], what: str, palette: Palette) -> go.Figure:
    """Cosine similarity of everything with everything.

    cosines: (N, N), from -1 to 1. labels: N names. what: what is compared, for the axes.
    """
    heatmap = _heatmap(cosines, axis_positions(labels), "cosine", "%{y} and %{x}", ".4f") | _from_minus_one_to_one(
        palette
    )
    heatmap["colorbar"] |= {"tickvals": [-1, 0, 1], "tickformat": "d", "tickangle": 0}
    if len(labels) <= _WRITTEN:
        # Without the zero before the point they fit on a phone.
        written = [[f"{cosine:.2f}".replace("0.", ".") for cosine in row] for row in cosines]
        heatmap |= {"text": written, "texttemplate": "%{text}", "textfont": {"size": 12}}
    return _labelled(heatmap, labels, what, what, palette)


def counts_heatmap(
    counts: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    row_title: str,
    column_title: str,
    palette: Palette,
    unit: str = "sentences",
) -> go.Figure:
    """How often each row meets each column, written into the cells.

    counts: (R, C). rows, columns: their names. unit: of what is counted.
    """
    heatmap = _heatmap(counts, axis_positions(columns), unit, f"{row_title} %{{y}}, {column_title} %{{x}}", "d")
    heatmap |= {
        "y": axis_positions(rows),
        "zmin": 0,
        "zmax": int(counts.max(initial=1)),
        "colorscale": colour_scale(palette.sequential),
        # Of no sentence nothing is written, so that the eye finds those that are there.
        "text": np.where(counts > 0, counts.astype(str), ""),
        "texttemplate": "%{text}",
        "textfont": {"size": 13},
        "xgap": 1,
        "ygap": 1,
    }
    heatmap["colorbar"] |= {"tickformat": "d", "y": -0.05}
    return build_figure(
        [heatmap],
        label_axis(columns, column_title, side="top", **_tilt(len(columns))),
        label_axis(rows, row_title, autorange="reversed"),
        palette,
        int(np.clip(30 * len(rows) + 190, 260, 900)),
    )


def shares_heatmap(
    shares: np.ndarray, rows: Sequence[str], columns: Sequence[str], row_title: str, column_title: str, palette: Palette
) -> go.Figure:
    """What each pair brings to a score: blue adds to it, red takes from it. shares: (R, C). rows, columns: names."""
    most = float(np.abs(shares).max(initial=0.0)) or 1.0
    gap = 1 if len(columns) <= 80 else 0
    heatmap = _heatmap(shares, axis_positions(columns), "share", f"{row_title} %{{y}}, {column_title} %{{x}}", ".5f")
    heatmap |= {
        "y": axis_positions(rows),
        "zmin": -most,
        "zmax": most,
        "colorscale": colour_scale(palette.diverging),
        "xgap": gap,
        "ygap": gap,
    }
    heatmap["colorbar"] |= {"tickvals": [-most, 0, most], "tickformat": ".4f", "tickangle": 0, "y": -0.05}
    return build_figure(
        [heatmap],
        label_axis(columns, column_title, side="top", **_tilt(len(columns))),
        label_axis(rows, row_title, autorange="reversed"),
        palette,
        int(np.clip(26 * len(rows) + 210, 300, 900)),
    )


def close_similarity_heatmap(
    cosines: np.ndarray, labels: Sequence[str], what: str, palette: Palette, lowest: float
) -> go.Figure:
    """Cosine similarity of things that are all much alike, on a scale from `lowest` to 1, written into the cells.

    cosines: (N, N). labels: N names. what: what is compared, for the axes.
    """
    heatmap = _heatmap(cosines, axis_positions(labels), "cosine", "%{y} and %{x}", decimals=".4f")
    heatmap |= {"zmin": lowest, "zmax": 1, "colorscale": colour_scale(palette.sequential)}
    heatmap["colorbar"] |= {"tickformat": ".2f", "tickvals": [lowest, 1], "tickangle": 0}
    if len(labels) <= _WRITTEN:
        heatmap |= {"texttemplate": "%{z:.2f}", "textfont": {"size": 13}}
    return _labelled(heatmap, labels, what, what, palette)


def position_similarity(cosines: np.ndarray, positions: Sequence[int], palette: Palette) -> go.Figure:
    """Cosine similarity of P positions with each other. cosines: (P, P). positions: P numbers, counted from 1."""
    heatmap = _heatmap(cosines, positions, "cosine", "positions %{y} and %{x}") | _from_minus_one_to_one(palette)
    square = {"showgrid": False, "constrain": "domain"}
    return build_figure(
        [heatmap],
        axis("position", side="top", **square),
        axis("position", autorange="reversed", scaleanchor="x", **square),
        palette,
        460,
    )


def layers_by_tokens(cosines: np.ndarray, steps: Sequence[str], labels: Sequence[str], palette: Palette) -> go.Figure:
    """How near each token's vector stays to another, layer by layer: rows are layers, the first on top.

    cosines: (T, S). steps: T names of layers. labels: S tokens. The scale ends at 1 and begins at the lowest cosine, or
    at 0.99 where all are higher.
    """
    lowest = min(0.99, float(cosines.min()))
    heatmap = _heatmap(cosines, axis_positions(labels), "cosine", "%{x}, layer %{y}", decimals=".4f")
    heatmap |= {"y": list(steps), "zmin": lowest, "zmax": 1, "colorscale": colour_scale(palette.sequential[::-1])}
    heatmap["colorbar"] |= {"tickformat": ".3f", "tickvals": [lowest, 1], "tickangle": 0, "y": -0.1}
    return build_figure(
        [heatmap | {"xgap": 1 if len(labels) <= 64 else 0, "ygap": 1}],
        label_axis(labels, "token", side="top", **_tilt(len(labels))),
        axis("layer", type="category", autorange="reversed"),
        palette,
        30 * len(steps) + 190,
    )


def layers_by_heads(values: np.ndarray, palette: Palette) -> go.Figure:
    """A number a head: rows are layers, the first on top, columns are heads. values: (L, H), none below 0."""
    layers, heads = values.shape
    heatmap = _heatmap(values, [str(head + 1) for head in range(heads)], "1 − cosine", "layer %{y}, head %{x}", ".4f")
    heatmap |= {
        "y": [str(layer + 1) for layer in range(layers)],
        "zmin": 0,
        "zmax": float(values.max()) or 1,
        "colorscale": colour_scale(palette.sequential),
        "xgap": 1,
        "ygap": 1,
    }
    heatmap["colorbar"] |= {"tickformat": ".3f", "tickvals": [0, float(values.max()) or 1], "tickangle": 0, "y": -0.1}
    if heads <= _WRITTEN and layers <= _WRITTEN:
        # Thousandths are short enough for a phone.
        heatmap |= {"text": np.rint(1000 * values).astype(int), "texttemplate": "%{text}", "textfont": {"size": 12}}
        heatmap["colorbar"]["title"]["text"] += ", written in thousandths"
    return build_figure(
        [heatmap],
        axis("head", type="category", side="top"),
        axis("layer", type="category", autorange="reversed"),
        palette,
        34 * layers + 150,
    )


def _heatmap(values: np.ndarray, along: Sequence[Any], unit: str, pair: str, decimals: str = ".3f") -> Spec:
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
        "hovertemplate": f"{pair}  <b>%{{z:{decimals}}}</b><extra></extra>",
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
    cell: int = _CELL,
) -> go.Figure:
    size = len(labels)
    gap = 1 if size <= 32 else 0
    return build_figure(
        [heatmap | {"xgap": gap, "ygap": gap}],
        label_axis(labels, x_title, first, step, side="top", **_tilt(size)),
        label_axis(labels, y_title, first, step, autorange="reversed"),
        palette,
        int(np.clip(cell * size + 170, 320, 900)),
    )


def _tilt(labels: int) -> Spec:
    """The browser tilts labels where the picture is too narrow for them."""
    return {"tickangle": -90} if labels > 32 else {"autotickangles": [0, -60, -90]}
