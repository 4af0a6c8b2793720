"""Ways of searching compared on questions whose answers are known.

Search is exact here: a question is compared with every chunk, so that no approximate index has a part in a
difference. N chunks, Q questions, of which some may be answered by nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean
from typing import Final

import numpy as np

from components.core.embeddings.representations import Encode, Representation
from components.core.model.encoder import Encoder
from components.core.numerics.bootstrap import Interval, mean_intervals
from components.core.retrieval.documents import Chunk, Question, Span
from components.core.retrieval.evaluation.measures import DEPTH, Found, holds, ndcg, recall, reciprocal_rank
from components.core.retrieval.search.bm25 import Bm25
from components.core.retrieval.search.ranking import (
    CANDIDATES,
    RankedItem,
    ranking_order,
    reciprocal_rank_fusion,
    top_k,
)


class SearchMethod(StrEnum):
    """A way of searching."""

    BM25 = "BM25"
    DENSE = "Dense"
    HYBRID = "Hybrid"  # the rankings of the two above, fused
    STATIC = "Averaged word embeddings"
    UNORDERED = "Dense, positions off"


_KINDS = {
    SearchMethod.DENSE: Representation.CONTEXT,
    SearchMethod.STATIC: Representation.STATIC,
    SearchMethod.UNORDERED: Representation.UNORDERED,
}

_MEASURES: dict[str, Callable[[Found, int], float]] = {
    "Recall@1": lambda found, answers: recall(found, answers, 1),
    "Recall@5": lambda found, answers: recall(found, answers, 5),
    "Recall@10": lambda found, answers: recall(found, answers, DEPTH),
    "MRR@10": lambda found, _: reciprocal_rank(found),
    "nDCG@10": ndcg,
}
MEASURES: Final = tuple(_MEASURES)


@dataclass(frozen=True)
class Outcome:
    """What one way of searching found for one question."""

    first_rank: int | None  # of a chunk that holds an answer, among all N; None if there is none or it is not found
    best: tuple[RankedItem, ...]  # the first 10 chunks, by their places; fewer if a search found no more
    measures: Mapping[str, float]  # by name, as in MEASURES; empty for a question that nothing answers

    @property
    def best_score(self) -> float | None:
        """The score of the first chunk; None if nothing was found."""
        return self.best[0].score if self.best else None


@dataclass(frozen=True)
class MethodResult:
    """What one way of searching found for all questions."""

    outcomes: tuple[Outcome, ...]  # Q, in the order of the questions
    #: Over the questions that have an answer, by name, as in MEASURES; empty if there is none.
    means: Mapping[str, Interval]


@dataclass(frozen=True)
class Evaluation:
    """Ways of searching, compared."""

    results: Mapping[SearchMethod, MethodResult]
    answered: int  # questions that have an answer
    #: The mean share of a question's answers that some chunk holds: no ranking has a higher recall. Not a number if
    #: no question has an answer.
    ceiling: float


def evaluate(
    chunks: Sequence[Chunk],
    questions: Sequence[Question],
    encoder: Encoder,
    encode: Encode,
    methods: Sequence[SearchMethod] = tuple(SearchMethod),
    seed: int = 0,
) -> Evaluation:
    """Search for every question in every way.

    encode: how the encoder is run, for the ways that run it. seed: of the samples that intervals are taken from; they
    are the same for all methods. BM25 finds only chunks that share a word with the question, and a hybrid search only
    the first CANDIDATES of each ranking. Raises SentenceError for a text with nothing to read.
    """
    texts, asked = [chunk.text for chunk in chunks], [question.text for question in questions]
    scorers = _scorers(texts, asked, encoder, encode, methods)
    places = defaultdict(list)
    for place, chunk in enumerate(chunks):
        places[chunk.document].append(place)
    outcomes: dict[SearchMethod, list[Outcome]] = {method: [] for method in methods}
    shares_held = []
    for number, question in enumerate(questions):
        held = _held(chunks, places, question.answers)
        if question.answers:
            shares_held.append(len(frozenset().union(*held.values())) / len(question.answers))
        scores = {method: scorer(number) for method, scorer in scorers.items()}
        for method in methods:
            outcomes[method].append(_outcome(*_search(method, scores), held, len(question.answers)))
    results = {
        method: MethodResult(tuple(mine), means([each.measures for each in mine if each.measures], seed))
        for method, mine in outcomes.items()
    }
    return Evaluation(results, len(shares_held), fmean(shares_held) if shares_held else float("nan"))


def means(measures: Sequence[Mapping[str, float]], seed: int = 0) -> dict[str, Interval]:
    """The mean of each measure over questions, with a 95 % interval; nothing for no question.

    The interval says how much hangs on which questions were asked.
    """
    if not measures:
        return {}
    values = np.array([[each[name] for name in MEASURES] for each in measures])
    return dict(zip(MEASURES, mean_intervals(values, seed), strict=True))


def mean_difference(first: MethodResult, second: MethodResult, measure: str, seed: int = 0) -> Interval:
    """How much higher a measure is by the first way of searching than by the second, question by question.

    Where the interval holds 0, the difference may be chance. This tells ways apart that their own intervals do not,
    since hard questions are hard for both. Some question must have an answer.
    """
    pairs = zip(first.outcomes, second.outcomes, strict=True)
    differences = [mine.measures[measure] - other.measures[measure] for mine, other in pairs if mine.measures]
    return mean_intervals(np.array(differences)[:, None], seed)[0]


def _scorers(
    texts: Sequence[str], asked: Sequence[str], encoder: Encoder, encode: Encode, methods: Sequence[SearchMethod]
) -> dict[SearchMethod, Callable[[int], np.ndarray]]:
    """For each way that has scores of its own: the number of a question → (N,) scores.

    Not all at once, since many questions and chunks would fill the memory.
    """
    wanted = {*methods, *((SearchMethod.BM25, SearchMethod.DENSE) if SearchMethod.HYBRID in methods else ())}
    scorers: dict[SearchMethod, Callable[[int], np.ndarray]] = {}
    if SearchMethod.BM25 in wanted:
        bm25 = Bm25(texts)
        scorers[SearchMethod.BM25] = lambda number: bm25.scores(asked[number])
    for method, kind in _KINDS.items():
        if method in wanted:
            scorers[method] = _cosines(*(kind.unit_vectors(encoder, encode, each, ()) for each in (texts, asked)))
    return scorers


def _cosines(units: np.ndarray, questions: np.ndarray) -> Callable[[int], np.ndarray]:
    return lambda number: units @ questions[number]


def _search(method: SearchMethod, scores: Mapping[SearchMethod, np.ndarray]) -> tuple[np.ndarray, Mapping[int, float]]:
    """All places found, best first, and the scores of the first DEPTH."""
    if method is not SearchMethod.HYBRID:
        ranking = ranking_order(scores[method], floor=_floor(method))
        return ranking, {place: float(scores[method][place]) for place in ranking[:DEPTH].tolist()}
    both = {
        each.value: top_k(scores[each], CANDIDATES, floor=_floor(each))
        for each in (SearchMethod.BM25, SearchMethod.DENSE)
    }
    fused = reciprocal_rank_fusion(both, k=2 * CANDIDATES)
    return np.array([each.index for each in fused], dtype=int), {each.index: each.score for each in fused}


def _floor(method: SearchMethod) -> float | None:
    return 0.0 if method is SearchMethod.BM25 else None


def _held(
    chunks: Sequence[Chunk], places: Mapping[str, Sequence[int]], answers: Sequence[Span]
) -> dict[int, frozenset[int]]:
    """Place → the numbers of the answers that the chunk there holds; only chunks that hold any. places: by document."""
    held = defaultdict(set)
    for number, answer in enumerate(answers):
        for place in places.get(answer.document, ()):
            if holds(chunks[place], answer):
                held[place].add(number)
    return {place: frozenset(numbers) for place, numbers in held.items()}


def _outcome(
    ranking: np.ndarray, scores: Mapping[int, float], held: Mapping[int, frozenset[int]], answers: int
) -> Outcome:
    hit = np.flatnonzero(np.isin(ranking, list(held)))
    best = ranking[:DEPTH].tolist()
    found = [held.get(place, frozenset()) for place in best]
    return Outcome(
        first_rank=int(hit[0]) + 1 if len(hit) else None,
        best=tuple(RankedItem(place, scores[place], rank) for rank, place in enumerate(best, 1)),
        measures={name: measure(found, answers) for name, measure in _MEASURES.items()} if answers else {},
    )
