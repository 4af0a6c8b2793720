"""Ways of searching that answer while a question is typed: what depends on the corpus alone is computed once."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import numpy as np

from components.core.embeddings.representations import Representation
from components.core.model.encoder import Encoder
from components.core.model.prompts import TextKind
from components.core.retrieval.documents import Chunk
from components.core.retrieval.search.ranking import RankedItem
from components.core.retrieval.search.ways.catalogue import METHOD_WAYS, TECHNIQUES, Technique
from components.core.retrieval.search.ways.way import EncodedCorpus, PreparedWay, QuestionReader, Way
from components.ui.caches import prepared_ways
from components.ui.caches.encoding import sentence_vector
from components.ui.caches.memo import Memo
from components.ui.caches.prepared_ways import PreparedRequest, SharedRequest
from components.ui.caches.requests import VectorRequest
from components.ui.progress import ProgressBar, TimedReport
from components.ui.retrieval.ladder.measuring import encoded, named_by_operator
from components.ui.retrieval.search_result import METHODS, SearchResult

_Read = TypeVar("_Read")

# Questions whose vectors, or token vectors, one corpus keeps: those that are being typed.
_QUESTIONS: Final = 64
# Seconds before a bar appears.
_QUIET: Final = 0.3


class _TypedQuestions(QuestionReader):
    """Reads questions as they are typed, and keeps the last of them only."""

    def __init__(self, encoder: Encoder, model: str) -> None:
        super().__init__(encoder, lambda texts, changes, kind: encoder.encode(texts, changes, kind=kind))
        self._model = model
        self._last: Memo[Any] = Memo(_QUESTIONS)

    def vector(self, question: str, by: Representation = Representation.CONTEXT) -> np.ndarray:
        """Return the unit vector of a question, which all parts of the page share."""
        if by is Representation.CONTEXT:
            return sentence_vector(VectorRequest(self._model, question, TextKind.QUESTION))
        return super().vector(question, by)

    def read(self, key: Hashable, compute: Callable[[], _Read]) -> _Read:
        """Return what a way compares of a question."""
        found: _Read = self._last.get(key, compute)
        return found


@dataclass(frozen=True)
class Hit:
    """A passage that a way brings back."""

    rank: int  # from 1
    score: float
    passage: Chunk
    index: int | None  # of the passage among the chunks of the corpus; None if it is none of them


def offered() -> tuple[dict[str, Technique], dict[str, str]]:
    """Return the techniques that answer while a question is typed, by name, and why each of the others does not."""
    operators = named_by_operator()
    live, others = {}, {}
    for each in TECHNIQUES:
        obstacle = each.obstacle(operators)
        if each.name in _WRITTEN_BY_A_MODEL:
            others[each.name] = (
                "A language model writes for each question, which takes seconds; the ladder measures it."
            )
        elif obstacle:
            others[each.name] = obstacle
        else:
            live[each.name] = each
    return live, others


_WRITTEN_BY_A_MODEL: Final = ("HyDE", "Other wordings")

#: The ways that a live search always has, by name, Dense first.
_METHOD_BY_WAY: Final = {way: method.value for method, way in METHOD_WAYS.items() if method.value in METHODS}


def hits(result: SearchResult, way: Way) -> tuple[Hit, ...]:
    """Return the first k passages of a way. Raises an EncoderscopeError if it cannot search this corpus.

    Dense, BM25 and their hybrid are those of the index, as everywhere on the page.
    """
    method = _METHOD_BY_WAY.get(way)
    if method is not None:
        return tuple(
            Hit(each.rank, each.score, result.chunk(each.index), each.index) for each in result.ranking(method)
        )
    prepared = prepared_for(result, way)
    own = result.indexed_corpus.indices
    found = prepared.rank(result.question).first(result.k)
    chunks = result.indexed_corpus.chunks
    passages = [prepared.passages[each.index] for each in found]
    places = [own.get(each.id) for each in passages]
    return tuple(
        Hit(each.rank, each.score, passage, place if place is not None and chunks[place] == passage else None)
        for each, passage, place in zip(found, passages, places, strict=True)
    )


def rerank(result: SearchResult, way: Way, ranking: Sequence[RankedItem]) -> tuple[RankedItem, ...]:
    """Put passages of another search, by their indices in the corpus, into the order of a way that re-ranks.

    Raises an EncoderscopeError if it cannot read this corpus.
    """
    prepared = prepared_for(result, way)
    if prepared.rerank is None:
        raise ValueError(f"{way.name} does not re-rank.")
    searched = _searched(result)
    place = {index: number for number, index in enumerate(searched.tolist())}
    items = [RankedItem(place[each.index], each.score, each.rank) for each in ranking]
    return tuple(
        RankedItem(int(searched[each.index]), each.score, each.rank) for each in prepared.rerank(result.question, items)
    )


def prepared_for(result: SearchResult, way: Way) -> PreparedWay:
    """Return a way that is ready for the documents that are searched, with a bar while it is prepared."""
    request = PreparedRequest(result.indexed_corpus.request, result.documents, way)
    if prepared_ways.is_prepared(request):
        return prepared_ways.prepared_way(request, lambda: way.prepare(_encoded(result)))
    bar = ProgressBar()
    try:
        return prepared_ways.prepared_way(
            request, lambda: way.prepare(_encoded(result), TimedReport(bar, way.name, quiet=_QUIET))
        )
    finally:
        bar.clear()


def _searched(result: SearchResult) -> np.ndarray:
    """(M,) the indices of the chunks that are searched."""
    return np.arange(len(result.indexed_corpus.chunks)) if result.allowed is None else np.flatnonzero(result.allowed)


def _encoded(result: SearchResult) -> EncodedCorpus:
    """The documents that are searched, as ways are prepared over them."""
    indexed_corpus, documents = result.indexed_corpus, result.documents
    whole = encoded(indexed_corpus)
    searched = _searched(result)
    request = indexed_corpus.request
    return replace(
        whole,
        chunks=tuple(indexed_corpus.chunks[index] for index in searched),
        documents=tuple(each for each in whole.documents if not documents or each.id in documents),
        given=indexed_corpus.unit_vectors[searched],
        questions=_TypedQuestions(whole.encoder, indexed_corpus.model),
        keep=lambda name, compute: prepared_ways.shared(SharedRequest(request, documents, name), compute),
    )
