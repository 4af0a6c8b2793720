"""The parts that the steps of a calculation share: the explanation, the formula, and vectors as strips of cells."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from markupsafe import Markup

from components.ui.charts import show
from components.ui.page import markup
from components.views.tiles import Labels, tiles

# The height of a vector, in pixels.
_STRIP = 22
# The width of a vector beside another one.
_NARROWEST = 300


def explain(number: int, text: str) -> None:
    """Write what a step does. number: of the step, from 1. text: Markup as it is, any other text escaped."""
    markup(Markup('<p class="es-lead es-calculation"><span class="es-number">{}</span> {}</p>').format(number, text))


def formula(lines: Sequence[str]) -> None:
    """Write lines of a formula."""
    markup(Markup('<div class="es-formula">{}</div>').format(Markup("<br>").join(lines)))


def strips(
    matrix: np.ndarray,
    rows: Sequence[str],
    key: str,
    alt: str,
    limit: float | None = None,
    *,
    side_by_side: bool = False,
) -> None:
    """Draw N vectors, (N, d), as rows of cells, each under its name: red below zero, blue above.

    limit: the magnitude of full colour; by default the largest. side_by_side: two in a row, where there is room.
    """
    show(
        partial(
            tiles,
            matrix[:, None, :],
            Labels(("",), joint="", hint="Point at a cell to read its number. Red: below zero. Blue: above."),
            names=tuple(rows),
            limit=limit,
            decimals=4,
            tile_height=_STRIP,
            columns=(2, 1) if side_by_side else (1,),
            smallest_tile=_NARROWEST if side_by_side else 1,
            show_names=True,
        ),
        key=key,
        alt=f"{alt}: red below zero, blue above",
        numbers=lambda: pd.DataFrame(matrix, index=list(rows), columns=range(1, matrix.shape[1] + 1)),
    )
