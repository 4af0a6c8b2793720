"""The reader's window: its history, its keys, and the room that it leaves for a picture."""

import streamlit as st

from components.ui import state
from components.views.stage import stage

_SCALES = (0.5, 4.0)  # what a browser may report is bounded


def watch() -> None:
    """Have the browser keep one entry of its history for each act of the reader, and fit pictures to the window."""
    stage(key="stage_window", scale=text_scale(), on_scale=_remember_scale)


def text_scale() -> float:
    """Return how much larger than on an ordinary page text is: presenters have larger type."""
    return float(st.session_state.get(state.Stage.TEXT_SCALE, 1.0))


def _remember_scale(scale: float) -> None:
    low, high = _SCALES
    st.session_state[state.Stage.TEXT_SCALE] = min(max(scale, low), high)
