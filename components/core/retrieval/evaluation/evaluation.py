"""Evaluation: search methods compared on questions whose answers are known.

Search is exact here: a question is compared with every chunk, so that no difference is due to an approximate index.
N chunks, Q questions; some questions may have no answer.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Float32, Int

from components.core.embeddings.representations import Representation
from components.core.model.encoder import Encoder
from components.core.model.interventions import Intervention
from components.core.model.prompts import TextKind
from components.core.numerics.bootstrap import Interval, mean_intervals
from components.core.retrieval.documents import Chunk, Question, Span
from components.core.retrieval.evaluation.measures import DEPTH, Found, holds, lies_in, ndcg, recall, reciprocal_rank
from components.core.retrieval.search.bm25 import Bm25
from components.core.retrieval.search.hybrid import CANDIDATES, hybrid_search
from components.core.retrieval.search.methods import SearchMethod, score_floor
from components.core.retrieval.search.ranking import RankedItem, ranking_order, top_k

#: A function that encodes N texts of one kind under interventions.
EncodeKind = Callable[[Sequence[str], tuple[Intervention, ...], TextKind], Float32[np.ndarray, "N D"]]

# The vectors that a method compares.
_REPRESENTATIONS = {
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
    """The result of one search method for one question."""

    first_rank: int | None  # the rank, among all N, of the first chunk with an answer; None if none was found
    best: tuple[RankedItem, ...]  # the first 10 chunks, or fewer if fewer were found
    measures: Mapping[str, float]  # by name, as in MEASURES; empty for a question without an answer

    @property
    def best_score(self) -> float | None:
        """The score of the first chunk; None if nothing was found."""
        return self.best[0].score if self.best else None


@dataclass(frozen=True)
class MethodResult:
    """The results of one search method for all questions."""

    outcomes: tuple[Outcome, ...]  # Q, in the order of the questions
    #: Means over the questions that have an answer, by name, as in MEASURES; empty if no question has one.
    means: Mapping[str, Interval]


@dataclass(frozen=True)
class Evaluation:
    """The results of several search methods for the same questions."""

    results: Mapping[SearchMethod, MethodResult]
    answered: int  # the number of questions that have an answer
    #: The upper bound of recall: the mean share of a question's answers that are in some chunk. NaN if no question has
    #: an answer.
    ceiling: float


def evaluate(
    chunks: Sequence[Chunk],
    questions: Sequence[Question],
    encoder: Encoder,
    encode: EncodeKind,
    methods: Sequence[SearchMethod] = tuple(SearchMethod),
    seed: int = 0,
) -> Evaluation:
    """Search for every question by every method.

    encode: runs the encoder on passages or questions, for the methods that need it. seed: of the bootstrap samples,
    which are the same for all methods. BM25 finds only chunks that share a word with the question; a hybrid search
    finds only the first CANDIDATES of each ranking. Chunks in the omitted parts of a question are ranked for others
    only. Raises SentenceError for a text with nothing to read.
    """
    chunk_texts, question_texts = [chunk.text for chunk in chunks], [question.text for question in questions]
    scorers = _scorers(chunk_texts, question_texts, encoder, encode, methods)
    indices = defaultdict(list)
    for index, chunk in enumerate(chunks):
        indices[chunk.document].append(index)
    outcomes: dict[SearchMethod, list[Outcome]] = {method: [] for method in methods}
    ceilings = []
    for number, question in enumerate(questions):
        answers_in = _answers_in_chunks(chunks, indices, question.answers)
        if question.answers:
            ceilings.append(len(frozenset().union(*answers_in.values())) / len(question.answers))
        scores = {method: scorer(number) for method, scorer in scorers.items()}
        for method in methods:
            found = _search(method, scores, _allowed(chunks, indices, question.omitted))
            outcomes[method].append(_outcome(*found, answers_in, len(question.answers)))
    results = {
        method: MethodResult(tuple(each), means([outcome.measures for outcome in each if outcome.measures], seed))
        for method, each in outcomes.items()
    }
    return Evaluation(results, len(ceilings), fmean(ceilings) if ceilings else float("nan"))


def means(measures: Sequence[Mapping[str, float]], seed: int = 0) -> dict[str, Interval]:
    """Return the mean of each measure over questions, with a 95 % interval; empty for no question.

    The interval shows how much the mean depends on the choice of questions.
    """
    if not measures:
        return {}
    values = np.array([[each[name] for name in MEASURES] for each in measures])
    return dict(zip(MEASURES, mean_intervals(values, seed), strict=True))


def mean_difference(first: MethodResult, second: MethodResult, measure: str, seed: int = 0) -> Interval:
    """Return the mean difference of a measure between two methods, paired by question: first minus second.

    If the interval contains 0, the difference may be chance. A paired interval can separate methods whose own intervals
    overlap, because questions that are hard for one are hard for the other. At least one question must have an answer.
    """
    pairs = zip(first.outcomes, second.outcomes, strict=True)
    differences = [one.measures[measure] - other.measures[measure] for one, other in pairs if one.measures]
    return mean_intervals(np.array(differences)[:, None], seed)[0]


def _scorers(
    chunk_texts: Sequence[str],
    question_texts: Sequence[str],
    encoder: Encoder,
    encode: EncodeKind,
    methods: Sequence[SearchMethod],
) -> dict[SearchMethod, Callable[[int], Float[np.ndarray, " N"]]]:
    """Return, for each method that has its own scores, a function from the number of a question to (N,) scores.

    One question at a time: the scores of many questions and chunks would fill the memory.
    """
    wanted = {*methods, *((SearchMethod.BM25, SearchMethod.DENSE) if SearchMethod.HYBRID in methods else ())}
    scorers: dict[SearchMethod, Callable[[int], np.ndarray]] = {}
    if SearchMethod.BM25 in wanted:
        bm25 = Bm25(chunk_texts)
        scorers[SearchMethod.BM25] = lambda number: bm25.scores(question_texts[number])
    for method, representation in _REPRESENTATIONS.items():
        if method in wanted:
            scorers[method] = _cosines(
                _unit_vectors(representation, encoder, encode, chunk_texts, TextKind.PASSAGE),
                _unit_vectors(representation, encoder, encode, question_texts, TextKind.QUESTION),
            )
    return scorers


def _unit_vectors(
    representation: Representation, encoder: Encoder, encode: EncodeKind, texts: Sequence[str], kind: TextKind
) -> Float32[np.ndarray, "N D"]:
    return representation.unit_vectors(encoder, lambda some, changes: encode(some, changes, kind), texts, ())


def _cosines(
    chunk_vectors: Float[np.ndarray, "N D"], question_vectors: Float[np.ndarray, "Q D"]
) -> Callable[[int], Float[np.ndarray, " N"]]:
    return lambda number: chunk_vectors @ question_vectors[number]


def _search(
    method: SearchMethod,
    scores: Mapping[SearchMethod, Float[np.ndarray, " N"]],
    allowed: Bool[np.ndarray, " N"] | None,
) -> tuple[Int[np.ndarray, " M"], Mapping[int, float]]:
    """Return the indices of all chunks found, best first, and the scores of at least the first DEPTH.

    allowed: the chunks that may be found; None for all.
    """
    if method is not SearchMethod.HYBRID:
        ranking = ranking_order(scores[method], allowed, score_floor(method))
        return ranking, {index: float(scores[method][index]) for index in ranking[:DEPTH].tolist()}
    dense, bm25 = (
        top_k(scores[each], CANDIDATES, allowed, score_floor(each)) for each in (SearchMethod.DENSE, SearchMethod.BM25)
    )
    fused = hybrid_search(dense, bm25)
    return np.array([each.index for each in fused], dtype=int), {each.index: each.score for each in fused}


def _allowed(
    chunks: Sequence[Chunk], indices: Mapping[str, Sequence[int]], omitted: Sequence[Span]
) -> Bool[np.ndarray, " N"] | None:
    """Return which chunks lie in no omitted part; None for all of them. indices: by document."""
    if not omitted:
        return None
    allowed = np.ones(len(chunks), dtype=bool)
    for span in omitted:
        allowed[[index for index in indices.get(span.document, ()) if lies_in(chunks[index], span)]] = False
    return allowed


def _answers_in_chunks(
    chunks: Sequence[Chunk], indices: Mapping[str, Sequence[int]], answers: Sequence[Span]
) -> dict[int, frozenset[int]]:
    """Return index of a chunk → the numbers of the answers in it, for chunks with an answer. indices: by document."""
    found = defaultdict(set)
    for number, answer in enumerate(answers):
        for index in indices.get(answer.document, ()):
            if holds(chunks[index], answer):
                found[index].add(number)
    return {index: frozenset(numbers) for index, numbers in found.items()}


def _outcome(
    ranking: Int[np.ndarray, " M"],
    scores: Mapping[int, float],
    answers_in: Mapping[int, frozenset[int]],
    answers: int,
) -> Outcome:
    hit = np.flatnonzero(np.isin(ranking, list(answers_in)))
    best = ranking[:DEPTH].tolist()
    found = [answers_in.get(index, frozenset()) for index in best]
    return Outcome(
        first_rank=int(hit[0]) + 1 if len(hit) else None,
        best=tuple(RankedItem(index, scores[index], rank) for rank, index in enumerate(best, 1)),
        measures={name: measure(found, answers) for name, measure in _MEASURES.items()} if answers else {},
    )
