"""The passages that were marked as answers: listed, taken back, and downloaded as a test collection."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from components.core.errors import StoreError
from components.core.retrieval.documents import Corpus
from components.core.retrieval.evaluation.evaluation import answers_in
from components.core.retrieval.evaluation.marked_questions import marked_questions, marks_without_document
from components.core.retrieval.ingest.beir import MOST_DOCUMENTS
from components.core.retrieval.ingest.marks import Mark
from components.core.retrieval.ingest.question_files import JudgedPassage, beir_zip, questions_table
from components.ui import downloads, state
from components.ui.page import markup
from components.ui.retrieval import corpora, marking, uploaded_documents
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.wording import format_count, join_list, shorten

_FOLDER = "encoderscope-questions"


def draw(indexed_corpus: IndexedCorpus) -> None:
    """Draw what is marked in this tab, and offer it as files."""
    marks = marking.marks()
    if not marks:
        st.caption(
            "Or make questions while you search: tick “answers it” beside each passage that answers what you asked. "
            "Each question with a ticked passage counts on “how good it is”, “ladder” and “failures”."
        )
        return
    markup(Markup("<p><b>{}</b></p>").format(marking.count(marks)))
    _draw_marks(marks)
    with st.container(horizontal=True, gap="medium"):
        st.button("Take back all marks", type="tertiary", on_click=marking.take_back, args=(marks,))
        _offer_files(indexed_corpus, marks)
    _say_what_files_hold(indexed_corpus, marks)


def say_what_is_missing() -> None:
    """Say which marks do not count because their documents were removed."""
    missing = _without_document(marking.marks())
    if missing:
        markup(Markup('<p class="es-note">{}</p>').format(_missing(missing)))


def _draw_marks(marks: Sequence[Mark]) -> None:
    """Draw the marked passages of one question, each with a button that takes its mark back."""
    questions = list(dict.fromkeys(mark.question for mark in marks))
    if st.session_state.get(state.Retrieval.MARKED_QUESTION) not in questions:
        st.session_state.pop(state.Retrieval.MARKED_QUESTION, None)
    asked = " ".join(st.session_state.get(state.Retrieval.QUESTION, "").split())
    chosen = st.selectbox(
        "Marked question",
        questions,
        index=questions.index(asked) if asked in questions else len(questions) - 1,
        key=state.Retrieval.MARKED_QUESTION,
    )
    for mark in (each for each in marks if each.question == chosen):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            markup(Markup('<p><b>{}</b> <span dir="auto">{}</span></p>').format(shorten(mark.title, 40), _quote(mark)))
            st.button(
                "Take back",
                key=f"take_back_{mark.span.document}_{mark.span.start}_{mark.span.end}",
                type="tertiary",
                on_click=marking.take_back,
                args=([mark],),
            )


def _quote(mark: Mark) -> str:
    """The beginning of what is marked, or that its document is not there."""
    document = _all_documents().by_id.get(mark.span.document)
    if document is None:
        return "was removed"
    return shorten(" ".join(document.text[mark.span.start : mark.span.end].split()), 60)


def _offer_files(indexed_corpus: IndexedCorpus, marks: Sequence[Mark]) -> None:
    # A file is made when its button is pressed, outside of any session.
    documents = _all_documents()
    downloads.offer(
        "Download (CSV)",
        lambda: questions_table(marked_questions(marks, documents), [documents]),
        f"{_FOLDER}.csv",
        key="marked_csv",
        type="tertiary",
    )
    if marked_questions(marks, indexed_corpus.corpus):
        downloads.offer(
            "Download test collection (BEIR)",
            lambda: _collection(indexed_corpus, marks),
            f"{_FOLDER}.zip",
            key="marked_beir",
            type="tertiary",
        )


def _say_what_files_hold(indexed_corpus: IndexedCorpus, marks: Sequence[Mark]) -> None:
    said = "The table quotes each answer, so it is read again where these documents are."
    if here := marked_questions(marks, indexed_corpus.corpus):
        chunks = len(indexed_corpus.chunks)
        said += (
            f" The test collection holds {format_count(len(here), 'question')} and, as “"
            f"{shorten(indexed_corpus.corpus.name, 40)}” is divided now, {format_count(chunks, 'passage')}."
        )
        if chunks > MOST_DOCUMENTS:
            said += f" This page reads back at most {MOST_DOCUMENTS:,}: choose larger passages under “More settings”."
    st.caption(said)


def _collection(indexed_corpus: IndexedCorpus, marks: Sequence[Mark]) -> bytes:
    questions = marked_questions(marks, indexed_corpus.corpus)
    passages = [
        JudgedPassage(chunk.id, indexed_corpus.titles[chunk.document], chunk.text) for chunk in indexed_corpus.chunks
    ]
    relevant = [sorted(held) for held in answers_in(indexed_corpus.chunks, questions)]
    return beir_zip(_FOLDER, passages, [question.text for question in questions], relevant)


def _without_document(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    return marks_without_document(marks, [_all_documents()]) if marks else ()


def _missing(marks: Sequence[Mark]) -> str:
    titles = list(dict.fromkeys(mark.title for mark in marks))
    names = join_list([f"“{shorten(title, 60)}”" for title in titles])
    one = len(marks) == 1
    was, they = ("was", "it") if len(titles) == 1 else ("were", "they")
    return (
        f"{format_count(len(marks), 'marked passage')} {'does' if one else 'do'} not count: {names} {was} removed. "
        f"{'It counts' if one else 'They count'} again when {they} {'is' if they == 'it' else 'are'} added again."
    )


def _all_documents() -> Corpus:
    """The documents of this tab and those that come with the app."""
    try:
        own = uploaded_documents.own_corpus().documents
    except StoreError:
        own = ()
    shipped = [document for name in corpora.SHIPPED for document in corpora.shipped(name).documents]
    return Corpus("All", (*own, *shipped))
