"""The corpus of the page, indexed, with a bar while its passages are encoded."""

from contextlib import suppress

import streamlit as st

from components.core.errors import StoreError
from components.core.retrieval.documents import ChunkSettings, Corpus
from components.ui import state
from components.ui.page import stop_on_error
from components.ui.progress import encode_with_bar, is_stopped
from components.ui.retrieval import corpora, uploaded_documents
from components.ui.retrieval.corpus_index import has_indexed_corpus, index_corpus
from components.ui.retrieval.indexed_corpus import IndexedCorpus
from components.ui.stage.stage import Stage

# Encoding fewer passages ends before a bar could be read.
_WORTH_A_BAR = 100


def read_corpus(model: str, name: str, settings: ChunkSettings, owner: str, stage: Stage) -> IndexedCorpus:
    """Return the corpus of that name, indexed; if it cannot be searched, show the reason and end the page.

    owner: of the corpus OWN.
    """
    if name != corpora.OWN:
        return _index(model, corpora.shipped(name), settings, None, stage)
    with stop_on_error("Your documents cannot be searched", _offer_shipped):
        return _index_own(model, settings, owner, stage)


def _offer_shipped() -> None:
    st.button(
        "Use a shipped corpus", on_click=lambda: st.session_state.update({state.Retrieval.CORPUS: corpora.EVERYDAY})
    )


def _index_own(model: str, settings: ChunkSettings, owner: str, stage: Stage) -> IndexedCorpus:
    corpus, waiting = uploaded_documents.corpus(owner)
    indexed_corpus = _index(model, corpus, settings, owner, stage)
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
    return indexed_corpus


def _index(model: str, corpus: Corpus, settings: ChunkSettings, owner: str | None, stage: Stage) -> IndexedCorpus:
    if has_indexed_corpus(model, corpus, settings, owner):
        return index_corpus(model, corpus, settings, owner)
    key = (model, corpus.digest, settings)
    finding = f"Encoding of “{corpus.name}” was stopped" if is_stopped(key) else f"Encoding “{corpus.name}” …"
    with stage.working(finding, "Each passage becomes a vector. They can be searched when all are encoded."):
        return encode_with_bar(
            key, "passage", lambda report: index_corpus(model, corpus, settings, owner, report), _WORTH_A_BAR
        )
