"""Links from before pages were sequences of screens: each still leads to the screen that shows the same."""

import streamlit as st

from components.ui import state
from components.ui.stage import line

# The parameters that named a view of a page, which is now a screen.
_VIEWS = {
    state.SentenceMap.VIEW: "Sentence map",
    state.Retrieval.VIEW: "Live retrieval",
    state.Sentiment.VIEW: "Sentiment",
}
# Names that were changed when views became screens; the others lost their capitals only.
_RENAMED = {
    "what context adds": "four kinds",
    "what the map gets wrong": "its errors",
    "order and context": "word order",
    "why this passage": "why",
    "the passages": "passages",
    "take it along": "export",
    "export classifier": "export",
}
_GUESS_FIRST = "predict"


def follow() -> None:
    """Turn parameters of an old link into today's. Call it before any widget is drawn."""
    for parameter, page in _VIEWS.items():
        view = _taken(parameter)
        screen = _RENAMED.get(view.lower(), view.lower())
        if screen in line.page_entry(page).screens:
            st.query_params.pop(state.Stage.SCREEN, None)
            st.session_state[state.Stage.SCREEN] = screen
    if _taken(_GUESS_FIRST).lower() == "true":
        st.session_state[state.Stage.ASK_FIRST] = True


def _taken(parameter: str) -> str:
    """Return the value of a parameter of the address, which then no longer has it; "" if it had none."""
    return str(st.query_params.pop(parameter, ""))
