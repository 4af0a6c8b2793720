"""A question and what is found for it: by meaning, by words, and by both."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np

from components.core.errors import StoreError
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.documents import Chunk
from components.core.retrieval.search.ranking import (
    CANDIDATES,
    FusedItem,
    RankedItem,
    exact_search,
    index_misses,
    reciprocal_rank_fusion,
    top_k,
)
from components.ui.caches import models
from components.ui.caches.memo import Memo
from components.ui.retrieval.indexed_corpus import IndexedCorpus

DENSE: Final = "Dense"
BM25: Final = "BM25"
HYBRID: Final = "Hybrid"
METHODS: Final = (DENSE, BM25, HYBRID)


@dataclass(frozen=True)
class SearchResult:
    """A question, and the chunks that each ranking puts first."""

    prepared: IndexedCorpus
    question: str  # not empty, and the model can read it
    k: int
    documents: tuple[str, ...]  # ids of those that are searched; () for all
    memo: Memo[Any] = field(default_factory=Memo, repr=False, compare=False)

    @cached_property
    def question_vector(self) -> np.ndarray:
        """(D,) the question's vector. Nothing of what is typed letter by letter is kept on disk."""
        vector: np.ndarray = normalise_rows(models.encoder(self.prepared.model).encode([self.question]))[0]
        return vector

    @cached_property
    def allowed(self) -> np.ndarray | None:
        """(N,) which chunks may be found; None for all."""
        if not self.documents:
            return None
        return np.array([chunk.document in self.documents for chunk in self.prepared.chunks])

    @property
    def count(self) -> int:
        """How many chunks are searched."""
        return len(self.prepared.chunks) if self.allowed is None else int(self.allowed.sum())

    @property
    def depth(self) -> int:
        """How many ranks of each list are looked at."""
        return max(self.k, CANDIDATES)

    @cached_property
    def _found(self) -> tuple[tuple[RankedItem, ...], tuple[RankedItem, ...], str]:
        """By meaning, by words, and what went wrong with the index, in which case the search is exact."""
        name, within = self.prepared.collection, self.documents or None
        try:
            dense, words = self.prepared.in_index(
                lambda index: (
                    index.dense(name, self.question_vector, self.depth, within),
                    index.bm25(name, self.question, self.depth, within),
                )
            )
        except StoreError as error:
            return self.exact, self.exact_words, str(error)
        return self._ranked(dense), self._ranked(words), ""

    def _ranked(self, hits: Any) -> tuple[RankedItem, ...]:
        places = self.prepared.indices
        return tuple(
            RankedItem(places[hit.chunk], hit.score, rank)
            for rank, hit in enumerate((hit for hit in hits if hit.chunk in places), 1)
        )

    @property
    def trouble(self) -> str:
        """What went wrong with the index, in words; "" if nothing did."""
        return self._found[2]

    @cached_property
    def exact(self) -> tuple[RankedItem, ...]:
        """By meaning, every chunk compared."""
        return exact_search(self.prepared.unit_vectors, self.question_vector, self.depth, self.allowed)

    @cached_property
    def exact_words(self) -> tuple[RankedItem, ...]:
        """By words, with our own arithmetic."""
        return top_k(self.prepared.bm25.scores(self.question), self.depth, self.allowed, floor=0.0)

    @cached_property
    def missed(self) -> tuple[RankedItem, ...]:
        """What exact search finds among the first k and the index does not."""
        return index_misses(self.dense[: self.k], self.exact[: self.k])

    @property
    def dense(self) -> tuple[RankedItem, ...]:
        """By the cosine of vectors, best first."""
        return self._found[0]

    @property
    def words(self) -> tuple[RankedItem, ...]:
        """By BM25, best first; chunks without a word of the question are not among them."""
        return self._found[1]

    @cached_property
    def hybrid(self) -> tuple[FusedItem, ...]:
        """By reciprocal rank fusion of both."""
        return reciprocal_rank_fusion({DENSE: self.dense, BM25: self.words}, self.depth)

    def ranking(self, method: str) -> tuple[RankedItem | FusedItem, ...]:
        """The first k of one of METHODS."""
        rankings: dict[str, tuple[RankedItem | FusedItem, ...]] = {
            DENSE: self.dense,
            BM25: self.words,
            HYBRID: self.hybrid,
        }
        return rankings[method][: self.k]

    @cached_property
    def cosines(self) -> np.ndarray:
        """(N,) of the question with every chunk."""
        cosines: np.ndarray = self.prepared.unit_vectors @ self.question_vector
        return cosines

    @property
    def best(self) -> float | None:
        """The highest cosine; None if nothing is searched."""
        return self.exact[0].score if self.exact else None

    def chunk(self, place: int) -> Chunk:
        """The chunk at a place."""
        return self.prepared.chunks[place]


def is_below(cosine: float, threshold: float) -> bool:
    """Whether a cosine, as the page prints it, is below a threshold.

    >>> is_below(0.2961, 0.3), is_below(0.2949, 0.3)
    (False, True)
    """
    return round(cosine, 2) < threshold
