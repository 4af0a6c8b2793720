"""What a screen is about, in one line: it goes with pictures that are saved and stands on sheets that are printed."""

import streamlit as st

from components.core.model.loading import short_name
from components.ui import state
from components.ui.page import quoted
from components.ui.wording import shorten

#: Characters of a text below a saved picture, and at the edge of a printed sheet.
LONGEST_BELOW, LONGEST_AT_THE_EDGE = 200, 90


def about(text: str, longest: int) -> str:
    """Return the text that the screen is about, shortened, and the model that reads it. text: may be empty."""
    model = short_name(st.session_state[state.Shared.MODEL])
    return f"{quoted(shorten(text, longest))} · {model}" if text else model
