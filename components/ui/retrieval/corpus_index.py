"""Indexed corpora, each made once: the shipped ones for all sessions, a reader's own documents in one session alone."""

import logging
from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from components.core.errors import StoreError
from components.core.model.prompts import TextKind
from components.core.retrieval.documents import Chunk, ChunkSettings, Corpus, Unit
from components.core.retrieval.index.collection_names import collection_name
from components.core.retrieval.index.default_index import default_index
from components.core.retrieval.ingest.chunking import chunks_of, sentences_compared
from components.core.storage.cached_encoding import Progress, find_unreadable
from components.ui import state
from components.ui.caches import corpora, models
from components.ui.caches.corpora import IndexRequest
from components.ui.caches.encoding import encode_texts
from components.ui.retrieval.indexed_corpus import IndexedCorpus

_LOG = logging.getLogger(__name__)

# Bytes of a reader's own documents in one session.
_MOST_OWN = 50_000_000


def has_indexed_corpus(model: str, corpus: Corpus, settings: ChunkSettings, owner: str | None) -> bool:
    """True if the indexed corpus is kept."""
    request = IndexRequest(model, corpus.digest, settings)
    if owner is not None:
        return request in st.session_state.get(state.Retrieval.INDEXED, {})
    return corpora.has_indexed_corpus(request)


def index_corpus(
    model: str,
    corpus: Corpus,
    settings: ChunkSettings,
    owner: str | None,
    progress: Callable[[Progress], None] | None = None,
) -> IndexedCorpus:
    """Divide a corpus into chunks and encode them, unless that is done. Raises SentenceError.

    owner: the reader whose documents these are; None for a shipped corpus. progress: as for encode_with_store.
    """
    request = IndexRequest(model, corpus.digest, settings)
    if owner is None:
        return corpora.indexed_corpus(request, lambda: _encode(model, corpus, settings, corpus.digest, progress))
    own: dict[IndexRequest, IndexedCorpus] = st.session_state.setdefault(state.Retrieval.INDEXED, {})
    if request not in own:
        _replace(own, _encode(model, corpus, settings, owner, progress))
    return own[request]


def _replace(own: dict[IndexRequest, IndexedCorpus], newest: IndexedCorpus) -> None:
    """Add a reader's corpus. What the documents were before a change is dropped, here and in the index."""
    kept = [each for each in own.values() if each.corpus.digest == newest.corpus.digest]
    while kept and sum(each.nbytes for each in (*kept, newest)) > _MOST_OWN:
        kept.pop(0)
    for other in own.values():
        if other not in kept:
            _drop(other.collection)
    own.clear()
    own.update({each.request: each for each in (*kept, newest)})


def _encode(
    model: str,
    corpus: Corpus,
    settings: ChunkSettings,
    library: str,
    progress: Callable[[Progress], None] | None,
) -> IndexedCorpus:
    encoder = models.encoder(model)
    chunks = _divide(model, corpus, settings, progress)
    unreadable = {index for index, _ in find_unreadable(encoder, [chunk.text for chunk in chunks])}
    chunks = tuple(chunk for index, chunk in enumerate(chunks) if index not in unreadable)
    unit_vectors = encode_texts(model, [chunk.text for chunk in chunks], progress=progress, kind=TextKind.PASSAGE)
    unit_vectors.setflags(write=False)
    name = collection_name(library, corpus.digest, settings, encoder.fingerprint)
    return IndexedCorpus(model, corpus, settings, chunks, unit_vectors, name)


def _divide(
    model: str, corpus: Corpus, settings: ChunkSettings, progress: Callable[[Progress], None] | None
) -> tuple[Chunk, ...]:
    """Divide a corpus into chunks; for a division by meaning, its sentences are encoded first, all together."""
    encoder = models.encoder(model)
    vectors: dict[str, np.ndarray] = {}
    if settings.unit is Unit.MEANING:
        spans = [(document.text, sentences_compared(document, encoder)) for document in corpus.documents]
        # One sentence alone is compared with nothing.
        texts = [text[start:end] for text, sentences in spans if len(sentences) > 1 for start, end in sentences]
        vectors = dict(zip(texts, encode_texts(model, texts, progress=progress), strict=True))

    def encoded(sentences: Sequence[str]) -> np.ndarray:
        return np.stack([vectors[sentence] for sentence in sentences])

    return tuple(chunk for document in corpus.documents for chunk in chunks_of(document, settings, encoder, encoded))


def _drop(collection: str) -> None:
    try:
        default_index().drop(collection)
    except StoreError as error:
        _LOG.warning("%s", error)
