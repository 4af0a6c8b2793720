"""A question and the rankings of passages for it: by meaning, by words, and by both."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from components.core.errors import StoreError
from components.core.lazy import cached_property
from components.core.model.prompts import TextKind
from components.core.retrieval.documents import Chunk
from components.core.retrieval.search.bm25 import Bm25
from components.core.retrieval.search.hybrid import CANDIDATES, hybrid_search
from components.core.retrieval.search.methods import LIVE_METHODS, SearchMethod, score_floor
from components.core.retrieval.search.ranking import FusedItem, RankedItem, exact_search, index_misses, top_k
from components.ui.caches.encoding import sentence_vector
from components.ui.caches.memo import Memo
from components.ui.caches.requests import VectorRequest
from components.ui.retrieval.indexed_corpus import IndexedCorpus

DENSE: Final = SearchMethod.DENSE.value
BM25: Final = SearchMethod.BM25.value
HYBRID: Final = SearchMethod.HYBRID.value
METHODS: Final = tuple(method.value for method in LIVE_METHODS)


@dataclass(frozen=True)
class _Rankings:
    """The rankings by meaning and by words, exact after an error of the index."""

    dense: tuple[RankedItem, ...]
    words: tuple[RankedItem, ...]
    trouble: str = ""  # the error of the index
    opened_again: bool = False


@dataclass(frozen=True)
class SearchResult:
    """A question, and the chunks that each ranking puts first."""

    indexed_corpus: IndexedCorpus
    question: str  # not empty, and the model can read it
    k: int
    documents: tuple[str, ...]  # ids of the documents that are searched; () for all
    stemmed: bool = False  # whether BM25 compares words by their stems
    memo: Memo[Any] = field(default_factory=Memo, repr=False, compare=False)

    @property
    def question_vector(self) -> np.ndarray:
        """(D,) the question's vector. It is not kept on disk: a question is typed letter by letter."""
        return sentence_vector(VectorRequest(self.indexed_corpus.model, self.question, TextKind.QUESTION))

    @cached_property
    def allowed(self) -> np.ndarray | None:
        """(N,) True for each chunk that is searched; None for all."""
        if not self.documents:
            return None
        return np.array([chunk.document in self.documents for chunk in self.indexed_corpus.chunks])

    @property
    def count(self) -> int:
        """The number of chunks that are searched."""
        return len(self.indexed_corpus.chunks) if self.allowed is None else int(self.allowed.sum())

    @property
    def depth(self) -> int:
        """The length of each list before fusion."""
        return max(self.k, CANDIDATES)

    @cached_property
    def _rankings(self) -> _Rankings:
        name, within = self.indexed_corpus.collection, self.documents or None
        try:
            (dense, words), opened_again = self.indexed_corpus.in_index(
                lambda index: (
                    index.dense(name, self.question_vector, self.depth, within),
                    () if self.stemmed else index.bm25(name, self.question, self.depth, within),
                )
            )
        except StoreError as error:
            return _Rankings(self.exact, self.exact_words, trouble=str(error))
        return _Rankings(self._ranked(dense), self._ranked(words), opened_again=opened_again)

    def _ranked(self, hits: Any) -> tuple[RankedItem, ...]:
        indices = self.indexed_corpus.indices
        return tuple(
            RankedItem(indices[hit.chunk], hit.score, rank)
            for rank, hit in enumerate((hit for hit in hits if hit.chunk in indices), 1)
        )

    @property
    def bm25(self) -> Bm25:
        """The statistics of words by which BM25 ranks."""
        return self.indexed_corpus.bm25_by_stems if self.stemmed else self.indexed_corpus.bm25

    @property
    def trouble(self) -> str:
        """The error of the index; "" if there is none."""
        return self._rankings.trouble

    @property
    def index_opened_again(self) -> bool:
        """True if the index did not answer any more, and was opened again for this question."""
        return self._rankings.opened_again

    @cached_property
    def exact(self) -> tuple[RankedItem, ...]:
        """The ranking by meaning, from a comparison with every chunk."""
        return exact_search(self.indexed_corpus.unit_vectors, self.question_vector, self.depth, self.allowed)

    @cached_property
    def exact_words(self) -> tuple[RankedItem, ...]:
        """The ranking by words, computed without the index."""
        scores = self.bm25.scores(self.question)
        return top_k(scores, self.depth, self.allowed, score_floor(SearchMethod.BM25))

    @cached_property
    def missed(self) -> tuple[RankedItem, ...]:
        """The first k of an exact search that are not among the first k of the index."""
        return index_misses(self.dense[: self.k], self.exact[: self.k])

    @property
    def dense(self) -> tuple[RankedItem, ...]:
        """The ranking by the cosine of vectors, best first."""
        return self._rankings.dense

    @property
    def words(self) -> tuple[RankedItem, ...]:
        """The ranking by BM25, best first, without chunks that share no word with the question."""
        # The index holds words as they are spelled.
        return self.exact_words if self.stemmed else self._rankings.words

    @cached_property
    def hybrid(self) -> tuple[FusedItem, ...]:
        """The ranking by reciprocal rank fusion of both."""
        return hybrid_search(self.dense, self.words, self.depth)

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
        """(N,) cosines of the question with all chunks."""
        cosines: np.ndarray = self.indexed_corpus.unit_vectors @ self.question_vector
        return cosines

    @property
    def best(self) -> float | None:
        """The highest cosine; None if nothing is searched."""
        return self.exact[0].score if self.exact else None

    def chunk(self, index: int) -> Chunk:
        """The chunk of an index."""
        return self.indexed_corpus.chunks[index]


def is_below(cosine: float, threshold: float) -> bool:
    """True if a cosine, as the page prints it, is below a threshold.

    >>> is_below(0.2961, 0.3), is_below(0.2949, 0.3)
    (False, True)
    """
    return round(cosine, 2) < threshold
