"""Measures of a ranking: by hand, against scikit-learn, and against trec_eval."""

import random
from statistics import fmean

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from components.core.retrieval.documents import Chunk, Span
from components.core.retrieval.evaluation.measures import first_rank, holds, ndcg, recall, reciprocal_rank

_FOUND = st.lists(st.frozensets(st.integers(0, 4), max_size=3), max_size=15)


def _chunk(start: int, end: int, document: str = "a") -> Chunk:
    return Chunk(document, 0, start, end, "", 0)


def _found(*ranks: set[int]) -> list[frozenset[int]]:
    return [frozenset(answers) for answers in ranks]


# What a chunk holds


@pytest.mark.parametrize(
    ("start", "end", "held"),
    [
        (0, 100, True),
        (0, 25, True),  # half of the answer
        (0, 24, False),
        (24, 100, True),
        (26, 100, False),
        (0, 20, False),  # touches it
        (21, 24, True),  # lies in it, though it is a third of it
        (16, 24, True),  # half of the chunk, and less than half of the answer
        (15, 24, False),
    ],
)
def test_a_chunk_holds_an_answer_of_which_it_has_half_or_that_is_half_of_it(start: int, end: int, held: bool) -> None:
    assert holds(_chunk(start, end), Span("a", 20, 30)) is held
    assert not holds(_chunk(start, end), Span("b", 20, 30))


def test_nothing_is_held_of_an_answer_without_a_character() -> None:
    assert not holds(_chunk(0, 100), Span("a", 20, 20))


# By hand


def test_recall_is_the_share_of_answers_found_each_counted_once() -> None:
    found = _found(set(), {1}, {1, 2}, {0})
    assert [recall(found, 4, k) for k in (1, 2, 3, 4, 9)] == [0, 1 / 4, 2 / 4, 3 / 4, 3 / 4]
    assert recall([], 4, 3) == 0


def test_the_reciprocal_rank_is_that_of_the_first_answer_within_the_depth() -> None:
    assert reciprocal_rank(_found(set(), set(), {1}, {0})) == 1 / 3
    assert reciprocal_rank(_found(*[set()] * 9, {0})) == 1 / 10
    assert reciprocal_rank(_found(*[set()] * 10, {0})) == 0
    assert (first_rank(_found(*[set()] * 10, {0})), first_rank(_found(set()))) == (11, None)


def test_ndcg_worked_by_hand() -> None:
    # Answers at the ranks 2 and 4; at best at 1 and 2.
    expected = (1 / np.log2(3) + 1 / np.log2(5)) / (1 + 1 / np.log2(3))
    assert ndcg(_found(set(), {0}, {0}, {1}), answers=2) == pytest.approx(expected)
    # Of three answers, the first chunk brings two and the second the third: nothing could be better.
    assert ndcg(_found({0, 2}, {1}), answers=3) == pytest.approx(1)
    # Both at rank 3 count as found at 3 and 4.
    expected = (1 / 2 + 1 / np.log2(5)) / (1 + 1 / np.log2(3))
    assert ndcg(_found(set(), set(), {0, 1}), answers=2) == pytest.approx(expected)
    assert ndcg(_found({0, 1}), answers=2, k=1) == 1
    assert ndcg(_found(set(), {0}), answers=2, k=1) == 0
    assert ndcg([], answers=2) == 0


# What holds for any ranking


@settings(max_examples=50)
@given(_FOUND, st.integers(1, 12))
def test_measures_lie_between_0_and_1_and_are_1_for_the_best_ranking(found: list[frozenset[int]], k: int) -> None:
    for value in (recall(found, 5, k), reciprocal_rank(found, k), ndcg(found, 5, k)):
        assert 0 <= value <= 1 + 1e-12
    best = [*_found({0}, {1}, {2}, {3}, {4}), *found]
    assert (reciprocal_rank(best, k), ndcg(best, 5, k)) == (1, pytest.approx(1))
    assert recall(best, 5, k) == min(k, 5) / 5


@settings(max_examples=50)
@given(_FOUND)
def test_an_answer_found_again_changes_nothing_and_one_more_at_the_end_does_no_harm(
    found: list[frozenset[int]],
) -> None:
    again = [*found, frozenset().union(*found)]
    more = [*found, frozenset({0})]
    for k in (5, 20):
        assert (recall(again, 5, k), ndcg(again, 5, k)) == (recall(found, 5, k), ndcg(found, 5, k))
        assert ndcg(more, 5, k) >= ndcg(found, 5, k)


# Against others: every answer is a chunk of its own


def _rankings() -> list[tuple[int, list[int]]]:
    """For each question its number of answers and, rank by rank, the chunk found: those below that number are answers.

    Of 30 chunks, not all are found.
    """
    chance = random.Random(1)
    return [(chance.randint(1, 14), chance.sample(range(30), chance.randint(1, 30))) for _ in range(60)]


def _as_found(answers: int, ranking: list[int]) -> list[frozenset[int]]:
    return [frozenset({chunk} if chunk < answers else ()) for chunk in ranking]


def test_ndcg_is_that_of_scikit_learn() -> None:
    for answers, ranking in _rankings():
        # It ranks all; those not found come last.
        whole = [*ranking, *(chunk for chunk in range(30) if chunk not in ranking)]
        scores = [30 - whole.index(chunk) for chunk in range(30)]
        for k in (1, 5, 10):
            expected = ndcg_score([[chunk < answers for chunk in range(30)]], [scores], k=k)
            assert ndcg(_as_found(answers, whole), answers, k) == pytest.approx(expected)


def test_measures_are_those_of_trec_eval() -> None:
    rankings = _rankings()
    judged = {
        f"q{number}": {f"c{chunk}": 1 for chunk in range(answers)} for number, (answers, _) in enumerate(rankings)
    }
    run = {
        f"q{number}": {f"c{chunk}": float(-rank) for rank, chunk in enumerate(ranking)}
        for number, (_, ranking) in enumerate(rankings)
    }
    names = {"recall.1,5,10", "ndcg_cut.5,10", "recip_rank"}
    expected = pytrec_eval.RelevanceEvaluator(judged, names).evaluate(run)
    assert len(expected) == 60
    for number, (answers, ranking) in enumerate(rankings):
        found = _as_found(answers, ranking)
        mine = {f"recall_{k}": recall(found, answers, k) for k in (1, 5, 10)}
        mine |= {f"ndcg_cut_{k}": ndcg(found, answers, k) for k in (5, 10)}
        mine["recip_rank"] = reciprocal_rank(found, k=30)
        assert mine == pytest.approx(expected[f"q{number}"]), ranking
    assert 0.1 < fmean(each["ndcg_cut_10"] for each in expected.values()) < 0.9


def test_a_question_without_an_answer_is_not_measured() -> None:
    with pytest.raises(ValueError, match="without an answer"):
        recall([], 0, 1)
    with pytest.raises(ValueError, match="without an answer"):
        ndcg([], 0)
