"""The corpus of the page made ready, with what the reader sees meanwhile."""

import html
from contextlib import suppress
from typing import Any

import streamlit as st

from components.core.errors import StoreError
from components.core.retrieval.documents import ChunkSettings, Corpus
from components.core.storage.cached_encoding import Progress
from components.ui import state
from components.ui.page import markup, stop_on_error, title
from components.ui.retrieval import corpora, uploaded_documents
from components.ui.retrieval.indexed_corpus import IndexedCorpus, index_corpus, is_ready
from components.ui.wording import format_progress

# Below this an encoding is over before a bar could be read.
_WORTH_A_BAR = 100


def make_ready(model: str, picked: str, settings: ChunkSettings, owner: str, titled: Any, step: str) -> IndexedCorpus:
    """The corpus that was picked, cut, encoded and in the index.

    owner: whose documents "your own" are. titled: an empty place for the page's title while this takes a moment.
    """
    if picked != corpora.OWN:
        return _with_bar(model, corpora.shipped(picked), settings, None, titled, step)
    with stop_on_error(_offer_shipped, "Your documents"):
        return _own_made_ready(model, settings, owner, titled, step)


def _offer_shipped() -> None:
    st.button(
        "Take a shipped corpus", on_click=lambda: st.session_state.update({state.Retrieval.CORPUS: corpora.EVERYDAY})
    )


def _own_made_ready(model: str, settings: ChunkSettings, owner: str, titled: Any, step: str) -> IndexedCorpus:
    found, waiting = uploaded_documents.corpus(owner)
    ready = _with_bar(model, found, settings, owner, titled, step)
    with_chunks = {chunk.document for chunk in ready.chunks}
    empty = [found.by_id[each] for each in waiting if each not in with_chunks]
    if empty:
        uploaded_documents.refuse(owner, empty, "this model reads nothing of it. Add another text.")
        st.rerun()
    if waiting:
        with suppress(StoreError):
            # A search says it if the index is away; it is derived, and can be filled whenever it is back.
            ready.in_index(lambda _: None)
        uploaded_documents.acknowledge(owner, found, waiting)
    said = st.session_state.pop(state.Retrieval.INTERRUPTED, "")
    if said:
        markup(f'<p class="es-note">{html.escape(said)}</p>')
    return ready


def _with_bar(
    model: str, corpus: Corpus, settings: ChunkSettings, owner: str | None, titled: Any, step: str
) -> IndexedCorpus:
    if is_ready(model, corpus, settings, owner):
        return index_corpus(model, corpus, settings, owner)
    with titled.container():
        stop = "" if owner is None else " Whoever removes a document stops its encoding."
        title(step, f"“{corpus.name}” on the way through the encoder", f"Each passage becomes a vector.{stop}")
    place = st.empty()
    bar = None

    def report(progress: Progress) -> None:
        nonlocal bar
        if progress.total < _WORTH_A_BAR:
            return
        said = format_progress(progress, "passage")
        if bar is None:
            bar = place.progress(0.0, said)
        bar.progress(progress.done / progress.total, said)

    ready = index_corpus(model, corpus, settings, owner, report)
    place.empty()
    return ready
