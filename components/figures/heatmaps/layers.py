"""Numbers by layer: one a token, or one a head."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.figures.base import axis, axis_positions, build_figure, label_axis
from components.figures.heatmaps.base import MAX_ROWS_WITH_NUMBERS, heatmap_trace, label_tilt
from components.figures.palette import Palette, colour_scale


def layers_by_tokens(
    cosines: Float[np.ndarray, "T S"], steps: Sequence[str], labels: Sequence[str], palette: Palette
) -> go.Figure:
    """Draw a cosine for each layer and token: rows are layers, the first on top.

    steps: the names of the T layers. labels: S tokens. The scale ends at 1 and starts at the lowest cosine, or at 0.99
    where all are higher.
    """
    lowest = min(0.99, float(cosines.min()))
    heatmap = heatmap_trace(cosines, axis_positions(labels), "cosine", "%{x}, layer %{y}", decimals=".4f")
    heatmap |= {"y": list(steps), "zmin": lowest, "zmax": 1, "colorscale": colour_scale(palette.sequential[::-1])}
    heatmap["colorbar"] |= {"tickformat": ".3f", "tickvals": [lowest, 1], "tickangle": 0, "y": -0.1}
    return build_figure(
        [heatmap | {"xgap": 1 if len(labels) <= 64 else 0, "ygap": 1}],
        label_axis(labels, "token", side="top", **label_tilt(len(labels))),
        axis("layer", type="category", autorange="reversed"),
        palette,
        30 * len(steps) + 190,
    )


def layers_by_heads(values: Float[np.ndarray, "L H"], palette: Palette) -> go.Figure:
    """Draw a number a head, none below 0: rows are layers, the first on top; columns are heads."""
    layers, heads = values.shape
    heatmap = heatmap_trace(
        values, [str(head + 1) for head in range(heads)], "1 − cosine", "layer %{y}, head %{x}", ".4f"
    )
    heatmap |= {
        "y": [str(layer + 1) for layer in range(layers)],
        "zmin": 0,
        "zmax": float(values.max()) or 1,
        "colorscale": colour_scale(palette.sequential),
        "xgap": 1,
        "ygap": 1,
    }
    heatmap["colorbar"] |= {"tickformat": ".3f", "tickvals": [0, float(values.max()) or 1], "tickangle": 0, "y": -0.1}
    if heads <= MAX_ROWS_WITH_NUMBERS and layers <= MAX_ROWS_WITH_NUMBERS:
        # Thousandths are short enough for a phone.
        heatmap |= {"text": np.rint(1000 * values).astype(int), "texttemplate": "%{text}"}
        heatmap["colorbar"]["title"]["text"] += ", written in thousandths"
    return build_figure(
        [heatmap],
        axis("head", type="category", side="top"),
        axis("layer", type="category", autorange="reversed"),
        palette,
        34 * layers + 150,
    )
