"""Documents made ready to be searched: cut, encoded, and put into the index.

What the shipped corpora become is kept for all sessions; what a reader's own documents become is kept in the session
that reads them, and nowhere else.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from components.core.errors import StoreError
from components.core.retrieval.documents import Chunk, ChunkSettings, Corpus
from components.core.retrieval.index.chunk_collection import searchable_text
from components.core.retrieval.index.chunk_index import ChunkIndex, default_index
from components.core.retrieval.index.collection_names import collection_name
from components.core.retrieval.ingest.chunking import chunks_of
from components.core.retrieval.search.bm25 import Bm25
from components.core.storage.cached_encoding import Progress, find_unreadable
from components.ui import state
from components.ui.caches import models
from components.ui.caches.encoding import encode_texts
from components.ui.caches.memo import Memo

_Found = TypeVar("_Found")

_LOG = logging.getLogger(__name__)

# Bytes, of shipped corpora for all sessions, and of a reader's documents in theirs.
_MOST_SHARED = 200_000_000
_MOST_OWN = 50_000_000


@dataclass(frozen=True, eq=False)
class IndexedCorpus:
    """N chunks of a corpus with their vectors."""

    model: str
    corpus: Corpus
    settings: ChunkSettings
    chunks: tuple[Chunk, ...]  # N
    unit_vectors: np.ndarray  # (N, D) float32
    collection: str  # what the index calls them
    _filled: list[bool] = field(default_factory=list, repr=False, compare=False)
    #: Values that several runs of the page derive from these chunks, kept as long as they are.
    memo: Memo[Any] = field(default_factory=Memo, repr=False, compare=False)

    @cached_property
    def bm25(self) -> Bm25:
        """Word search over the chunks, as far as the index takes their texts."""
        return Bm25([searchable_text(chunk.text) for chunk in self.chunks])

    @cached_property
    def indices(self) -> dict[str, int]:
        """Chunk id → place, counted from 0."""
        return {chunk.id: place for place, chunk in enumerate(self.chunks)}

    @cached_property
    def titles(self) -> dict[str, str]:
        """Document id → a title that no other document of the corpus has."""
        titles: dict[str, str] = {}
        for document in self.corpus.documents:
            number, title = 1, document.title
            while title in titles.values():
                number += 1
                title = f"{document.title} ({number})"
            titles[document.id] = title
        return titles

    @cached_property
    def documents(self) -> np.ndarray:
        """(N,) the place of each chunk's document in the corpus."""
        order = {document.id: place for place, document in enumerate(self.corpus.documents)}
        return np.array([order[chunk.document] for chunk in self.chunks], dtype=int)

    def in_index(self, search: Callable[[ChunkIndex], _Found]) -> _Found:
        """What a search in the index finds; the chunks are put into it if they are not there. Raises StoreError."""
        index = default_index()
        if self._filled:
            # To look whether they are still there takes longer than to search.
            with suppress(StoreError):
                return search(index)
        index.fill(self.collection, self.chunks, self.unit_vectors)
        self._filled.append(True)
        return search(index)


def _size(ready: IndexedCorpus) -> int:
    """About how many bytes of memory this takes."""
    return ready.unit_vectors.nbytes + 8 * sum(len(chunk.text) for chunk in ready.chunks)


_shared = Memo[IndexedCorpus](_MOST_SHARED, size_of=_size)


def is_ready(model: str, corpus: Corpus, settings: ChunkSettings, owner: str | None) -> bool:
    """Whether the corpus is at hand."""
    name = model, corpus.digest, settings
    if owner is not None:
        return name in st.session_state.get(state.Retrieval.INDEXED, {})
    return name in _shared


def index_corpus(
    model: str,
    corpus: Corpus,
    settings: ChunkSettings,
    owner: str | None,
    progress: Callable[[Progress], None] | None = None,
) -> IndexedCorpus:
    """The corpus made ready. owner: whose documents these are, if they are not for all. progress: as for encode_with_store.

    Raises SentenceError.
    """
    name = model, corpus.digest, settings
    if owner is not None:
        own: dict[tuple[str, str, ChunkSettings], IndexedCorpus] = st.session_state.setdefault(
            state.Retrieval.INDEXED, {}
        )
        if name not in own:
            ready = _prepare(model, corpus, settings, owner, progress)
            # What documents were before they changed is let go of, in the index too.
            kept = [each for each in own.values() if each.corpus.digest == corpus.digest]
            while kept and sum(map(_size, (*kept, ready))) > _MOST_OWN:
                kept.pop(0)
            for other in own.values():
                if other not in kept:
                    _drop(other.collection)
            own.clear()
            own.update({(each.model, each.corpus.digest, each.settings): each for each in (*kept, ready)})
        return own[name]
    return _shared.get(name, lambda: _prepare(model, corpus, settings, corpus.digest, progress))


def _prepare(
    model: str,
    corpus: Corpus,
    settings: ChunkSettings,
    library: str,
    progress: Callable[[Progress], None] | None,
) -> IndexedCorpus:
    encoder = models.encoder(model)
    chunks = tuple(chunk for document in corpus.documents for chunk in chunks_of(document, settings, encoder))
    refused = {place for place, _ in find_unreadable(encoder, [chunk.text for chunk in chunks])}
    chunks = tuple(chunk for place, chunk in enumerate(chunks) if place not in refused)
    units = encode_texts(model, [chunk.text for chunk in chunks], progress=progress)
    units.setflags(write=False)
    name = collection_name(library, corpus.digest, settings, encoder.fingerprint)
    return IndexedCorpus(model, corpus, settings, chunks, units, name)


def _drop(collection: str) -> None:
    try:
        default_index().drop(collection)
    except StoreError as error:
        _LOG.warning("%s", error)
