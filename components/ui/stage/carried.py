"""Parameters of the address that hold on every page: the lesson under way, presenting, and the room of a class.

Streamlit empties the address where a reader goes to another page by one of its own links, as in the sidebar.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.ui import state
from components.ui.lesson import progress

_OF_LESSON = (state.Lesson.LESSON, state.Lesson.STOP)


def carry(page: str) -> None:
    """Give a page that was just opened what the address of the page before held. Call it before anything is drawn.

    page: its title. What Back or Forward restores is left as it was.
    """
    context = get_script_run_ctx()
    if st.session_state.get(state.Stage.PAGE) not in (None, page):
        if context is None or not context.is_history_navigation:
            # An address with a lesson of its own leads into that one.
            own = _OF_LESSON if state.Lesson.LESSON in st.query_params else ()
            for name, value in st.session_state.get(state.Stage.CARRIED, {}).items():
                if name not in st.query_params and name not in own:
                    st.query_params[name] = value
        _read_the_lessons_sentence(page)
    st.session_state[state.Stage.CARRIED] = {
        name: st.query_params[name] for name in (*state.EVERYWHERE, *_OF_LESSON) if name in st.query_params
    }


def _read_the_lessons_sentence(page: str) -> None:
    """Read the sentence of the lesson's stop: the browser drops it where the page that was left has it too."""
    lesson = progress.current()
    if lesson is not None and lesson.stop.page == page and state.Shared.TEXT not in st.query_params:
        sentence = dict(lesson.stop.parameters).get(state.Shared.TEXT)
        if sentence:
            st.session_state[state.Shared.TEXT] = sentence
