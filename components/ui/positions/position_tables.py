"""The learned table of position embeddings, and the sinusoidal one, as pictures."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from components.core import Encoder
from components.core.positions.encodings import sinusoidal_encoding
from components.ui.charts import show
from components.ui.stage import frame
from components.views.tiles import Labels, tiles

# Rows that can be told apart in a picture.
_MOST_ROWS = 64


@dataclass(frozen=True, eq=False)
class PositionTables:
    """Encodings of P positions in D dimensions."""

    learned: np.ndarray | None  # (P, D); None for a model that learns none
    sinusoidal: np.ndarray  # (P, D)

    @property
    def positions(self) -> int:
        """The number P of positions."""
        return len(self.sinusoidal)

    @property
    def width(self) -> int:
        """The number D of dimensions."""
        return self.sinusoidal.shape[1]


def position_tables(encoder: Encoder) -> PositionTables:
    """Return the model's own table, if it learned one, and a sinusoidal one of the same size."""
    learned = encoder.position_embedding_table
    shape = (encoder.trace_limit, encoder.hidden_size) if learned is None else learned.shape
    return PositionTables(learned, sinusoidal_encoding(*shape))


def draw_learned(tables: PositionTables) -> None:
    """Draw the first rows of the learned table."""
    if tables.learned is None:
        frame.heading(
            "This model learns no position table",
            "It rotates queries and keys instead, as the last screen of this page shows.",
        )
        return
    frame.heading(
        f"{tables.positions} positions, a learned row of {tables.width} numbers each",
        "The model learned these numbers like any other weight; the row of a position is added to the word embedding "
        f"of the token that stands there. Shown: the first {min(_MOST_ROWS, tables.positions)} rows.",
    )
    limit = float(np.percentile(np.abs(tables.learned), 99))
    draw_rows(tables.learned, "learned-positions", "Learned position embeddings", limit)


def draw_rows(matrix: np.ndarray, key: str, name: str, limit: float) -> None:
    """Draw the first rows of a table, one strip of cells per position."""
    shown = matrix[:_MOST_ROWS]
    rows = tuple(f"position {index + 1}" for index in range(len(shown)))
    show(
        partial(
            tiles,
            shown[None],
            Labels(rows, hint="Rows are positions, columns are dimensions."),
            limit=limit,
            tile_height=230,
        ),
        key=key,
        alt=f"{name}: one row per position, {matrix.shape[1]} dimensions as columns",
        numbers=lambda: pd.DataFrame(matrix, index=pd.RangeIndex(1, len(matrix) + 1, name="position")),
    )
