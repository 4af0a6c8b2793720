"""The stop of a lesson that is shown: it is kept in the address, as `lesson` and `stop`, so a link joins anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from components.core.lessons.lesson import Lesson, LessonStop
from components.ui import state
from components.ui.address import served_under
from components.ui.lesson import library
from components.ui.stage import line


@dataclass(frozen=True)
class LessonProgress:
    """A lesson and the index of the stop that the address names, from 0."""

    name: str  # in the address
    lesson: Lesson
    index: int

    @property
    def stop(self) -> LessonStop:
        """The stop that the address names."""
        return self.lesson.stops[self.index]

    def address(self, step: int = 0) -> str | None:
        """Return the address of the stop that is `step` stops further, or None beyond the ends."""
        index = self.index + step
        return address_of(self.name, self.lesson, index) if 0 <= index < len(self.lesson.stops) else None


def current() -> LessonProgress | None:
    """Return the lesson that the address names, if there is one."""
    name = st.query_params.get(state.Lesson.LESSON)
    lesson = library.find(name)
    if name is None or lesson is None:
        return None
    asked = st.query_params.get(state.Lesson.STOP, "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 5 else 1
    return LessonProgress(name, lesson, max(1, min(number, len(lesson.stops))) - 1)


def address_of(name: str, lesson: Lesson, index: int) -> str:
    """Return the address of one stop of a lesson."""
    stop = lesson.stops[index]
    return page_address(
        stop.page,
        {
            state.Stage.SCREEN: stop.screen,
            **dict(stop.parameters),
            state.Lesson.LESSON: name,
            state.Lesson.STOP: str(index + 1),
        },
    )


def page_address(title: str, parameters: Mapping[str, str]) -> str:
    """Return the address of a page with parameters; those that hold on every page are kept."""
    page = line.page_entry(title)
    kept = {name: st.query_params[name] for name in state.EVERYWHERE if name in st.query_params}
    asked = dict(parameters) | kept
    # A page opens with its first screen.
    if asked.get(state.Stage.SCREEN) == page.screens[0]:
        del asked[state.Stage.SCREEN]
    address = f"{served_under()}{page.address}"
    return f"{address}?{urlencode(asked)}" if asked else address
