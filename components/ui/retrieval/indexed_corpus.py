"""A corpus in chunks with their vectors, ready to be searched."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from components.core.errors import StoreError
from components.core.lazy import cached_property
from components.core.retrieval.documents import Chunk, ChunkSettings, Corpus
from components.core.retrieval.index.chunk_collection import indexed_terms
from components.core.retrieval.index.chunk_index import ChunkIndex
from components.core.retrieval.index.default_index import in_default_index
from components.core.retrieval.search.bm25 import Bm25
from components.core.text.unique_names import unique_names
from components.ui.caches.corpora import IndexRequest
from components.ui.caches.memo import Memo

_Result = TypeVar("_Result")


@dataclass(frozen=True, eq=False)
class IndexedCorpus:
    """N chunks of a corpus with their vectors."""

    model: str
    corpus: Corpus
    settings: ChunkSettings
    chunks: tuple[Chunk, ...]  # N
    unit_vectors: np.ndarray  # (N, D) float32
    collection: str  # the chunks' name in the index
    _filled: list[bool] = field(default_factory=list, repr=False, compare=False)
    #: Values that several runs of the page compute from these chunks.
    memo: Memo[Any] = field(default_factory=Memo, repr=False, compare=False)

    @property
    def request(self) -> IndexRequest:
        """The cache key of this corpus."""
        return IndexRequest(self.model, self.corpus.digest, self.settings)

    @property
    def nbytes(self) -> int:
        """About how many bytes of memory this takes."""
        return self.unit_vectors.nbytes + 8 * sum(len(chunk.text) for chunk in self.chunks)

    @cached_property
    def bm25(self) -> Bm25:
        """Word search over the chunks, each as far as the index takes its text."""
        return Bm25(self._indexed_texts())

    @cached_property
    def bm25_by_stems(self) -> Bm25:
        """The same by stems, which the index does not have."""
        return Bm25(self._indexed_texts(), stemmed=True)

    def _indexed_texts(self) -> list[str]:
        return [" ".join(indexed_terms(chunk.text)) for chunk in self.chunks]

    @cached_property
    def indices(self) -> dict[str, int]:
        """Chunk id → index of the chunk."""
        return {chunk.id: index for index, chunk in enumerate(self.chunks)}

    @cached_property
    def titles(self) -> dict[str, str]:
        """Document id → a title that no other document of the corpus has."""
        titles = unique_names(document.title for document in self.corpus.documents)
        return {document.id: title for document, title in zip(self.corpus.documents, titles, strict=True)}

    @cached_property
    def documents(self) -> np.ndarray:
        """(N,) the index of each chunk's document in the corpus."""
        order = {document.id: index for index, document in enumerate(self.corpus.documents)}
        return np.array([order[chunk.document] for chunk in self.chunks], dtype=int)

    def in_index(self, search: Callable[[ChunkIndex], _Result]) -> tuple[_Result, bool]:
        """Search in the index, after putting the chunks into it if they are not there.

        Returns the result and whether the index had to be opened again. Raises StoreError.
        """

        def found(index: ChunkIndex) -> _Result:
            if self._filled:
                # A search is quicker than a look whether they are still there.
                with suppress(StoreError):
                    return search(index)
            index.fill(self.collection, self.chunks, self.unit_vectors)
            self._filled.append(True)
            return search(index)

        return in_default_index(found)
