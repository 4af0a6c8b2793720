"""Guess first: what comes back stays hidden until the teacher shows it, for every new question."""

import streamlit as st

from components.ui import state
from components.ui.page import raw_markup as markup


def ask() -> None:
    """Ask whether the class is to guess first."""
    st.toggle(
        "Guess first",
        key=state.Retrieval.PREDICT,
        bind=state.IN_URL,
        persist_state="session",
        help="Hides what comes back until you show it, for every new question.",
    )


def is_hidden(question: str) -> bool:
    """Whether what came back for this question is not to be seen yet."""
    return (
        bool(st.session_state.get(state.Retrieval.PREDICT))
        and st.session_state.get(state.Retrieval.REVEALED) != question
    )


def draw(question: str) -> None:
    """Draw what stands in the place of the results, and what reveals them."""
    markup(
        "<h2>Which passages will come back?</h2>"
        '<p class="es-lead">The search is done, and its results are hidden. Guess first: which document, which words, '
        "how sure? Then show them.</p>"
    )
    st.button(
        "Show what came back",
        type="primary",
        on_click=lambda: st.session_state.update({state.Retrieval.REVEALED: question}),
    )
