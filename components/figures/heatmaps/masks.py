"""Masks, and attention where a mask leaves some cells out: rows are queries, columns are keys."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Bool, Float

from components.figures.base import CODE_FONT, Spec, axis_positions, build_figure, escape_plotly, label_axis, line_shape
from components.figures.heatmaps.base import heatmap_trace, label_tilt
from components.figures.palette import Palette, colour_scale

# With more columns than this, weights no longer fit into the cells.
_MOST_WRITTEN = 12
_LEAST_WRITTEN = 0.095
# Above this weight a cell is so dark, or in the dark theme so light, that its number is written in the other colour.
_TURNS = 0.45
_GAP = 0.05  # between masks, of the height


def mask_pictures(
    masks: Sequence[Bool[np.ndarray, "Q K"]], names: Sequence[str], picked: int, palette: Palette
) -> go.Figure:
    """Draw masks under one another, each with its name at its right: a blue cell may be looked at, a grey one not.

    names: one a mask; a name may have a <br>. picked: the mask that stands out.
    """
    height = (1 - _GAP * (len(masks) - 1)) / len(masks)
    traces, notes, axes = [], [], {}
    for number, (mask, name) in enumerate(zip(masks, names, strict=True)):
        which = "" if number == 0 else str(number + 1)
        top = 1 - number * (height + _GAP)
        traces.append(
            {
                "type": "heatmap",
                "z": mask.astype(int),
                "x0": 0,
                "y0": 0,
                "xaxis": f"x{which}",
                "yaxis": f"y{which}",
                "colorscale": [[0, palette.line], [1, palette.key]],
                "zmin": 0,
                "zmax": 1,
                "opacity": 1 if number == picked else 0.5,
                "xgap": 1,
                "ygap": 1,
                "showscale": False,
                "hoverinfo": "skip",
            }
        )
        bare: Spec = {"showticklabels": False, "ticks": "", "showgrid": False, "zeroline": False, "title": {"text": ""}}
        frame: Spec = {"showline": True, "linecolor": palette.line, "mirror": True}
        axes[f"xaxis{which}"] = (
            bare
            | frame
            | {
                "domain": [0, 0.44],
                "anchor": f"y{which}",
                "range": [-0.5, mask.shape[1] - 0.5],
                "constrain": "domain",
                "constraintoward": "left",
                "fixedrange": True,
            }
        )
        axes[f"yaxis{which}"] = (
            bare
            | frame
            | {
                "domain": [max(0.0, top - height), top],
                "anchor": f"x{which}",
                "range": [mask.shape[0] - 0.5, -0.5],
                "scaleanchor": f"x{which}",
                "constrain": "domain",
                "constraintoward": "middle",
                "fixedrange": True,
            }
        )
        notes.append(
            {
                "xref": "paper",
                "yref": "paper",
                "x": 0.44,
                "xanchor": "left",
                "xshift": 12,
                "y": top - height / 2,
                "yanchor": "middle",
                "align": "left",
                "text": f"<b>{name}</b>" if number == picked else name,
                "showarrow": False,
                "font": {"color": palette.ink if number == picked else palette.quiet},
            }
        )
    first, second = axes.pop("xaxis"), axes.pop("yaxis")
    return build_figure(
        traces, first, second, palette, 420, annotations=notes, margin={"l": 8, "r": 8, "t": 8, "b": 8}, **axes
    )


def masked_attention(
    weights: Float[np.ndarray, "Q K"],
    rows: Sequence[str],
    columns: Sequence[str],
    row_title: str,
    column_title: str,
    palette: Palette,
    divided_after: int | None = None,
) -> go.Figure:
    """Draw one head's attention weights; a cell that the mask leaves out is NaN and grey.

    A number in a cell is the weight in per cent, which has room on a phone, too.

    rows, columns: the tokens that look, and those that are looked at. divided_after: columns before which a line
    divides two groups of keys, each with weights that sum to 1.
    """
    along = axis_positions(columns)
    heatmap = heatmap_trace(weights, along, "weight", "%{y} → %{x}")
    heatmap |= {
        "y": axis_positions(rows),
        "zmin": 0,
        "zmax": 1,
        "colorscale": colour_scale(palette.sequential),
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
    }
    notes = []
    if len(columns) <= _MOST_WRITTEN:
        notes = [
            {
                "x": column,
                "y": row,
                "text": f"{100 * weights[row, column]:.0f}",
                "showarrow": False,
                "font": {
                    "color": palette.paper if weights[row, column] > _TURNS else palette.ink,
                    "family": CODE_FONT,
                },
            }
            for row in range(len(rows))
            for column in range(len(columns))
            if weights[row, column] > _LEAST_WRITTEN
        ]
    shapes = []
    if divided_after is not None:
        ends: Spec = {"x0": divided_after - 0.5, "x1": divided_after - 0.5, "y0": 0, "y1": 1, "yref": "paper"}
        shapes.append(line_shape(palette.ink, width=2, **ends) | {"layer": "above"})
    # A weight of 0 has the colour of the page; what is masked must not be taken for it.
    closed = heatmap | {
        "z": np.where(np.isnan(weights), 1.0, np.nan),
        "colorscale": [[0, palette.line], [1, palette.line]],
        "hovertemplate": "%{y} → %{x}  masked<extra></extra>",
    }
    return build_figure(
        [heatmap, closed],
        label_axis(columns, escape_plotly(column_title), side="top", **label_tilt(len(columns))),
        # The browser measures the labels before it has their font, and would set the title too near.
        label_axis(rows, "", autorange="reversed") | {"title": {"text": escape_plotly(row_title), "standoff": 22}},
        palette,
        int(np.clip(34 * len(rows) + 130, 320, 900)),
        annotations=notes,
        shapes=shapes,
    )
