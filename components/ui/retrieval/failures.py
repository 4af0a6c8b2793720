"""The questions for which a search method does not put an answer first."""

from collections.abc import Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from components.core.retrieval.documents import Question
from components.core.retrieval.evaluation.evaluation import Evaluation, Outcome
from components.core.retrieval.search.methods import LIVE_METHODS, SearchMethod
from components.ui import state
from components.ui.page import markup
from components.ui.pickers import pick_option
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.retrieval.passages import name_of
from components.ui.retrieval.results import RESULTS
from components.ui.stage import frame
from components.ui.stage.bar import show_screen
from components.ui.wording import format_count, plain_label, shorten

# Failed questions that are listed at once.
_MOST_SHOWN = 30


def draw(indexed_corpus: IndexedCorpus, evaluation: Evaluation, questions: Sequence[Question]) -> None:
    """Draw one button for each failed question; it asks the question."""
    with frame.controls():
        method = SearchMethod(
            pick_option("Failures of", [each.value for each in LIVE_METHODS], state.Retrieval.FAILURES_OF)
        )
    outcomes = evaluation.results[method].outcomes
    failed = [
        number
        for number, (question, outcome) in enumerate(zip(questions, outcomes, strict=True))
        if question.answers and outcome.first_rank != 1
    ]
    if not failed:
        frame.heading(f"{method} puts an answer first for every question", "There is no failure to look at.")
        return
    frame.heading(
        f"{method} puts an answer first for {evaluation.answered - len(failed):,} of {evaluation.answered:,} questions",
        "These are the other questions. Click one to ask it, and see what was found instead.",
    )
    first = 1
    if len(failed) > _MOST_SHOWN:
        with frame.controls():
            first = int(st.number_input("From failure", 1, len(failed), 1, step=_MOST_SHOWN, width=160))
    shown = failed[first - 1 : first - 1 + _MOST_SHOWN]
    with st.container(key="scroll_failures"):
        _draw_buttons(indexed_corpus, method, questions, {number: outcomes[number] for number in shown})
        if more := len(failed) - (first - 1) - len(shown):
            frame.note(f"And {format_count(more, 'more question')}: set “From failure” above.")


def _draw_buttons(
    indexed_corpus: IndexedCorpus,
    method: SearchMethod,
    questions: Sequence[Question],
    failed: Mapping[int, Outcome],
) -> None:
    for number in failed:
        outcome, question = failed[number], questions[number]
        rank = "no answer found" if outcome.first_rank is None else f"first answer at rank {outcome.first_rank:,}"
        instead = f"; first is {name_of(indexed_corpus, outcome.best[0].index)}" if outcome.best else ""
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                plain_label(shorten(question.text, 120)),
                key=f"failure_{number}",
                type="tertiary",
                on_click=open_question,
                args=(question.text, method.value),
            )
            markup(Markup('<p class="es-count">{}</p>').format(rank + instead))


def open_question(question: str, method: str) -> None:
    """Ask a question, and show what comes back, ranked by a method if it is one of a live search; for callbacks."""
    st.session_state[state.Retrieval.QUESTION] = question
    if method in LIVE_METHODS:
        st.session_state[state.Retrieval.RANKED_BY] = method
    show_screen(RESULTS)
    for name in (state.Retrieval.FAILURE, state.Retrieval.PASSAGE):
        st.session_state.pop(name, None)
