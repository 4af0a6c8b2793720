"""Evaluation: search methods compared on questions whose answers are known.

Search is exact here: a question is compared with every chunk, so that no difference is due to an approximate index.
N chunks, Q questions; some questions may have no answer.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from components.core.model.encoder import Encoder
from components.core.numerics.bootstrap import Interval, grouped_mean_intervals, joint_mean_intervals, may_be_best
from components.core.retrieval.documents import Chunk, Question, Span
from components.core.retrieval.evaluation.measures import DEPTH, Found, holds, lies_in, ndcg, recall, reciprocal_rank
from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.ranking import RankedItem
from components.core.retrieval.search.ways.catalogue import METHOD_WAYS
from components.core.retrieval.search.ways.way import BatchReader, EncodedCorpus, EncodeKind, Ranking

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
    groups: tuple[int, ...]  # of each question, as question_groups() returns them

    def measured(self, measure: str) -> Float[np.ndarray, " answered"]:
        """Return a measure of MEASURES for each question that has an answer."""
        return np.array([each.measures[measure] for each in self.outcomes if each.measures])

    @property
    def groups_measured(self) -> tuple[int, ...]:
        """The groups of these questions."""
        return tuple(group for group, each in zip(self.groups, self.outcomes, strict=True) if each.measures)


@dataclass(frozen=True)
class Evaluation:
    """The results of several search methods for the same questions."""

    results: Mapping[SearchMethod, MethodResult]
    answered: int  # the number of questions that have an answer
    independent: int  # the number of groups of these questions
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
    reader = BatchReader(encoder, encode, [question.text for question in questions])
    corpus = EncodedCorpus(tuple(chunks), (), encoder, encode, reader)
    held, omitted = answers_in(chunks, questions), omitted_in(chunks, questions)
    groups = question_groups(questions)
    results = {}
    for method in methods:
        rank = METHOD_WAYS[method].prepare(corpus).rank
        of_each = zip(questions, held, omitted, strict=True)
        outcomes = [outcome(rank(each.text).without(left), of, len(each.answers)) for each, of, left in of_each]
        results[method] = method_result(outcomes, groups, seed)
    ceilings = [
        len(frozenset().union(*of.values())) / len(question.answers)
        for question, of in zip(questions, held, strict=True)
        if question.answers
    ]
    independent = len({group for group, each in zip(groups, questions, strict=True) if each.answers})
    return Evaluation(results, len(ceilings), independent, fmean(ceilings) if ceilings else float("nan"))


def question_groups(questions: Sequence[Question]) -> tuple[int, ...]:
    """Return a number for each question, equal for those that exactly the same parts of documents answer.

    They are one question in several wordings: what finds the passage for one is likely to find it for the others, so
    they are no independent examples.
    """
    numbers: dict[object, int] = {}
    # Of a question without an answer nothing is measured, so it belongs to itself.
    return tuple(
        numbers.setdefault(frozenset(each.answers) or index, len(numbers)) for index, each in enumerate(questions)
    )


def method_result(outcomes: Sequence[Outcome], groups: Sequence[int] | None = None, seed: int = 0) -> MethodResult:
    """Return the outcomes of all questions with their means. groups: of the questions; None if none depend."""
    groups = tuple(range(len(outcomes))) if groups is None else tuple(groups)
    measured = [(each.measures, group) for each, group in zip(outcomes, groups, strict=True) if each.measures]
    found = means([each for each, _ in measured], seed, [group for _, group in measured])
    return MethodResult(tuple(outcomes), found, groups)


def means(
    measures: Sequence[Mapping[str, float]], seed: int = 0, groups: Sequence[int] | None = None
) -> dict[str, Interval]:
    """Return the mean of each measure over questions, with a 95 % interval; empty for no question.

    The interval shows how much the mean depends on the choice of questions: groups of them are drawn.
    """
    if not measures:
        return {}
    values = np.array([[each[name] for name in MEASURES] for each in measures])
    drawn = np.arange(len(values)) if groups is None else np.array(groups)
    return dict(zip(MEASURES, grouped_mean_intervals(values, drawn, seed), strict=True))


def mean_differences(
    methods: Sequence[MethodResult], reference: MethodResult, measure: str, seed: int = 0
) -> list[Interval]:
    """Return the mean difference of a measure between each method and another, paired by question: method minus other.

    If an interval contains 0, the difference may be chance. A paired interval can separate methods whose own intervals
    overlap, because questions that are hard for one are hard for the other. The intervals are joint: of methods that
    all equal the other, any interval leaves out 0 in 5 % of cases. At least one question must have an answer.
    """
    differences = np.stack([each.measured(measure) - reference.measured(measure) for each in methods], axis=1)
    return joint_mean_intervals(differences, np.array(reference.groups_measured), seed)


def best_methods(methods: Sequence[MethodResult], measure: str) -> Bool[np.ndarray, " M"]:
    """Return which of M methods may be the best by a measure, as may_be_best() tells, paired by question."""
    values = np.stack([each.measured(measure) for each in methods], axis=1)
    return may_be_best(values, np.array(methods[0].groups_measured))


def answers_in(chunks: Sequence[Chunk], questions: Sequence[Question]) -> list[dict[int, frozenset[int]]]:
    """Return for each question: index of a chunk → the numbers of the answers in it, for chunks with an answer."""
    return [_parts_in(chunks, spans, holds) for spans in _located(chunks, [each.answers for each in questions])]


def omitted_in(chunks: Sequence[Chunk], questions: Sequence[Question]) -> list[frozenset[int]]:
    """Return for each question the indices of the chunks that are not ranked for it."""
    return [
        frozenset(_parts_in(chunks, spans, lies_in)) for spans in _located(chunks, [each.omitted for each in questions])
    ]


#: A part of a document, and the indices of the chunks of that document.
_Located = tuple[Span, Sequence[int]]


def _located(chunks: Sequence[Chunk], of_each: Sequence[Sequence[Span]]) -> Iterator[list[_Located]]:
    """Yield the spans of each question with the chunks that may touch them: going through all takes too long."""
    indices = defaultdict(list)
    for index, chunk in enumerate(chunks):
        indices[chunk.document].append(index)
    for spans in of_each:
        yield [(span, indices.get(span.document, ())) for span in spans]


def _parts_in(
    chunks: Sequence[Chunk], located: Sequence[_Located], belongs: Callable[[Chunk, Span], bool]
) -> dict[int, frozenset[int]]:
    """Return index of a chunk → the numbers of the spans that belong to it, for chunks with one."""
    found = defaultdict(set)
    for number, (span, indices) in enumerate(located):
        for index in indices:
            if belongs(chunks[index], span):
                found[index].add(number)
    return {index: frozenset(numbers) for index, numbers in found.items()}


def outcome(ranking: Ranking, held: Mapping[int, frozenset[int]], answers: int) -> Outcome:
    """Return what a ranking is worth for a question with so many answers. held: as answers_in() returns it."""
    hit = np.flatnonzero(np.isin(ranking.indices, list(held)))
    best = ranking.first(DEPTH)
    found = [held.get(each.index, frozenset()) for each in best]
    return Outcome(
        first_rank=int(hit[0]) + 1 if len(hit) else None,
        best=best,
        measures={name: measure(found, answers) for name, measure in _MEASURES.items()} if answers else {},
    )
