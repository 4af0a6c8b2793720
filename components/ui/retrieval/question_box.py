"""The question, and the settings of the search: number of passages, documents, lowest cosine of an answer."""

import time

import streamlit as st

from components.core.retrieval.documents import Corpus
from components.ui import state
from components.ui.live_text import live_text_box
from components.ui.pickers import pick_to_fill
from components.ui.retrieval.corpora import EVERYDAY, NOTES, OWN, shipped_questions

#: Corpus → the question that the page opens with.
FIRST_QUESTION = {EVERYDAY: "Why do I weep while slicing vegetables?", NOTES: "How does the model know word order?"}
_MOST_ASKED = 50
# Seconds in which a longer question that begins like the last one replaces it.
_STILL_TYPING = 60.0


def ask(model: str) -> str:
    """Ask for the question, and return it as it is typed; "" if there is none that the model can read."""
    opening = FIRST_QUESTION.get(st.session_state[state.Retrieval.CORPUS], "")
    # A question that the reader typed, or that a link holds, stays.
    unasked = state.Retrieval.QUESTION not in st.session_state and state.Retrieval.QUESTION not in st.query_params
    if unasked or st.session_state.get(state.Retrieval.QUESTION) in {*FIRST_QUESTION.values()} - {opening}:
        st.session_state[state.Retrieval.QUESTION] = opening
    question = live_text_box(
        "Question",
        state.Retrieval.QUESTION,
        model,
        placeholder="Ask something",
        truncation_note="This question has {tokens} tokens; its vector is that of the first {limit}.",
    )
    if question:
        _remember(question)
    return question


def _remember(question: str) -> None:
    """Keep the question in the list of asked questions, the latest first."""
    asked = _asked_before(question)
    if asked and asked[0][0].startswith(question):
        # While letters are deleted, another question is being typed.
        return
    st.session_state[state.Retrieval.ASKED_BEFORE] = ((question, time.monotonic()), *asked)[:_MOST_ASKED]


def _asked_before(question: str) -> tuple[tuple[str, float], ...]:
    """The asked questions and their times in seconds, the latest first, without this question and its beginnings."""
    asked: tuple[tuple[str, float], ...] = st.session_state.get(state.Retrieval.ASKED_BEFORE, ())
    if asked and question.startswith(asked[0][0]) and time.monotonic() - asked[0][1] < _STILL_TYPING:
        asked = asked[1:]
    return tuple(each for each in asked if each[0] != question)


def offer_questions() -> None:
    """Offer the questions that come with the corpus, and those asked before."""
    corpus = st.session_state[state.Retrieval.CORPUS]
    # The question of this run is remembered only after this is drawn.
    asked = [each for each, _ in _asked_before(" ".join(st.session_state.get(state.Retrieval.QUESTION, "").split()))]
    shipped = [each.text for each in shipped_questions(corpus)] if corpus != OWN else []
    with st.popover("Questions", width="content"):
        if shipped:
            pick_to_fill(
                "To try", shipped, "Pick a question", key=state.Retrieval.SHIPPED_QUESTION, fill=_fill, width=430
            )
        if asked:
            pick_to_fill("Asked before", asked, "Ask again", key=state.Retrieval.ASKED_AGAIN, fill=_fill, width=430)
        else:
            st.caption("Your questions are listed here while this page is open.")


def _fill(question: str) -> None:
    st.session_state[state.Retrieval.QUESTION] = question


def pick_k() -> int:
    """Ask for the number of passages."""
    return st.slider(
        "Passages (k)", 1, 20, 5, key=state.Retrieval.K, bind=state.IN_URL, persist_state="session", width=150
    )


def pick_documents(corpus: Corpus) -> tuple[str, ...]:
    """Ask which documents to search; returns their ids, or none for all."""
    titles: dict[str, str] = {}
    for number, document in enumerate(corpus.documents, 1):
        name = document.title if document.title not in titles else f"{document.title} ({number})"
        titles[name] = document.id
    if len(titles) < 2:
        return ()
    # The titles may be those of another corpus.
    chosen = st.session_state.get(state.Retrieval.SEARCHED_DOCUMENTS)
    if chosen and not set(chosen) <= set(titles):
        st.session_state.pop(state.Retrieval.SEARCHED_DOCUMENTS)
    picked = st.multiselect(
        "Only in",
        list(titles),
        placeholder="All documents",
        key=state.Retrieval.SEARCHED_DOCUMENTS,
        bind=state.IN_URL,
        persist_state="session",
        width=210,
    )
    return tuple(titles[name] for name in picked)


def pick_threshold() -> float:
    """Ask for the lowest cosine of a passage that counts as an answer."""
    return st.slider(
        "Lowest cosine for an answer",
        0.0,
        1.0,
        0.3,
        0.01,
        key=state.Retrieval.THRESHOLD,
        bind=state.IN_URL,
        persist_state="session",
        help="“How good it is” shows how well it separates questions with and without an answer.",
        width=225,
    )
