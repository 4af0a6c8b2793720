"""The corpus of the page, indexed, with a bar while its passages are encoded."""

from contextlib import suppress

import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator

from components.core.errors import StoreError
from components.core.retrieval.documents import ChunkSettings, Corpus
from components.ui import state
from components.ui.page import markup, stop_on_error, title
from components.ui.progress import ProgressBar, report_to
from components.ui.retrieval import corpora, uploaded_documents
from components.ui.retrieval.corpus_index import has_indexed_corpus, index_corpus
from components.ui.retrieval.indexed_corpus import IndexedCorpus

# Encoding fewer passages ends before a bar could be read.
_WORTH_A_BAR = 100


def read_corpus(
    model: str, name: str, settings: ChunkSettings, owner: str, title_slot: DeltaGenerator, step: str
) -> IndexedCorpus:
    """Return the corpus of that name, indexed; if it cannot be searched, show the reason and end the page.

    owner: of the corpus OWN. title_slot: an empty slot for the page's title while passages are encoded.
    """
    if name != corpora.OWN:
        return _index(model, corpora.shipped(name), settings, None, title_slot, step)
    with stop_on_error("Your documents cannot be searched", _offer_shipped):
        return _index_own(model, settings, owner, title_slot, step)


def _offer_shipped() -> None:
    st.button(
        "Use a shipped corpus", on_click=lambda: st.session_state.update({state.Retrieval.CORPUS: corpora.EVERYDAY})
    )


def _index_own(model: str, settings: ChunkSettings, owner: str, title_slot: DeltaGenerator, step: str) -> IndexedCorpus:
    corpus, waiting = uploaded_documents.corpus(owner)
    indexed_corpus = _index(model, corpus, settings, owner, title_slot, step)
    with_chunks = {chunk.document for chunk in indexed_corpus.chunks}
    empty = [corpus.by_id[each] for each in waiting if each not in with_chunks]
    if empty:
        uploaded_documents.refuse(owner, empty, "this model reads nothing of it. Add another text.")
        st.rerun()
    if waiting:
        with suppress(StoreError):
            # Without an index the search itself says so, and fills it when it is back.
            indexed_corpus.in_index(lambda _: None)
        uploaded_documents.acknowledge(owner, corpus, waiting)
    note = st.session_state.pop(state.Retrieval.INTERRUPTED, "")
    if note:
        markup(Markup('<p class="es-note">{}</p>').format(note))
    return indexed_corpus


def _index(
    model: str, corpus: Corpus, settings: ChunkSettings, owner: str | None, title_slot: DeltaGenerator, step: str
) -> IndexedCorpus:
    if has_indexed_corpus(model, corpus, settings, owner):
        return index_corpus(model, corpus, settings, owner)
    with title_slot.container():
        stop = "" if owner is None else " Removing a document stops its encoding."
        title(step, f"Encoding “{corpus.name}” …", f"Each passage becomes a vector.{stop}")
    bar = ProgressBar()
    indexed_corpus = index_corpus(model, corpus, settings, owner, report_to(bar, "passage", _WORTH_A_BAR))
    bar.clear()
    return indexed_corpus
