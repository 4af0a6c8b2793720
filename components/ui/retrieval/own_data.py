"""“Your own data”: the documents and the questions that a reader brings along, and the passages marked here."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.ui import not_kept
from components.ui.retrieval import marked_passages, marking, uploaded_documents, uploaded_questions
from components.ui.retrieval.indexed_corpus import IndexedCorpus


def ask() -> DeltaGenerator:
    """Ask for documents and questions. Returns the place for what is marked, which is drawn when a corpus is read."""
    marking.read()
    uploaded_documents.ask()
    uploaded_questions.ask()
    return st.container()


def draw_news(indexed_corpus: IndexedCorpus) -> None:
    """Say what became of what was brought along or marked."""
    uploaded_documents.draw_result_of_upload()
    uploaded_questions.draw_result_of_upload(indexed_corpus.corpus)
    marking.draw_problem()
    marked_passages.say_what_is_missing()
    not_kept.draw()
