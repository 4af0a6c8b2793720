"""Corpora of Live retrieval for all sessions: those that come with the app, and what is computed from their chunks."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Protocol, TypeVar

from components.core.mapping.projection import Projection
from components.core.retrieval.documents import ChunkSettings, Corpus, Question, TranslatedQuestion
from components.core.retrieval.evaluation.evaluation import Evaluation
from components.core.retrieval.evaluation.ladder import WayResult
from components.core.retrieval.ingest.corpora import corpus_from, questions_from, translations_from
from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.ways.way import Way
from components.ui.assets import read_toml
from components.ui.caches.memo import Memo, memoized

_CORPUS_BYTES = 200_000_000
_MAP_BYTES = 50_000_000
_EVALUATIONS = 64
# Of one way for one question; it takes less than a kilobyte.
_OUTCOMES = 100_000
_FILES = 8


@dataclass(frozen=True)
class IndexRequest:
    """Cache key of an indexed corpus: model, digest of the corpus, settings of its chunks."""

    model: str
    digest: str
    settings: ChunkSettings


@dataclass(frozen=True)
class EvaluationRequest:
    """Cache key of an evaluation: the indexed corpus, a digest of the questions, the search methods."""

    index: IndexRequest
    questions: str
    methods: tuple[SearchMethod, ...] = tuple(SearchMethod)

    @classmethod
    def of(
        cls,
        index: IndexRequest,
        questions: Sequence[Question],
        methods: tuple[SearchMethod, ...] = tuple(SearchMethod),
    ) -> "EvaluationRequest":
        """The request for these questions, their answers, and what is not ranked for them."""
        texts = json.dumps(
            [
                [each.text, *([astuple(span) for span in spans] for spans in (each.answers, each.omitted))]
                for each in questions
            ]
        )
        return cls(index, hashlib.sha256(texts.encode()).hexdigest(), methods)


@dataclass(frozen=True)
class WayRequest:
    """Cache key of what a way of searching is worth and costs: the questions about an indexed corpus, and the way."""

    evaluation: EvaluationRequest
    way: Way


class _Sized(Protocol):
    @property
    def nbytes(self) -> int: ...


_Indexed = TypeVar("_Indexed", bound=_Sized)

_indexed = Memo[Any](_CORPUS_BYTES, size_of=lambda corpus: corpus.nbytes)
_evaluations = Memo[Evaluation](_EVALUATIONS)
_way_results = Memo[WayResult](_OUTCOMES, size_of=lambda result: len(result.result.outcomes))
_maps = Memo[Projection](_MAP_BYTES, size_of=lambda projection: projection.points.nbytes)


@memoized(_FILES)
def shipped_corpus(name: str) -> Corpus:
    """Read the corpus in assets/corpora/<name>.toml."""
    return corpus_from(read_toml(f"corpora/{name}"))


@memoized(_FILES)
def shipped_questions(name: str) -> tuple[Question, ...]:
    """Read the questions that come with a shipped corpus."""
    return questions_from(read_toml(f"corpora/{name}_questions"), shipped_corpus(name))


@memoized(_FILES)
def shipped_translations(name: str) -> tuple[TranslatedQuestion, ...]:
    """Read the questions in two languages that come with a shipped corpus."""
    return translations_from(read_toml(f"corpora/{name}_french"), shipped_corpus(name))


def has_indexed_corpus(request: IndexRequest) -> bool:
    """True if the indexed corpus is kept."""
    return request in _indexed


def indexed_corpus(request: IndexRequest, index: Callable[[], _Indexed]) -> _Indexed:
    """Return the indexed corpus. index: called if it is not kept."""
    corpus: _Indexed = _indexed.get(request, index)
    return corpus


def evaluation(request: EvaluationRequest, evaluate: Callable[[], Evaluation]) -> Evaluation:
    """Return the scores of all search methods. evaluate: called if they are not kept."""
    return _evaluations.get(request, evaluate)


def kept_way_result(request: WayRequest) -> WayResult | None:
    """Return what a way is worth and costs, if it is kept."""
    return _way_results.peek(request)


def way_result(request: WayRequest, measure: Callable[[], WayResult]) -> WayResult:
    """Return what a way is worth and costs. measure: called if it is not kept."""
    return _way_results.get(request, measure)


def passage_map(request: IndexRequest, fit: Callable[[], Projection]) -> Projection:
    """Return the map of all chunks. fit: called if it is not kept."""
    return _maps.get(request, fit)
