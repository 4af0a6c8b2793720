"""The reader's own questions, with their answers in the reader's own documents."""

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st
from markupsafe import Markup

from components.core.errors import EncoderscopeError
from components.core.retrieval.documents import Corpus, Question
from components.core.retrieval.ingest.beir import JudgementCounts, read_beir, read_beir_zip
from components.core.retrieval.ingest.judged_questions import question_columns, select_questions
from components.core.retrieval.ingest.one_document import as_one_document
from components.core.text.table_rows import RejectedRow
from components.ui import state
from components.ui.page import markup
from components.ui.rejected_rows import draw_rejected_rows, say_what_is_used
from components.ui.retrieval import uploaded_documents
from components.ui.table_choices import TableChoices
from components.ui.wording import format_count, join_list, shorten

_ENDINGS: Final = ("csv", "tsv", "jsonl", "zip", "txt", "qrels", "trec")
#: What is kept of the questions that were read last.
_KEPT: Final = (
    state.Retrieval.OWN_QUESTIONS,
    state.Retrieval.QUESTIONS_REJECTED,
    state.Retrieval.QUESTIONS_JUDGED,
    state.Retrieval.QUESTION_PROBLEM,
)
_TABLE: Final = TableChoices(state.Table("question", "answer"), question_columns, optional=False)


def ask() -> None:
    """Ask for files with questions."""
    st.caption(
        "Questions with known answers show how good a search is. Add a table with a column “question” and a column "
        "“answer” that quotes one of your documents. An empty answer means that no document answers the question; use "
        "several rows for several answers. Or add a test collection in the BEIR format: corpus.jsonl, queries.jsonl "
        "and qrels.tsv (or a qrels file in TREC's format), together or as one .zip. Its corpus is then added to your "
        "documents."
    )
    uploaded_documents.ask_for_files("Files with questions", _ENDINGS, state.Retrieval.QUESTION_FILES, _take)
    if _TABLE.table is not None:
        _draw_problem()
        _TABLE.draw(changed=_select)
        if not st.session_state.get(state.Retrieval.QUESTION_PROBLEM):
            say_what_is_used(
                len(st.session_state.get(state.Retrieval.OWN_QUESTIONS, ())),
                "question",
                st.session_state.get(state.Retrieval.QUESTIONS_REJECTED, {}).values(),
            )
    if st.session_state.get(state.Retrieval.OWN_QUESTIONS):
        st.button("Remove the questions", on_click=_remove_questions)


def questions_about(corpus: Corpus) -> tuple[Question, ...]:
    """The reader's questions about documents that are still there."""
    uploaded: tuple[Question, ...] = st.session_state.get(state.Retrieval.OWN_QUESTIONS, ())
    return tuple(each for each in uploaded if all(span.document in corpus.by_id for span in each.answers))


def draw_result_of_upload(corpus: Corpus) -> None:
    """Say why a file was refused, and which questions are left out."""
    _draw_problem()
    uploaded: tuple[Question, ...] = st.session_state.get(state.Retrieval.OWN_QUESTIONS, ())
    kept = questions_about(corpus)
    if len(kept) < len(uploaded):
        removed = format_count(len(uploaded) - len(kept), "question")
        markup(Markup('<p class="es-note">Without {} about removed documents.</p>').format(removed))
    themselves = sum(bool(each.omitted) for each in kept)
    if themselves:
        are = "question is a document" if themselves == 1 else "questions are documents"
        markup(
            Markup(
                '<p class="es-note">{:,} {} of the collection too: what is measured leaves it out there.</p>'
            ).format(themselves, are)
        )
    counts: JudgementCounts | None = st.session_state.get(state.Retrieval.QUESTIONS_JUDGED)
    if counts is not None:
        markup(Markup('<p class="es-note">{}</p>').format(_judged(counts)))
    draw_rejected_rows(st.session_state.get(state.Retrieval.QUESTIONS_REJECTED, {}), "line")


def _draw_problem() -> None:
    for problem in (st.session_state.get(state.Retrieval.QUESTION_PROBLEM), _TABLE.problem):
        if problem:
            markup(Markup('<p class="es-problem">{}</p>').format(problem))


def _judged(counts: JudgementCounts) -> str:
    """Say what the judgements of a test collection say: each counts, or is said not to."""
    parts = [f"{counts.relevant:,} relevant"]
    if counts.graded:
        parts[0] += f" ({counts.graded:,} of them with a score above 1, which counts as 1)"
    parts += [f"{counts.not_relevant:,} not relevant"] if counts.not_relevant else []
    parts += [f"{counts.unjudged:,} below 0, which says not judged"] if counts.unjudged else []
    total = counts.relevant + counts.not_relevant + counts.unjudged
    return f"{format_count(total, 'judgement')}: {join_list(parts)}."


def _remove_questions() -> None:
    _TABLE.remove()
    for name in _KEPT:
        st.session_state.pop(name, None)


def _take(uploaded: Sequence[tuple[str, bytes]]) -> None:
    if not uploaded:
        return
    files = dict(uploaded)
    name = next(iter(files))
    if len(files) == 1 and not name.lower().endswith((".zip", ".jsonl")):
        st.session_state.pop(state.Retrieval.QUESTION_PROBLEM, None)
        if _TABLE.take(name, files[name]):
            _select()
        return
    names = " and ".join(shorten(name, 40) for name in files)
    try:
        collection = (
            read_beir_zip(name, files[name])
            if len(files) == 1 and name.lower().endswith(".zip")
            else read_beir("Test collection", files)
        )
        document, questions = as_one_document(collection.corpus, collection.questions)
        uploaded_documents.begin(document)
    except EncoderscopeError as error:
        # The questions that were read before stay.
        st.session_state[state.Retrieval.QUESTION_PROBLEM] = f"{names}: {error}"
        return
    _remove_questions()
    _keep(questions, collection.rejected)
    st.session_state[state.Retrieval.QUESTIONS_JUDGED] = collection.counts


def _select() -> None:
    """Take the questions of the table as it is read now; if there are none, those before stay."""
    table = _TABLE.table
    if table is None:
        return
    try:
        read = select_questions(table.upload, uploaded_documents.own_corpus(), *_TABLE.columns())
    except EncoderscopeError as error:
        st.session_state[state.Retrieval.QUESTION_PROBLEM] = f"{shorten(table.name, 40)}: {error}"
        return
    for name in _KEPT:
        st.session_state.pop(name, None)
    _keep(read.questions, {table.name: read.rejected})


def _keep(questions: tuple[Question, ...], rejected: Mapping[str, tuple[RejectedRow, ...]]) -> None:
    st.session_state[state.Retrieval.OWN_QUESTIONS] = questions
    st.session_state[state.Retrieval.QUESTIONS_REJECTED] = rejected
