"""The reader's own questions, with their answers in the reader's own documents."""

from collections.abc import Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from components.core.errors import EncoderscopeError
from components.core.retrieval.documents import Corpus, Question
from components.core.retrieval.ingest.beir import JudgedCorpus, read_beir, read_beir_zip
from components.core.retrieval.ingest.judged_questions import read_questions
from components.core.retrieval.ingest.one_document import as_one_document
from components.core.text.table_rows import RejectedRow
from components.ui import state
from components.ui.page import markup
from components.ui.rejected_rows import draw_rejected_rows
from components.ui.retrieval import uploaded_documents
from components.ui.wording import format_count, shorten


def ask() -> None:
    """Ask for files with questions."""
    st.caption(
        "Questions with known answers show how good a search is. Add a table with a column “question” and a column "
        "“answer” that quotes one of your documents. An empty answer means that no document answers the question; use "
        "several rows for several answers. Or add a test collection in the BEIR format: corpus.jsonl, queries.jsonl "
        "and qrels.tsv, together or as one .zip. Its corpus is then added to your documents."
    )
    uploaded_documents.ask_for_files("Files with questions", ("csv", "tsv", "jsonl", "zip"), "question_files", _take)
    if st.session_state.get(state.Retrieval.OWN_QUESTIONS):
        st.button("Remove the questions", on_click=_remove_questions)


def questions_about(corpus: Corpus) -> tuple[Question, ...]:
    """The reader's questions about documents that are still there."""
    uploaded: tuple[Question, ...] = st.session_state.get(state.Retrieval.OWN_QUESTIONS, ())
    return tuple(each for each in uploaded if all(span.document in corpus.by_id for span in each.answers))


def draw_result_of_upload(corpus: Corpus) -> None:
    """Say why a file was refused, and which questions are left out."""
    problem = st.session_state.get(state.Retrieval.QUESTION_PROBLEM)
    if problem:
        markup(Markup('<p class="es-problem">{}</p>').format(problem))
    uploaded: tuple[Question, ...] = st.session_state.get(state.Retrieval.OWN_QUESTIONS, ())
    kept = questions_about(corpus)
    if len(kept) < len(uploaded):
        removed = format_count(len(uploaded) - len(kept), "question")
        markup(Markup('<p class="es-note">Without {} about removed documents.</p>').format(removed))
    draw_rejected_rows(st.session_state.get(state.Retrieval.QUESTIONS_REJECTED, {}), "line")


def _remove_questions() -> None:
    for name in (state.Retrieval.OWN_QUESTIONS, state.Retrieval.QUESTIONS_REJECTED, state.Retrieval.QUESTION_PROBLEM):
        st.session_state.pop(name, None)


def _take(uploaded: Sequence[tuple[str, bytes]]) -> None:
    if not uploaded:
        return
    files = dict(uploaded)
    names = " and ".join(shorten(name, 40) for name in files)
    try:
        questions, rejected = _read(files)
    except EncoderscopeError as error:
        # The questions that were read before stay.
        st.session_state[state.Retrieval.QUESTION_PROBLEM] = f"{names}: {error}"
        return
    st.session_state.pop(state.Retrieval.QUESTION_PROBLEM, None)
    st.session_state[state.Retrieval.OWN_QUESTIONS] = questions
    st.session_state[state.Retrieval.QUESTIONS_REJECTED] = rejected


def _read(files: Mapping[str, bytes]) -> tuple[tuple[Question, ...], Mapping[str, tuple[RejectedRow, ...]]]:
    name = next(iter(files))
    if len(files) == 1 and not name.lower().endswith((".zip", ".jsonl")):
        read = read_questions(name, files[name], uploaded_documents.own_corpus())
        return read.questions, {name: read.rejected}
    if len(files) == 1 and name.lower().endswith(".zip"):
        return _with_corpus(read_beir_zip(name, files[name]))
    return _with_corpus(read_beir("Test collection", files))


def _with_corpus(collection: JudgedCorpus) -> tuple[tuple[Question, ...], Mapping[str, tuple[RejectedRow, ...]]]:
    document, questions = as_one_document(collection.corpus, collection.questions)
    uploaded_documents.begin(document)
    return questions, collection.rejected
