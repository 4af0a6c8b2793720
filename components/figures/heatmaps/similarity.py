"""Cosine similarity of things with each other."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from components.core.classroom.guesses import NOBODY, Guesses
from components.core.classroom.strips import brief_counts, last_share
from components.figures.base import Spec, axis, axis_positions, build_figure, tick_text
from components.figures.heatmaps.base import MAX_ROWS_WITH_NUMBERS, cosine_scale, heatmap_trace, square_figure
from components.figures.palette import Palette, colour_scale

# With more rows than this, a row is no higher than a line of text.
_MOST_HIGH_ROWS = 8


def similarity_heatmap(
    cosines: Float[np.ndarray, "N N"], labels: Sequence[str], what: str, palette: Palette
) -> go.Figure:
    """Draw the cosine similarity of each of N things with each, on a scale from −1 to 1.

    what: the things compared, as the axes name them.
    """
    heatmap = heatmap_trace(cosines, axis_positions(labels), "cosine", "%{y} and %{x}", ".4f") | cosine_scale(palette)
    heatmap["colorbar"] |= {"tickvals": [-1, 0, 1], "tickformat": "d", "tickangle": 0}
    if len(labels) <= MAX_ROWS_WITH_NUMBERS:
        heatmap |= _written(cosines)
    return square_figure(heatmap, labels, what, what, palette)


def close_similarity_heatmap(
    cosines: Float[np.ndarray, "N N"],
    labels: Sequence[str],
    what: str,
    palette: Palette,
    lowest: float,
    *,
    named_columns: bool = True,
    guesses: Guesses[tuple[int, int]] = NOBODY,
) -> go.Figure:
    """Draw the cosine similarity of N things that are all much alike, on a scale from `lowest` to 1.

    what: the things compared, as the axes name them. named_columns: False leaves out the labels of the columns, which
    are those of the rows, where they are long. guesses: row and column of the cell that a reader guessed, outlined; the
    more of a class guessed a cell, the thicker its outline, and how many did stands beside its row.
    """
    heatmap = heatmap_trace(cosines, axis_positions(labels), "cosine", "%{y} and %{x}", decimals=".4f")
    heatmap |= {"zmin": lowest, "zmax": 1, "colorscale": colour_scale(palette.sequential)}
    heatmap["colorbar"] |= {"tickformat": ".2f", "tickvals": [lowest, 1], "tickangle": 0}
    if len(labels) <= MAX_ROWS_WITH_NUMBERS:
        heatmap |= _written(cosines)
    figure = square_figure(heatmap, labels, what, what, palette)
    if not named_columns:
        figure.layout.xaxis.showticklabels = False
        figure.layout.xaxis.title.text = f"{what}, as the rows"
    guessed = dict.fromkeys(cell for values in guesses.rounds for cell in values)
    outlines = {cell: 1 + 4 * last_share(guesses, cell) for cell in guessed}
    if guesses.own is not None:
        outlines[guesses.own] = 4
    figure.layout.shapes = [
        {
            "type": "rect",
            "x0": column - 0.5,
            "x1": column + 0.5,
            "y0": row - 0.5,
            "y1": row + 0.5,
            "line": {"color": palette.word, "width": width},
        }
        for (row, column), width in outlines.items()
    ]
    # Beside the rows, since the cells are full; a second line has room beside a few.
    separator = "<br>" if len(labels) <= _MOST_HIGH_ROWS else " "
    figure.layout.yaxis.labelalias |= {
        axis_positions(labels)[row]: f"{tick_text(labels[row])}{separator}"
        f"<span style='color:{palette.word}'>{brief_counts(guesses, (row, column))}</span>"
        for row, column in guessed
    }
    return figure


def position_similarity(cosines: Float[np.ndarray, "P P"], positions: Sequence[int], palette: Palette) -> go.Figure:
    """Draw the cosine similarity of P positions with each other. positions: their numbers, counted from 1."""
    heatmap = heatmap_trace(cosines, positions, "cosine", "positions %{y} and %{x}") | cosine_scale(palette)
    square: Spec = {"showgrid": False, "constrain": "domain"}
    return build_figure(
        [heatmap],
        axis("position", side="top", **square),
        axis("position", autorange="reversed", scaleanchor="x", **square),
        palette,
        460,
    )


def _written(cosines: Float[np.ndarray, "N N"]) -> Spec:
    """Return the part of a heatmap that writes the cosines into its cells."""
    return {"text": [[_short(cosine) for cosine in row] for row in cosines], "texttemplate": "%{text}"}


def _short(cosine: float) -> str:
    """Print a cosine with two decimals, a true minus sign, and no zero before the point, to fit on a phone.

    >>> _short(-0.3149), _short(-0.001), _short(1.0)
    ('−.31', '.00', '1.00')
    """
    # Adding 0 turns a rounded −0.0 into 0.0.
    return f"{round(float(cosine), 2) + 0:.2f}".replace("0.", ".").replace("-", "−")
