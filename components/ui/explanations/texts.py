"""The text whose result is explained, the result, and the second text of a similarity."""

from typing import Any

import streamlit as st

from components.ui import address, state
from components.ui.caches.requests import ExplanationRequest
from components.ui.explanations import own_order
from components.ui.explanations.subject import Result, Subject, subject_of
from components.ui.page import stop_on_error
from components.ui.stage.stage import Stage

#: The text that the page opens with, and the one that it is compared with.
FIRST, SECOND = "The waiter was rude, but the pizza was wonderful.", "We enjoyed our meal."
_MOST_CHARACTERS = 2_000


def ask() -> str:
    """Ask for the text; it is read when it is entered, since each explanation reads it many times."""
    return _box(
        "Text",
        state.Explanations.TEXT,
        FIRST,
        width="stretch",
        label_visibility="collapsed",
        on_change=own_order.forget,
    )


def opens_with(request: ExplanationRequest) -> bool:
    """True for what the page opens with, whichever result is explained."""
    return request.text == FIRST and request.other in ("", SECOND)


def pick_result() -> Result:
    """Ask which result is explained."""
    picked = st.selectbox(
        "What is explained",
        [each.value for each in Result],
        key=state.Explanations.RESULT,
        bind=state.IN_URL,
        persist_state="session",
        width=230,
    )
    return Result(picked)


def ask_for_other(stage: Stage, result: Result) -> str:
    """Ask for the second text of a similarity; "" for any other result."""
    if result is not Result.SIMILARITY:
        return ""
    with stage.control("one text"):
        return _box("Compared with", state.Explanations.OTHER, SECOND, width=300)


def _box(label: str, key: str, opening: str, **look: Any) -> str:
    """Ask for one line; runs of blanks become one blank."""
    typed: str = st.text_input(
        label, opening, key=key, bind=state.IN_URL, persist_state="session", max_chars=_MOST_CHARACTERS, **look
    )
    address.hold(key, opening)
    return " ".join(typed.split())


def read(stage: Stage, model: str, result: Result, text: str, other: str) -> Subject:
    """Return what is explained. If a text cannot be read, say why and end the page."""
    with stage.in_place_of_title(), stop_on_error("This text cannot be explained", _offer_example):
        return subject_of(model, result, text, other)


def _offer_example() -> None:
    """Offer the texts that the page opens with."""
    st.button(
        "Explain an example instead",
        on_click=lambda: st.session_state.update({state.Explanations.TEXT: FIRST, state.Explanations.OTHER: SECOND}),
    )
