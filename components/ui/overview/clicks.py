"""Where a click in the Overview's picture leads: to the page of a step, or to a head on the Attention page."""

import streamlit as st

from components.ui import state


def follow() -> None:
    """Go to the page that was clicked before this run, if there is one."""
    head = st.session_state.pop(state.Overview.OPENED_HEAD, None)
    page = st.session_state.pop(state.Overview.OPENED_PAGE, None)
    if head is not None:
        layer, number = head
        # The parameter belongs to the widget of this page, too, which is not drawn yet.
        st.session_state[state.Stage.SCREEN] = "one head"
        st.switch_page(
            "pages/encoder/attention.py",
            query_params={state.Shared.LAYER: str(layer + 1), state.Shared.HEAD: str(number + 1)},
        )
    if page is not None:
        # Without parameters of its own, Streamlit would clear those that are bound to widgets, and refuse to.
        st.switch_page(page, query_params={})


def remember_head(layer: int, head: int) -> None:
    """Remember a clicked head, counted from 0; for callbacks."""
    st.session_state[state.Overview.OPENED_HEAD] = (layer, head)


def remember_page(page: str) -> None:
    """Remember the page of a clicked step; for callbacks."""
    st.session_state[state.Overview.OPENED_PAGE] = page
