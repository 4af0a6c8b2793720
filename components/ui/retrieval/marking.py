"""Judging as one goes: each passage of a result can be marked as answering the question."""

from collections.abc import Sequence
from threading import local

import streamlit as st
from markupsafe import Markup

from components.core.errors import StoreError
from components.core.retrieval.documents import Chunk, Corpus
from components.core.retrieval.evaluation.marked_questions import marks_at
from components.core.retrieval.ingest.marks import Mark, passage_mark
from components.ui import state
from components.ui.caches.libraries import libraries
from components.ui.page import markup
from components.ui.retrieval.search_result import SearchResult
from components.ui.stage import frame
from components.ui.wording import format_count

# What this run of the page has read; see uploaded_documents.
_run = local()


def read() -> None:
    """Read the marks of this tab. Call it once in each run, after uploaded_documents.owner()."""
    _run.marks = ()
    try:
        marks = libraries().marks(_owner())
    except StoreError:
        # Who marks is told the reason.
        return
    before = st.session_state.get(state.Retrieval.MARKS_THERE, 0)
    if len(marks) < before:
        lost = format_count(before - len(marks), "marked passage")
        are = "is" if before - len(marks) == 1 else "are"
        st.session_state[state.Retrieval.MARKS_LOST] = f"{lost} {are} not kept on this computer any more."
    _keep(marks)


def marks() -> tuple[Mark, ...]:
    """The marks of this tab, in order of marking."""
    found: tuple[Mark, ...] = getattr(_run, "marks", ())
    return found


def offer(result: SearchResult, index: int, name: str) -> None:
    """Draw the box that marks a passage as answering the question, or takes the mark back. name: of its place."""
    chunk = result.chunk(index)
    key = f"answers_{name}"
    # A passage stands in several rankings, and each place of a ranking shows one passage after the other.
    st.session_state[key] = index in _marked(result)
    st.checkbox(
        "answers it",
        key=key,
        on_change=_mark,
        args=(key, result.question, chunk, result.indexed_corpus.corpus),
    )


def say() -> None:
    """Say how much is marked, once something is."""
    if marks():
        frame.note(f"{count(marks())}: counted on “how good it is”, listed under “Your own data”.")


def count(marked: Sequence[Mark]) -> str:
    """How many questions and passages are marked.

    >>> count([])
    '0 questions, 0 passages marked'
    """
    questions = len({mark.question for mark in marked})
    return f"{format_count(questions, 'question')}, {format_count(len(marked), 'passage')} marked"


def draw_problem() -> None:
    """Say which marks are lost, and why the last one could not be kept."""
    for key in (state.Retrieval.MARKS_LOST, state.Retrieval.MARK_PROBLEM):
        if problem := st.session_state.pop(key, None):
            markup(Markup('<p class="es-problem">{}</p>').format(problem))


def take_back(removed: Sequence[Mark]) -> None:
    """Delete marks; for callbacks."""
    try:
        libraries().remove_marks(_owner(), removed)
        _keep(libraries().marks(_owner()))
    except StoreError as error:
        st.session_state[state.Retrieval.MARK_PROBLEM] = str(error)


def _mark(key: str, question: str, chunk: Chunk, corpus: Corpus) -> None:
    """Mark a passage, or take back all marks of the question that it holds."""
    try:
        if st.session_state[key]:
            libraries().add_mark(_owner(), passage_mark(question, chunk, corpus))
        else:
            take_back(marks_at(libraries().marks(_owner()), question, chunk))
    except StoreError as error:
        st.session_state[state.Retrieval.MARK_PROBLEM] = str(error)


def _marked(result: SearchResult) -> dict[int, tuple[Mark, ...]]:
    """Index of each marked passage among the results → its marks."""

    def find() -> dict[int, tuple[Mark, ...]]:
        of_question = [mark for mark in marks() if mark.question == result.question]
        if not of_question:
            return {}
        pairs = (
            (index, marks_at(of_question, result.question, chunk))
            for index, chunk in enumerate(result.indexed_corpus.chunks)
        )
        return {index: found for index, found in pairs if found}

    found: dict[int, tuple[Mark, ...]] = result.memo.get("marked passages", find)
    return found


def _keep(marked: tuple[Mark, ...]) -> None:
    _run.marks = marked
    st.session_state[state.Retrieval.MARKS_THERE] = len(marked)


def _owner() -> str:
    owner: str = st.session_state[state.Retrieval.DOCUMENT_OWNER]
    return owner
