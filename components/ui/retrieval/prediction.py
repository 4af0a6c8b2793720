"""Guess first: for each new question the results stay hidden until a button shows them."""

import streamlit as st
from markupsafe import Markup

from components.ui import state
from components.ui.page import markup


def ask() -> None:
    """Draw the switch that hides results."""
    st.toggle(
        "Guess first",
        key=state.Retrieval.PREDICT,
        bind=state.IN_URL,
        persist_state="session",
        help="Hides the results of each new question until you show them.",
    )


def is_hidden(question: str) -> bool:
    """True if the results of this question are hidden."""
    return (
        bool(st.session_state.get(state.Retrieval.PREDICT))
        and st.session_state.get(state.Retrieval.REVEALED) != question
    )


def draw(question: str) -> None:
    """Draw the invitation to guess and the button that shows the results."""
    markup(
        Markup(
            "<h2>Which passages will be found?</h2>"
            '<p class="es-lead">The search is done and its results are hidden. Guess first: Which document? Which '
            "words? How sure are you? Then show the results.</p>"
        )
    )
    st.button(
        "Show the results",
        type="primary",
        on_click=lambda: st.session_state.update({state.Retrieval.REVEALED: question}),
    )
