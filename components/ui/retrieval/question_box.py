"""The question, and the settings of the search: number of passages, documents, lowest cosine of an answer."""

import time

import streamlit as st

from components.core.retrieval.documents import Corpus
from components.core.text.unique_names import unique_names
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
    if st.session_state.get(state.Retrieval.QUESTION) in {*FIRST_QUESTION.values()} - {opening}:
        st.session_state[state.Retrieval.QUESTION] = opening
    question = live_text_box(
        "Question",
        state.Retrieval.QUESTION,
        model,
        # What Back restores where the address holds no question.
        value=opening,
        placeholder="Ask something",
        truncation_note="This question has {tokens} tokens; its vector is that of the first {limit}.",
        label_visibility="collapsed",
    )
    if question:
        _remember(question)
    return question


def _remember(question: str) -> None:
    """Keep the question in the list of asked questions, the latest first."""
    earlier = _earlier_questions(question)
    if earlier and earlier[0][0].startswith(question):
        # While letters are deleted, another question is being typed.
        return
    st.session_state[state.Retrieval.ASKED_BEFORE] = ((question, time.monotonic()), *earlier)[:_MOST_ASKED]


def _earlier_questions(question: str) -> tuple[tuple[str, float], ...]:
    """The asked questions and their times in seconds, the latest first, without this question and its beginnings."""
    earlier: tuple[tuple[str, float], ...] = st.session_state.get(state.Retrieval.ASKED_BEFORE, ())
    if earlier and question.startswith(earlier[0][0]) and time.monotonic() - earlier[0][1] < _STILL_TYPING:
        earlier = earlier[1:]
    return tuple(each for each in earlier if each[0] != question)


def offer_questions() -> None:
    """Offer the questions that come with the corpus."""
    corpus = st.session_state[state.Retrieval.CORPUS]
    if corpus != OWN:
        shipped = [each.text for each in shipped_questions(corpus)]
        pick_to_fill(
            "Try a question", shipped, "Pick a question", key=state.Retrieval.SHIPPED_QUESTION, fill=_fill, width=430
        )


def offer_earlier_questions() -> None:
    """Offer the questions asked before."""
    # The question of this run is remembered only after this is drawn.
    now = " ".join(st.session_state.get(state.Retrieval.QUESTION, "").split())
    earlier = [each for each, _ in _earlier_questions(now)]
    if earlier:
        pick_to_fill("Asked before", earlier, "Ask again", key=state.Retrieval.ASKED_AGAIN, fill=_fill)


def _fill(question: str) -> None:
    st.session_state[state.Retrieval.QUESTION] = question


def pick_k() -> int:
    """Ask for the number of passages."""
    return st.slider("Passages (k)", 1, 20, 5, key=state.Retrieval.K, bind=state.IN_URL, persist_state="session")


def pick_stems() -> bool:
    """Ask whether words are compared by their stems."""
    return st.toggle(
        "Count words by their stems",
        key=state.Retrieval.STEMMED,
        bind=state.IN_URL,
        persist_state="session",
        help="BM25 then takes “keep”, “keeps” and “keeping” for one word. Stems are English (Snowball, Porter 2001).",
    )


def pick_documents(corpus: Corpus) -> tuple[str, ...]:
    """Ask which documents to search; returns their ids, or none for all."""
    names = unique_names(document.title for document in corpus.documents)
    titles = dict(zip(names, (document.id for document in corpus.documents), strict=True))
    if len(titles) < 2:
        return ()
    # The titles may be those of another corpus.
    titles_before = st.session_state.get(state.Retrieval.SEARCHED_DOCUMENTS)
    if titles_before and not set(titles_before) <= set(titles):
        st.session_state.pop(state.Retrieval.SEARCHED_DOCUMENTS)
    selected_titles = st.multiselect(
        "Only in",
        list(titles),
        placeholder="All documents",
        key=state.Retrieval.SEARCHED_DOCUMENTS,
        bind=state.IN_URL,
        persist_state="session",
    )
    return tuple(titles[name] for name in selected_titles)


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
    )
