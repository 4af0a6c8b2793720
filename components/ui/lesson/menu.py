"""The menu of lessons: those that are shipped, and the teacher's own file."""

import streamlit as st
from markupsafe import Markup

from components.core.errors import LessonError, UploadError
from components.core.lessons.lesson import read_lesson
from components.core.text.charsets import decode
from components.ui import state
from components.ui.lesson import library
from components.ui.lesson.progress import address_of
from components.ui.page import markup
from components.ui.wording import format_count


def offer() -> None:
    """Offer to start a lesson."""
    with st.popover("Start a lesson", key=state.Lesson.MENU):
        lessons = dict(library.shipped())
        _take_own_file()
        own = library.find(library.OWN)
        if own is not None:
            lessons[library.OWN] = own
        items = Markup("").join(
            Markup(
                '<li><a class="es-go" target="_self" href="{}">{}</a> <span class="es-quiet">{}, {}</span></li>'
            ).format(
                address_of(name, lesson, 0),
                lesson.name,
                format_count(round(lesson.minutes), "minute"),
                format_count(len(lesson.stops), "screen"),
            )
            for name, lesson in lessons.items()
        )
        markup(Markup('<ul class="es-list">{}</ul>').format(items))


def _take_own_file() -> None:
    """Take a lesson file that a teacher drops in; its faults are named below the box."""
    file = st.file_uploader(
        "Your own lesson, a TOML file",
        type="toml",
        key=state.Lesson.FILE,
        help="Write it like the files in assets/lessons. It stays in this session.",
    )
    if file is None:
        return
    try:
        st.session_state[state.Lesson.OWN] = read_lesson(decode(file.getvalue())[0], library.SCREENS)
    except (LessonError, UploadError) as error:
        st.session_state.pop(state.Lesson.OWN, None)
        markup(Markup('<p class="es-problem">{}</p>').format(str(error)))
