"""Near-duplicates: each passage left out is near one that is kept, and no two kept are near each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.numerics.similarity import cosine_similarity, normalise_rows
from components.core.retrieval.search.near_duplicates import without_near_duplicates
from components.core.retrieval.search.ranking import RankedItem, exact_search


def _ranking(*indices: int) -> list[RankedItem]:
    return [RankedItem(index, 1 - rank / 10, rank) for rank, index in enumerate(indices, 1)]


def _at(*degrees: float) -> np.ndarray:
    """Vectors of length 1 in the plane."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_near_duplicates_worked_by_hand() -> None:
    # The cosine of 20° is 0.94, of 10° 0.985. Passage 1 is left out for 0; 2 is near 1 only, and is kept.
    vectors = _at(0, 10, 20, 90)
    distinct = without_near_duplicates(_ranking(0, 1, 2, 3), vectors, bound=0.95)
    assert [(each.index, each.rank) for each in distinct.items] == [(0, 1), (2, 2), (3, 3)]
    assert [each.score for each in distinct.items] == [0.9, 0.7, 0.6]
    (omitted,) = distinct.omitted
    assert (omitted.item, omitted.nearest) == (RankedItem(1, 0.8, 2), 0)
    assert omitted.cosine == pytest.approx(np.cos(np.radians(10)))


def test_a_passage_is_left_out_for_the_one_that_is_most_like_it_and_of_equal_ones_for_the_first() -> None:
    vectors = _at(0, 30, 25, 50, 40)
    nearer = without_near_duplicates(_ranking(0, 1, 2), vectors, bound=0.9)
    assert [(each.item.index, each.nearest) for each in nearer.omitted] == [(2, 1)]
    between = without_near_duplicates(_ranking(1, 3, 4), vectors, bound=0.98)
    assert [(each.item.index, each.nearest) for each in between.omitted] == [(4, 1)]


def test_exact_copies_are_found_by_a_bound_of_1_whatever_the_rounding() -> None:
    copies = np.repeat(normalise_rows(np.random.default_rng(0).normal(size=(20, 384)).astype(np.float32)), 2, axis=0)
    distinct = without_near_duplicates(_ranking(*range(40)), copies, bound=1.0)
    assert [each.index for each in distinct.items] == list(range(0, 40, 2))
    assert [(each.item.index, each.nearest) for each in distinct.omitted] == [(n + 1, n) for n in range(0, 40, 2)]


@given(st.integers(1, 25), st.floats(0.3, 1.0), st.integers(0, 2**32 - 1))
def test_kept_passages_differ_and_omitted_ones_are_near_a_kept_one_before_them(
    count: int, bound: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    vectors = normalise_rows(random.normal(size=(count, 3)))
    ranking = exact_search(vectors, vectors[0], count)
    distinct = without_near_duplicates(ranking, vectors, bound)
    kept = [each.index for each in distinct.items]
    cosines = cosine_similarity(vectors)
    assert sorted([*kept, *(each.item.index for each in distinct.omitted)]) == list(range(count))
    assert all(cosines[one, other] < bound for one in kept for other in kept if one != other)
    order = [each.index for each in ranking]
    for omitted in distinct.omitted:
        assert omitted.cosine >= bound - 1e-6
        assert order.index(omitted.nearest) < order.index(omitted.item.index)
        assert omitted.item == ranking[order.index(omitted.item.index)]


def test_nothing_is_left_out_of_nothing() -> None:
    distinct = without_near_duplicates([], np.empty((0, 3)))
    assert (distinct.items, distinct.omitted) == ((), ())
