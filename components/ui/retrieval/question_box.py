"""The question, typed or picked; how many passages are wanted, from which documents, and what counts as an answer."""

import html
import time

import streamlit as st

from components.core.errors import EncoderscopeError
from components.core.retrieval.documents import Corpus
from components.ui import state
from components.ui.caches import models, traces
from components.ui.caches.requests import TextRequest
from components.ui.page import raw_markup as markup
from components.ui.pickers import pick_to_fill
from components.ui.retrieval.corpora import EVERYDAY, NOTES, OWN, shipped_questions

#: What the page opens with.
FIRST_QUESTION = {EVERYDAY: "Why do I weep while slicing vegetables?", NOTES: "How does the model know word order?"}
_MOST_ASKED = 50
# Seconds in which a question that goes on where the last one ended is that one, typed on.
_STILL_TYPING = 60.0
_MOST_CHARACTERS = 2_000


def ask(model: str) -> str:
    """Ask for the question, and search as it is typed. Returns "" where there is none that can be read."""
    opening = FIRST_QUESTION.get(st.session_state[state.Retrieval.CORPUS], "")
    # The page opens with a question that has an answer; one that was asked, here or in a link, stays.
    unasked = state.Retrieval.QUESTION not in st.session_state and state.Retrieval.QUESTION not in st.query_params
    if unasked or st.session_state.get(state.Retrieval.QUESTION) in {*FIRST_QUESTION.values()} - {opening}:
        st.session_state[state.Retrieval.QUESTION] = opening
    question: str = st.text_input(
        "Question",
        placeholder="Ask something",
        key=state.Retrieval.QUESTION,
        bind=state.IN_URL,
        persist_state="session",
        max_chars=_MOST_CHARACTERS,
        live=True,
        width="stretch",
    )
    question = " ".join(question.split())
    if not question:
        return ""
    try:
        traces.tokens(TextRequest(model, question))
    except EncoderscopeError as error:
        markup(f'<p class="es-problem">{html.escape(str(error))}</p>')
        return ""
    _draw_cut(model, question)
    _remember(question)
    return question


def _draw_cut(model: str, question: str) -> None:
    """Say it where the model does not read all of the question."""
    limit, tokens = models.encoder(model).encode_limit, traces.tokens(TextRequest(model, question)).total_tokens
    if tokens > limit:
        markup(f'<p class="es-note">This question has {tokens} tokens; its vector is that of the first {limit}.</p>')


def _remember(question: str) -> None:
    """Keep what was asked, the last first."""
    asked = _asked_before(question)
    if asked and asked[0][0].startswith(question):
        # Taking letters away is on the way to another question.
        return
    st.session_state[state.Retrieval.ASKED_BEFORE] = ((question, time.monotonic()), *asked)[:_MOST_ASKED]


def _asked_before(question: str) -> tuple[tuple[str, float], ...]:
    """What was asked beside this question and what is its beginning, the last first, and when, in seconds."""
    asked: tuple[tuple[str, float], ...] = st.session_state.get(state.Retrieval.ASKED_BEFORE, ())
    if asked and question.startswith(asked[0][0]) and time.monotonic() - asked[0][1] < _STILL_TYPING:
        asked = asked[1:]
    return tuple(each for each in asked if each[0] != question)


def offer_questions() -> None:
    """Offer the questions that come with the corpus, and those that were asked."""
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
            st.caption("What you ask is kept here for as long as this page is open.")


def _fill(question: str) -> None:
    st.session_state[state.Retrieval.QUESTION] = question


def pick_k() -> int:
    """Ask how many passages are wanted."""
    return st.slider(
        "Passages wanted (k)", 1, 20, 5, key=state.Retrieval.K, bind=state.IN_URL, persist_state="session", width=150
    )


def pick_documents(corpus: Corpus) -> tuple[str, ...]:
    """Ask in which documents to search; returns their ids, none for all."""
    titles: dict[str, str] = {}
    for number, document in enumerate(corpus.documents, 1):
        name = document.title if document.title not in titles else f"{document.title} ({number})"
        titles[name] = document.id
    if len(titles) < 2:
        return ()
    # A title of another corpus is no option any more.
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
    """Ask below which cosine nothing is taken for an answer."""
    return st.slider(
        "Answers from a cosine of",
        0.0,
        1.0,
        0.3,
        0.01,
        key=state.Retrieval.THRESHOLD,
        bind=state.IN_URL,
        persist_state="session",
        help="Measured on the questions that come with the app: see “How good it is”.",
        width=225,
    )
