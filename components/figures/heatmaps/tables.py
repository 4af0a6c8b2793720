"""Tables with different rows and columns: counts, and contributions to a score."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int

from components.figures.base import axis_positions, build_figure, label_axis
from components.figures.heatmaps.base import heatmap_trace, label_tilt
from components.figures.palette import Palette, colour_scale

# Labels of an axis that can stand beside each other.
_MOST_NAMED = 52


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


def _named(labels: Sequence[str], largest: Float[np.ndarray, " C"]) -> dict[str, Any]:
    """Return the ticks of an axis: every label or, of many, those of the largest shares that do not overlap."""
    apart = -(-len(labels) // _MOST_NAMED)
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
