"""The similarity of every position with every other, learned and sinusoidal."""

import numpy as np
import pandas as pd
import streamlit as st

from components.core.numerics.similarity import cosine_similarity
from components.figures.heatmaps.similarity import position_similarity
from components.ui import state
from components.ui.charts import show
from components.ui.page import palette
from components.ui.positions.position_tables import PositionTables
from components.ui.stage import frame

_MOST_POSITIONS = 128


def draw(tables: PositionTables) -> None:
    """Draw the cosines between positions, side by side for both tables."""
    with frame.controls():
        stride = _ask_stride(tables.positions)
    frame.heading(
        "Neighbouring positions get similar numbers",
        "Cosine of every position with every other; the band along the diagonal is made of neighbours.",
    )
    compared = {"sinusoidal": tables.sinusoidal}
    if tables.learned is not None:
        compared = {"learned": tables.learned} | compared
    for column, (name, matrix) in zip(st.columns(len(compared)), compared.items(), strict=True):
        with column:
            _draw_cosines(name, matrix, stride)


def _ask_stride(positions: int) -> int:
    """Ask whether all positions are shown, in steps, or the first ones; return the step."""
    stride = -(-positions // _MOST_POSITIONS)
    label = f"All {positions} positions, one in {stride}"
    if stride > 1 and not st.toggle(label, key=state.Positions.ALL_POSITIONS, bind=state.IN_URL):
        return 1
    return stride


def _draw_cosines(name: str, matrix: np.ndarray, stride: int) -> None:
    sample = matrix[::stride][:_MOST_POSITIONS]
    similar = pd.DataFrame(cosine_similarity(sample))
    similar.index = similar.columns = pd.Index(np.arange(len(sample)) * stride + 1, name="position")
    frame.note(name.capitalize())
    show(
        position_similarity(similar.to_numpy(), similar.index.to_list(), palette()),
        key=f"{name}-similarity",
        alt=f"Cosine similarity of {name} positions",
        numbers=similar.copy,
    )
