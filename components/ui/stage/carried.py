"""Parameters of the address that hold on every page: the lesson under way, and presenting.

Streamlit empties the address where a reader goes to another page by one of its own links, as in the sidebar.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.ui import state

_OF_LESSON = (state.Lesson.LESSON, state.Lesson.STOP)


def carry(page: str) -> None:
    """Give a page that was just opened what the address of the page before held. Call it before anything is drawn.

    page: its title. What Back or Forward restores is left as it was.
    """
    context = get_script_run_ctx()
    restored = context is not None and context.is_history_navigation
    left = st.session_state.get(state.Stage.PAGE)
    if left not in (None, page) and not restored:
        for name, value in st.session_state.get(state.Stage.CARRIED, {}).items():
            # An address with a lesson of its own leads into that one.
            if name not in st.query_params and not (name in _OF_LESSON and state.Lesson.LESSON in st.query_params):
                st.query_params[name] = value
    st.session_state[state.Stage.CARRIED] = {
        name: st.query_params[name] for name in (state.Stage.PRESENT, *reversed(_OF_LESSON)) if name in st.query_params
    }
