"""A number for each hidden neuron of a layer's network, as cells of which one can be clicked to follow its neuron."""

from functools import partial

import numpy as np
import pandas as pd
from jaxtyping import Float

from components.ui.charts import show
from components.ui.one_layer.session import open_neuron
from components.views.tiles import Labels, tiles

# Neurons in a row: cells that can be pointed at.
_ACROSS = 96


def draw(
    values: Float[np.ndarray, " F"], neuron: int, *, key: str, alt: str, hint: str, column: str, height: int
) -> None:
    """Draw F numbers, blue above zero and red below, the followed neuron framed.

    column: their name in the CSV file. height: in pixels; twice as high where there is room.
    """
    rows = -(-len(values) // _ACROSS)
    cells = np.full(rows * _ACROSS, np.nan, dtype=np.float32)
    cells[: len(values)] = values

    def follow(row: int, across: int) -> None:
        # Cells after the last neuron are empty.
        if row * _ACROSS + across < len(values):
            open_neuron(row * _ACROSS + across)

    show(
        partial(
            tiles,
            cells.reshape(1, rows, _ACROSS),
            Labels(("",) * rows, column_word="neuron", counted_on=True, hint=hint),
            limit=float(np.abs(values).max()) or 1.0,
            tile_height=height,
            framed=divmod(neuron, _ACROSS),
            on_cell=follow,
        ),
        key=key,
        alt=alt,
        numbers=lambda: pd.DataFrame({column: values}, index=pd.RangeIndex(1, len(values) + 1, name="neuron")),
    )
