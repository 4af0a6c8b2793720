"""Words in the cells of a table, each with its probability as the cell's colour."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.figures.base import CODE_FONT, axis, build_figure, escape_plotly
from components.figures.palette import Palette, colour_scale

# Characters of a word that fit into a cell on a phone.
_LONGEST = 11
_RANKS = ("1st", "2nd", "3rd", "4th", "5th")


def words_by_layer(
    probabilities: Float[np.ndarray, "T K"], words: Sequence[Sequence[str]], steps: Sequence[str], palette: Palette
) -> go.Figure:
    """Draw the K most likely words of each layer: rows are layers, the first on top; columns are ranks, at most 5.

    words: K of each of the T layers. steps: the names of the T layers.
    """
    ranks = list(_RANKS[: probabilities.shape[1]])
    heatmap = {
        "type": "heatmap",
        "z": probabilities.astype(np.float32),
        "x": ranks,
        "y": list(steps),
        "zmin": 0,
        "zmax": 1,
        "colorscale": colour_scale(palette.sequential),
        "showscale": False,
        "text": [[_short(word) for word in row] for row in words],
        "texttemplate": "%{text}",
        "textfont": {"family": CODE_FONT},
        "customdata": [[escape_plotly(word) for word in row] for row in words],
        "hovertemplate": "layer %{y}, %{x}: %{customdata}  <b>%{z:.4f}</b><extra></extra>",
        "xgap": 1,
        "ygap": 1,
    }
    return build_figure(
        [heatmap],
        axis("rank; the darker, the likelier", type="category", side="top", showgrid=False),
        axis("layer", type="category", autorange="reversed", showgrid=False),
        palette,
        30 * len(steps) + 120,
    )


def _short(word: str) -> str:
    """Return a word as it fits into a cell, escaped for Plotly."""
    return escape_plotly(word if len(word) <= _LONGEST else f"{word[: _LONGEST - 1]}…")
