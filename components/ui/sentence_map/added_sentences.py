"""The sentences that a reader adds to the map one by one."""

import streamlit as st
from markupsafe import Markup

from components.core.errors import EncoderscopeError
from components.core.text.sentence_set import SentenceSet
from components.ui import state
from components.ui.caches import traces
from components.ui.caches.requests import TextRequest
from components.ui.page import markup

_MOST_ADDED = 100


def added_to(sentences: SentenceSet) -> tuple[str, ...]:
    """The sentences added in this session, in their order, without those that are in the set."""
    known = sentences.indices
    return tuple(each for each in _all_added() if each not in known)


def _all_added() -> tuple[str, ...]:
    return tuple(st.session_state.get(state.SentenceMap.ADDED, ()))


def ask() -> None:
    """Ask for one more sentence. It is added to the map and selected."""
    st.text_input(
        "Add a sentence",
        placeholder="Squatch orders a second pizza",
        key=state.SentenceMap.SENTENCE_TO_ADD,
        on_change=_add,
        width=250,
    )


def draw_problem() -> None:
    """Say why a sentence was not added."""
    problem = st.session_state.pop(state.SentenceMap.PROBLEM_OF_ADDED, None)
    if problem:
        markup(Markup('<p class="es-problem">{}</p>').format(problem))


def _add() -> None:
    typed = " ".join(st.session_state[state.SentenceMap.SENTENCE_TO_ADD].split())
    if not typed:
        return
    if len(_all_added()) == _MOST_ADDED:
        st.session_state[state.SentenceMap.PROBLEM_OF_ADDED] = (
            f"You can add at most {_MOST_ADDED} sentences. To map more, paste them under “Sentences”."
        )
        return
    try:
        traces.tokens(TextRequest(st.session_state[state.Shared.MODEL], typed))
    except EncoderscopeError as error:
        st.session_state[state.SentenceMap.PROBLEM_OF_ADDED] = str(error)
        return
    if typed not in _all_added():
        st.session_state[state.SentenceMap.ADDED] = (*_all_added(), typed)
    st.session_state[state.SentenceMap.SELECTED] = (typed,)
    st.session_state[state.SentenceMap.SENTENCE_TO_ADD] = ""


def offer_to_remove() -> None:
    """Offer to remove the added sentences."""
    if _all_added():
        st.button("Remove added sentences", on_click=lambda: st.session_state.pop(state.SentenceMap.ADDED))
