"""The ladder: measures as trec_eval has them, differences as a bootstrap by hand, and verdicts that claim no more."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
import pytrec_eval

from components.core import Encoder
from components.core.errors import SearchError
from components.core.model.interventions import Intervention
from components.core.model.prompts import TextKind
from components.core.numerics.bootstrap import mean_intervals
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.documents import Chunk, Question, Span
from components.core.retrieval.evaluation.evaluation import (
    MEASURES,
    MethodResult,
    Outcome,
    evaluate,
    method_result,
    question_groups,
)
from components.core.retrieval.evaluation.ladder import (
    FEWEST_QUESTIONS,
    Verdict,
    compare,
    measure_way,
)
from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.ways.catalogue import METHOD_WAYS
from components.core.retrieval.search.ways.first_stage import DENSE
from components.core.retrieval.search.ways.way import (
    Description,
    EncodedCorpus,
    PreparedWay,
    QuestionReader,
    Ranking,
    Report,
    Way,
)

TEXTS = [
    "The dog bites the man.",
    "The man bites the dog.",
    "Bake the dough at 230 degrees for twelve minutes.",
    "A physician examined the injured child.",
    "The error code E1734 means that the pump is blocked.",
    "Water boils at a hundred degrees.",
    *(f"Nothing but filler number {number} stands here." for number in range(12)),
]
CHUNKS = tuple(Chunk(f"{index}", 0, 0, len(text), text, 10) for index, text in enumerate(TEXTS))


def _question(text: str, *answers: int) -> Question:
    return Question(text, tuple(Span(str(index), 0, len(TEXTS[index])) for index in answers))


QUESTIONS = (
    _question("What does E1734 mean?", 4),
    _question("Which doctor looked after the hurt kid?", 3),
    _question("How hot must the oven be?", 2, 5),
    _question("Who won the chess championship?"),
    _question("An animal hurts a person", 0),
    _question("filler number 3", 9, 10),
)


@pytest.fixture(scope="module")
def corpus(encoder: Encoder) -> EncodedCorpus:
    def encode(texts: Sequence[str], interventions: tuple[Intervention, ...], kind: TextKind) -> np.ndarray:
        return normalise_rows(encoder.encode(texts, interventions, kind=kind))

    return EncodedCorpus(CHUNKS, (), encoder, encode, QuestionReader(encoder, encode))


@dataclass(frozen=True)
class FixedWay(Way):
    """Ranks passages of its own in a fixed order."""

    source = "Made up for these tests 2026"
    count: int = len(CHUNKS)

    @property
    def described(self) -> Description:
        return Description(f"Fixed {self.count}", "Fixed", "Ranks all alike.")

    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        order = np.arange(self.count)
        return PreparedWay(lambda _: Ranking(order, -order.astype(float)), CHUNKS[: self.count], 90, "A note.")


def test_a_search_method_is_worth_on_the_ladder_what_the_evaluation_says(
    encoder: Encoder, corpus: EncodedCorpus
) -> None:
    expected = evaluate(CHUNKS, QUESTIONS, encoder, corpus.encode)
    for method in SearchMethod:
        found = measure_way(METHOD_WAYS[method], corpus, QUESTIONS).result
        assert found.means == expected.results[method].means
        for mine, other in zip(found.outcomes, expected.results[method].outcomes, strict=True):
            assert (mine.first_rank, mine.measures) == (other.first_rank, other.measures)
            assert [each.index for each in mine.best] == [each.index for each in other.best[:1]]


def test_measures_are_those_of_trec_eval(corpus: EncodedCorpus) -> None:
    asked = [each for each in QUESTIONS if each.answers]
    prepared = DENSE.prepare(corpus)
    run, judged = {}, {}
    for number, question in enumerate(asked):
        ranking = prepared.rank(question.text)
        # trec_eval sorts by score; the ranks as scores keep the order of ties.
        run[str(number)] = {str(index): float(-rank) for rank, index in enumerate(ranking.indices.tolist())}
        judged[str(number)] = {span.document: 1 for span in question.answers}
    scored = pytrec_eval.RelevanceEvaluator(judged, {"recall.1,5,10", "ndcg_cut.10", "recip_rank"}).evaluate(run)
    names = dict(zip(MEASURES, ("recall_1", "recall_5", "recall_10", "recip_rank", "ndcg_cut_10"), strict=True))
    means = measure_way(DENSE, corpus, asked).result.means
    for name, theirs in names.items():
        expected = float(np.mean([each[theirs] for each in scored.values()]))
        assert means[name].value == pytest.approx(expected), name
    assert 0.5 < means["nDCG@10"].value < 1


def test_costs_are_counted_for_each_of_the_corpus_own_passages(corpus: EncodedCorpus) -> None:
    found = measure_way(FixedWay(2), corpus, QUESTIONS)
    assert found.cost.bytes_a_passage == 90 / len(CHUNKS)
    assert (found.passages, found.note) == (2, "A note.")
    assert found.characters == np.mean([len(text) for text in TEXTS[:2]])
    assert found.cost.reading_ms == 0, "it reads no question"
    dense = measure_way(DENSE, corpus, QUESTIONS)
    assert dense.cost.question_ms == dense.cost.reading_ms + dense.cost.searching_ms
    assert dense.cost.reading_ms > 0


def test_a_way_without_passages_is_refused_with_its_name(corpus: EncodedCorpus) -> None:
    with pytest.raises(SearchError, match="“Fixed 0” finds no passage in these documents"):
        measure_way(FixedWay(0), corpus, QUESTIONS)


def test_each_question_is_reported_and_the_report_may_stop(corpus: EncodedCorpus) -> None:
    seen: list[tuple[str, int, int]] = []
    measure_way(FixedWay(), corpus, QUESTIONS, lambda *each: seen.append(each))
    assert seen == [("question", number, len(QUESTIONS)) for number in range(len(QUESTIONS))]

    def stop(_: str, done: int, __: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_way(FixedWay(), corpus, QUESTIONS, stop)


# Differences


def _result(values: Sequence[float | None]) -> MethodResult:
    return method_result([Outcome(None, (), {} if each is None else dict.fromkeys(MEASURES, each)) for each in values])


def test_an_interval_of_a_difference_is_that_of_a_bootstrap_by_hand() -> None:
    random = np.random.default_rng(3)
    mine, other = random.uniform(size=(2, 60))
    (found,) = (each.difference for each in compare([_result(mine.tolist())], _result(other.tolist()), "nDCG@10"))
    # The same questions are drawn for both.
    drawn = [random.integers(60, size=60) for _ in range(10_000)]
    sampled = [mine[each].mean() - other[each].mean() for each in drawn]
    assert found.value == pytest.approx(mine.mean() - other.mean())
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(sampled, [2.5, 97.5])), abs=0.012)


def test_a_small_difference_on_each_question_is_told_where_the_means_own_intervals_overlap() -> None:
    hard = np.linspace(0, 0.9, 30)
    (found,) = compare([_result((hard + 0.05).tolist())], _result(hard.tolist()), "MRR@10")
    own = _result(hard.tolist()).means["MRR@10"]
    assert own.high - own.low > 0.15
    assert (found.difference.low, found.difference.high) == pytest.approx((0.05, 0.05))
    assert found.verdict is Verdict.BETTER


@pytest.mark.parametrize(
    ("mine", "other", "verdict"),
    [
        ([0.9] * 30, [0.5] * 30, Verdict.BETTER),
        ([0.5] * 30, [0.9] * 30, Verdict.WORSE),
        ([0.9, 0.5] * 15, [0.5, 0.9] * 15, Verdict.OPEN),
        ([0.5] * 30, [0.5] * 30, Verdict.OPEN),
        ([0.9] * (FEWEST_QUESTIONS - 1), [0.5] * (FEWEST_QUESTIONS - 1), Verdict.TOO_FEW),
        ([0.9] * FEWEST_QUESTIONS, [0.5] * FEWEST_QUESTIONS, Verdict.BETTER),
        # A question without an answer does not count.
        ([None, *[0.9] * (FEWEST_QUESTIONS - 1)], [None, *[0.5] * (FEWEST_QUESTIONS - 1)], Verdict.TOO_FEW),
    ],
)
def test_a_verdict_is_what_the_interval_allows(
    mine: list[float | None], other: list[float | None], verdict: Verdict
) -> None:
    (found,) = compare([_result(mine)], _result(other), "nDCG@10")
    assert found.verdict is verdict


def test_questions_that_the_same_passages_answer_are_one_example_in_several_wordings() -> None:
    wordings = [_question(f"wording {number}", *answers) for answers in ((4,), (2, 5)) for number in range(10)]
    several = [*wordings, _question("another", 5), _question("no answer"), _question("nor this")]
    groups = question_groups(several)
    assert [groups.count(each) for each in dict.fromkeys(groups)] == [10, 10, 1, 1, 1]
    # Their twenty wordings tell no more than two questions.
    mine, other = (
        method_result([Outcome(None, (), dict.fromkeys(MEASURES, value)) for value in values], groups[:20])
        for values in ([0.9] * 20, [0.5] * 20)
    )
    (found,) = compare([mine], other, "nDCG@10")
    assert found.verdict is Verdict.TOO_FEW


def test_wordings_of_one_question_make_no_interval_narrower() -> None:
    """In studies of a true difference of 0, over 24 questions that are asked in five wordings each."""
    random = np.random.default_rng(5)
    groups, missed = np.repeat(np.arange(24), 5).tolist(), {"single": 0, "grouped": 0}
    for _ in range(15):
        values = (0.5 + np.repeat(random.uniform(-0.2, 0.2, 24), 5) + random.uniform(-0.02, 0.02, 120)).tolist()
        for name, drawn in (("single", None), ("grouped", groups)):
            mine, other = (
                method_result([Outcome(None, (), dict.fromkeys(MEASURES, each)) for each in of], drawn)
                for of in (values, [0.5] * 120)
            )
            (found,) = compare([mine], other, "MRR@10")
            missed[name] += not found.difference.low <= 0 <= found.difference.high
    assert missed["single"] > 4
    assert missed["grouped"] <= 2


def test_of_many_ways_that_are_dense_search_with_noise_seldom_any_is_called_better_or_worse() -> None:
    random = np.random.default_rng(6)
    called = {"one by one": 0, "together": 0}
    for _ in range(10):
        dense = random.uniform(0.3, 0.7, 30)
        ways = [_result((dense + random.normal(0, 0.1, 30)).tolist()) for _ in range(12)]
        reference = _result(dense.tolist())
        alone = [compare([way], reference, "MRR@10")[0].verdict for way in ways]
        together = [each.verdict for each in compare(ways, reference, "MRR@10")]
        called["one by one"] += any(each is not Verdict.OPEN for each in alone)
        called["together"] += any(each is not Verdict.OPEN for each in together)
    assert called["one by one"] > 3
    assert called["together"] <= 1


def test_questions_are_won_and_lost_by_hand_the_clearest_first() -> None:
    mine, other = _result([0.5, None, 1.0, 0.2, 0.3, 0.6]), _result([0.4, None, 0.2, 0.2, 0.9, 0.7])
    (found,) = compare([mine], other, "Recall@5")
    assert (found.won, found.lost) == ((2, 0), (4, 5))


def test_fewer_questions_than_asked_for_have_intervals_that_miss_too_often() -> None:
    """Of normal samples of 20, 92 % of intervals hold the mean; of 5, 85 %: both are fewer than the 95 % they claim."""
    random = np.random.default_rng(0)

    def held(count: int) -> float:
        intervals = mean_intervals(random.normal(size=(count, 2_000)), seed=0)
        return sum(each.low <= 0 <= each.high for each in intervals) / len(intervals)

    assert held(5) < 0.88
    assert 0.9 < held(FEWEST_QUESTIONS) < 0.95
