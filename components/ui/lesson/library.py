"""The lessons that are shipped, and the teacher's own."""

from functools import cache as once

import streamlit as st

from components.core.lessons.lesson import Lesson, read_lesson
from components.ui import state
from components.ui.assets import ASSETS
from components.ui.stage import line

#: The address's name of a lesson that was dropped in; it is known in its session alone.
OWN = "own"
SCREENS = {page.title: page.screens for page in line.PAGES}


@once
def shipped() -> dict[str, Lesson]:
    """File name without its ending → lesson, the shortest first."""
    lessons = {
        path.stem: read_lesson(path.read_text(encoding="utf-8"), SCREENS)
        for path in (ASSETS / "lessons").glob("*.toml")
    }
    return dict(sorted(lessons.items(), key=lambda item: item[1].minutes))


def find(name: str | None) -> Lesson | None:
    """Return the lesson of this name in the address, or None."""
    if name == OWN:
        own: Lesson | None = st.session_state.get(state.Lesson.OWN)
        return own
    return shipped().get(name or "")
