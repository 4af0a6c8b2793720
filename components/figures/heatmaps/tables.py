"""Tables with different rows and columns: counts, contributions to a score, and the best match of each row."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int

from components.figures.base import axis_positions, build_figure, label_axis, tick_text
from components.figures.heatmaps.base import cosine_scale, heatmap_trace, label_tilt
from components.figures.palette import Palette, colour_scale

# Labels of an axis that can stand beside each other.
_MOST_NAMED = 52
# Labels that can stand below each other.
_MOST_NAMED_ROWS = 20


def counts_heatmap(
    counts: Int[np.ndarray, "R C"],
    rows: Sequence[str],
    columns: Sequence[str],
    row_title: str,
    column_title: str,
    palette: Palette,
    unit: str = "sentences",
) -> go.Figure:
    """Draw a table of counts, with the numbers in the cells.

    rows, columns: their names. unit: the things counted.
    """
    heatmap = heatmap_trace(counts, axis_positions(columns), unit, f"{row_title} %{{y}}, {column_title} %{{x}}", "d")
    heatmap |= {
        "y": axis_positions(rows),
        "zmin": 0,
        "zmax": int(counts.max(initial=1)),
        "colorscale": colour_scale(palette.sequential),
        # Zeros stay empty, so that the other counts stand out.
        "text": np.where(counts > 0, counts.astype(str), ""),
        "texttemplate": "%{text}",
        "xgap": 1,
        "ygap": 1,
    }
    # The numbers stand in the cells.
    heatmap["showscale"] = False
    return build_figure(
        [heatmap],
        label_axis(columns, column_title, side="top", **label_tilt(len(columns))),
        label_axis(rows, row_title, autorange="reversed"),
        palette,
        int(np.clip(30 * len(rows) + 190, 260, 900)),
    )


def _named(labels: Sequence[str], largest: Float[np.ndarray, " C"], most: int = _MOST_NAMED) -> dict[str, Any]:
    """Return the ticks of an axis: every label or, of many, those of the largest shares that do not overlap."""
    apart = -(-len(labels) // most)
    named: list[int] = []
    for index in np.argsort(-largest, kind="stable").tolist():
        if all(abs(index - other) >= apart for other in named):
            named.append(index)
    positions = axis_positions(labels)
    return {"tickmode": "array", "tickvals": [positions[index] for index in sorted(named)]}


def shares_heatmap(
    shares: Float[np.ndarray, "R C"],
    rows: Sequence[str],
    columns: Sequence[str],
    row_title: str,
    column_title: str,
    palette: Palette,
) -> go.Figure:
    """Draw each pair's contribution to a score: blue raises it, red lowers it. rows, columns: their names."""
    most = float(np.abs(shares).max(initial=0.0)) or 1.0
    gap = 1 if len(columns) <= 80 else 0
    heatmap = heatmap_trace(
        shares, axis_positions(columns), "share", f"{row_title} %{{y}}, {column_title} %{{x}}", ".5f"
    )
    heatmap |= {
        "y": axis_positions(rows),
        "zmin": -most,
        "zmax": most,
        "colorscale": colour_scale(palette.diverging),
        "xgap": gap,
        "ygap": gap,
    }
    heatmap["colorbar"] = {
        "title": {"text": "share", "side": "top"},
        "tickvals": [-most, 0, most],
        "tickformat": ".4f",
        "thickness": 12,
    }
    return build_figure(
        [heatmap],
        label_axis(columns, column_title, side="top", tickangle=-90, **_named(columns, np.abs(shares).max(axis=0))),
        label_axis(rows, row_title, autorange="reversed", **_named(rows, np.abs(shares).max(axis=1))),
        palette,
        int(np.clip(26 * len(rows) + 210, 300, 900)),
    )


def best_matches_heatmap(
    cosines: Float[np.ndarray, "R C"],
    best: Int[np.ndarray, " R"],
    rows: Sequence[str],
    columns: Sequence[str],
    row_title: str,
    column_title: str,
    palette: Palette,
) -> go.Figure:
    """Draw the cosine of each pair, frame the best match of each row, and name it with its cosine at the right.

    best: the column of each row's best match. rows, columns: their names. There is no scale beside the picture: the
    cosines that count are printed.
    """
    gap = 1 if len(columns) <= 80 else 0
    names, along = axis_positions(rows), axis_positions(columns)
    parts = cosines[np.arange(len(rows)), best]
    heatmap = heatmap_trace(cosines, along, "cosine", f"{row_title} %{{y}}, {column_title} %{{x}}", ".4f")
    heatmap |= {"y": names, "xgap": gap, "ygap": gap, "showscale": False, **cosine_scale(palette)}
    # The axis at the right belongs to a trace that shows nothing.
    unseen = {"type": "scatter", "x": along[:1] * len(names), "y": names, "yaxis": "y2", "mode": "none"}
    frames = [
        {
            **{"type": "rect", "x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5},
            "line": {"color": palette.ink, "width": 2.5},
        }
        for row, column in enumerate(best.tolist())
    ]
    named_rows = _named(rows, parts, _MOST_NAMED_ROWS)
    found = [tick_text(f"{part:.4f} {columns[column]}") for part, column in zip(parts, best, strict=True)]
    right = {"side": "right", "overlaying": "y", "matches": "y", "labelalias": dict(zip(names, found, strict=True))}
    # A column that is somebody's best match is named before all others.
    of_columns = cosines.max(axis=0) + 2 * np.isin(np.arange(len(columns)), best)
    return build_figure(
        [heatmap, unseen],
        label_axis(columns, column_title, side="top", tickangle=-90, **_named(columns, of_columns)),
        label_axis(rows, row_title, autorange="reversed", **named_rows),
        palette,
        int(np.clip(26 * len(rows) + 160, 300, 900)),
        yaxis2=label_axis(rows, "best match", autorange="reversed", **named_rows) | right,
        shapes=frames,
    )
