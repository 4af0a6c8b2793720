"""The ladder: what each way of searching is worth and costs, on the same questions, beside dense search.

Q questions. Times are those of the processor on this machine, so that other work on it does not count; of a way that
asks another server, they are those that pass.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median
from typing import Final

from components.core.errors import SearchError
from components.core.numerics.bootstrap import Interval
from components.core.numerics.lanes import lanes
from components.core.retrieval.documents import Question
from components.core.retrieval.evaluation.evaluation import (
    MethodResult,
    Outcome,
    answers_in,
    mean_differences,
    method_result,
    omitted_in,
    outcome,
    question_groups,
)
from components.core.retrieval.search.ways.way import PROCESSOR, WALL, EncodedCorpus, Report, Way

#: With fewer questions that have different answers, percentile intervals are too narrow to be trusted (Hesterberg 2015,
#: "What Teachers Should Know About the Bootstrap: Resampling in the Undergraduate Statistics Curriculum"). Of normal
#: samples of 20, 92 % of such intervals hold the mean that 95 % ought to hold; of samples of 5, 85 %.
FEWEST_QUESTIONS: Final = 20


@dataclass(frozen=True)
class Cost:
    """What a way costs. Times are medians over the questions, in milliseconds."""

    bytes_a_passage: float  # kept for the search beside the texts, divided by the number of the corpus's chunks
    reading_ms: float  # turning the question into what is compared
    searching_ms: float  # scoring and sorting all passages

    @property
    def question_ms(self) -> float:
        """Milliseconds for one question in all."""
        return self.reading_ms + self.searching_ms


@dataclass(frozen=True)
class WayResult:
    """What a way is worth on Q questions, and what it costs."""

    result: MethodResult
    cost: Cost
    passages: int  # that are handed over
    characters: float  # of such a passage, on average
    note: str = ""  # what a reader should know of this corpus and this way


class Verdict(StrEnum):
    """What the interval of a difference says."""

    BETTER = "better"
    WORSE = "worse"
    OPEN = "no difference can be told"
    TOO_FEW = "too few questions"


@dataclass(frozen=True)
class Comparison:
    """A way beside another on the same questions, by one measure."""

    difference: Interval  # of the means, paired by question; joint over all ways that are compared
    won: tuple[int, ...]  # the numbers of the questions for which the way is better, the clearest first
    lost: tuple[int, ...]
    verdict: Verdict


def measure_way(
    way: Way, corpus: EncodedCorpus, questions: Sequence[Question], report: Report | None = None
) -> WayResult:
    """Prepare a way and ask it every question, at least one.

    report: may raise to stop. Raises the errors of the way, and SearchError if it hands over no passage.
    """
    prepared = way.prepare(corpus, report)
    if not prepared.passages:
        raise SearchError(f"“{way.name}” finds no passage in these documents. Leave it out, or choose other settings.")
    outcomes: list[Outcome] = []
    reading: list[float] = []
    searching: list[float] = []
    held, omitted = answers_in(prepared.passages, questions), omitted_in(prepared.passages, questions)
    for number, question in enumerate(questions):
        if report:
            report("question", number, len(questions))
        # One question is a slice of bulk work: whoever waits goes first.
        with nullcontext() if prepared.waits else lanes.turn(bulk=True):
            corpus.questions.begin(WALL if prepared.waits else PROCESSOR)
            ranking = prepared.rank(question.text)
            searching.append(corpus.questions.other)
            reading.append(corpus.questions.reading)
        found = outcome(ranking.without(omitted[number]), held[number], len(question.answers))
        # A result is kept for many ways and questions; the passages of one ranking are quickly found again.
        outcomes.append(replace(found, best=found.best[:1]))
    cost = Cost(prepared.nbytes / len(corpus.chunks), 1_000 * median(reading), 1_000 * median(searching))
    characters = sum(len(each.text) for each in prepared.passages) / len(prepared.passages)
    result = method_result(outcomes, question_groups(questions))
    return WayResult(result, cost, len(prepared.passages), characters, prepared.note)


def compare(ways: Sequence[MethodResult], reference: MethodResult, measure: str) -> list[Comparison]:
    """Return each of some ways beside another by a measure of MEASURES. At least one question must have an answer.

    Of ways that are all no better than the other, any is called better or worse in 5 % of cases, however many they are.
    """
    if not ways:
        return []
    differences = mean_differences(ways, reference, measure)
    return [_beside(way, reference, measure, each) for way, each in zip(ways, differences, strict=True)]


def _beside(way: MethodResult, reference: MethodResult, measure: str, difference: Interval) -> Comparison:
    pairs = enumerate(zip(way.outcomes, reference.outcomes, strict=True))
    by_question = {
        number: mine.measures[measure] - other.measures[measure] for number, (mine, other) in pairs if mine.measures
    }
    clearest = sorted(by_question, key=lambda number: -abs(by_question[number]))
    return Comparison(
        difference,
        tuple(number for number in clearest if by_question[number] > 0),
        tuple(number for number in clearest if by_question[number] < 0),
        _verdict(difference, len(set(reference.groups_measured))),
    )


def _verdict(difference: Interval, questions: int) -> Verdict:
    if questions < FEWEST_QUESTIONS:
        return Verdict.TOO_FEW
    if difference.low > 0:
        return Verdict.BETTER
    return Verdict.WORSE if difference.high < 0 else Verdict.OPEN
