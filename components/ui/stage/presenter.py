"""Presenting: the screen alone in large type, and the notes of the speaker in a second window.

Both are asked for in the address, so that a link or a bookmark opens them: `?present=1` and `?notes=1`.
"""

from functools import cache as once

import streamlit as st

from components.ui import state
from components.ui.assets import ASSETS
from components.ui.lesson import progress
from components.views.notes import Note, notes


def is_presenting() -> bool:
    """True if the reader presents: larger type, and no controls but those that the screen is about."""
    return st.query_params.get(state.Stage.PRESENT) == "1"


def shows_notes() -> bool:
    """True if this window shows the speaker's notes instead of a page."""
    return st.query_params.get(state.Stage.NOTES) == "1"


def use_style() -> None:
    """Put the presenter's style sheet on the page, if the reader presents."""
    if is_presenting():
        st.html(f"<style>{_stylesheet()}</style>")


def draw_notes() -> None:
    """Draw the notes, which follow the window that presents."""
    st.html('<style>[data-testid="stSidebar"], [data-testid="stHeader"] { display: none; }</style>')
    under_way = progress.current()
    stops = under_way.lesson.stops if under_way else ()
    notes(
        [Note(f"{stop.page}: {stop.screen}", stop.say, stop.minutes) for stop in stops],
        lesson=under_way.lesson.name if under_way else "",
        at=under_way.index if under_way else 0,
        key="speaker_notes",
    )


@once
def _stylesheet() -> str:
    return (ASSETS / "presenter.css").read_text(encoding="utf-8")
