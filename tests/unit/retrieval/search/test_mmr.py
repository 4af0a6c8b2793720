"""Maximal marginal relevance against its definition written out, by hand, and at both ends of λ."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.search.mmr import diverse_ranking
from components.core.retrieval.search.ranking import RankedItem, exact_search

_RANDOM = np.random.default_rng(9)
_VECTORS = normalise_rows(_RANDOM.normal(size=(30, 5)))
_QUESTION = normalise_rows(_RANDOM.normal(size=5))
_CANDIDATES = exact_search(_VECTORS, _QUESTION, 20)


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.7, 1.0])
def test_each_choice_is_the_best_of_those_that_are_left(weight: float) -> None:
    chosen: list[int] = []
    expected = []
    for _ in range(8):
        best, best_score = -1, -np.inf
        for candidate in _CANDIDATES:
            if candidate.index in chosen:
                continue
            most = max((float(_VECTORS[candidate.index] @ _VECTORS[other]) for other in chosen), default=0.0)
            score = weight * float(_VECTORS[candidate.index] @ _QUESTION) - (1 - weight) * most
            if score > best_score + 1e-9:
                best, best_score = candidate.index, score
        chosen.append(best)
        expected.append(best_score)
    diverse = diverse_ranking(_CANDIDATES, _VECTORS, 8, weight)
    assert [each.index for each in diverse.items] == chosen
    assert [each.score for each in diverse.items] == pytest.approx(expected)


def test_a_choice_worked_by_hand() -> None:
    # After passage 0, its copy has 0.5 · 0.8 − 0.5 · 1 = −0.1, and the other 0.5 · 0.6 − 0.5 · 0.6 = 0.
    vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.6, 0.8]])
    candidates = [RankedItem(0, 0.9, 1), RankedItem(1, 0.8, 2), RankedItem(2, 0.6, 3)]
    first, second = diverse_ranking(candidates, vectors, 2).items
    assert (first.index, first.score, first.rank, first.plain_rank) == (0, 0.45, 1, 1)
    assert (first.nearest, first.cosine) == (None, 0)
    assert (second.index, second.rank, second.plain_rank, second.relevance) == (2, 2, 3, 0.6)
    assert (second.score, second.nearest, second.cosine) == (pytest.approx(0), 0, pytest.approx(0.6))
    (omitted,) = diverse_ranking(candidates, vectors, 2).omitted
    assert (omitted.item, omitted.nearest, omitted.cosine) == (candidates[1], 0, pytest.approx(1))


def test_what_is_omitted_was_among_the_first_and_names_the_chosen_passage_most_like_it() -> None:
    diverse = diverse_ranking(_CANDIDATES, _VECTORS, 6, 0.3)
    chosen = [each.index for each in diverse.items]
    expected = [each for each in _CANDIDATES[:6] if each.index not in chosen]
    assert expected
    assert [each.item for each in diverse.omitted] == expected
    for each in diverse.omitted:
        cosines = {other: float(_VECTORS[each.item.index] @ _VECTORS[other]) for other in chosen}
        assert each.nearest == max(chosen, key=lambda other: cosines[other])
        assert each.cosine == pytest.approx(cosines[each.nearest])


@given(
    st.lists(st.sampled_from([0.2, 0.5, 0.5 + 1e-9, 0.9]), max_size=15), st.integers(0, 20), st.integers(0, 2**32 - 1)
)
def test_with_all_weight_on_relevance_it_is_the_plain_ranking(scores: list[float], k: int, seed: int) -> None:
    vectors = normalise_rows(np.random.default_rng(seed).normal(size=(len(scores), 3)))
    ordered = sorted(enumerate(scores), key=lambda pair: (-round(pair[1], 6), pair[0]))
    candidates = [RankedItem(index, score, rank) for rank, (index, score) in enumerate(ordered, 1)]
    diverse = diverse_ranking(candidates, vectors, k, 1.0)
    assert [(each.index, each.score, each.rank) for each in diverse.items] == [
        (each.index, each.score, each.rank) for each in candidates[:k]
    ]
    assert [each.plain_rank for each in diverse.items] == [each.rank for each in diverse.items]
    assert diverse.omitted == ()


def test_equal_marginal_relevance_keeps_the_order_of_the_candidates() -> None:
    vectors = np.eye(4)
    candidates = [RankedItem(index, 0.5, rank) for rank, index in enumerate((2, 0, 3, 1), 1)]
    assert [each.index for each in diverse_ranking(candidates, vectors, 4).items] == [2, 0, 3, 1]
    # Opposite passages are further from the chosen one than those at right angles to it.
    opposite = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    turned = [RankedItem(index, 0.5, index + 1) for index in range(3)]
    second = diverse_ranking(turned, opposite, 2).items[1]
    assert (second.index, second.nearest, second.cosine) == (2, 0, -1)
