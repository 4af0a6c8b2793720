"""A chain of search steps: what one hands to the next, by hand and beside the searches that it is made of."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.generation.chain import (
    FUSED,
    LeftOut,
    Step,
    compressed,
    diverse,
    first_ranks,
    searched,
    without_doubles,
)
from components.core.retrieval.generation.context_compression import Compression
from components.core.retrieval.generation.prompts import Source
from components.core.retrieval.search.hybrid import hybrid_search
from components.core.retrieval.search.ranking import RankedItem

# Two that say the same, and two others.
VECTORS = normalise_rows(np.array([[1.0, 0.0, 0.0], [1.0, 0.01, 0.0], [0.0, 1.0, 0.0], [0.6, 0.0, 0.8]]))


def ranking(*indices: int, top: float = 9.0) -> tuple[RankedItem, ...]:
    return tuple(RankedItem(index, top - rank, rank) for rank, index in enumerate(indices, 1))


def order(step: Step) -> list[int]:
    return [each.index for each in step.ranking]


def test_two_searches_are_fused_as_a_hybrid_search_does() -> None:
    dense, words = ranking(3, 1, 2, 0), ranking(1, 0)
    steps = searched({"Dense": dense, "BM25": words}, 4)
    assert [step.name for step in steps] == ["Dense", "BM25", FUSED]
    assert (steps[0].ranking, steps[1].ranking) == (dense, words)
    expected = hybrid_search(dense, words, 4)
    assert [(each.index, each.score, each.rank) for each in steps[2].ranking] == [
        (each.index, each.score, each.rank) for each in expected
    ]
    assert order(searched({"Dense": dense, "BM25": words}, 2)[2]) == [1, 3]


def test_one_search_is_not_fused() -> None:
    assert [step.name for step in searched({"BM25": ranking(2)}, 10)] == ["BM25"]


def test_a_double_is_left_out_for_the_passage_that_it_repeats() -> None:
    step = without_doubles("No doubles", ranking(2, 1, 0, 3), VECTORS, 0.9)
    assert order(step) == [2, 1, 3]
    assert [(each.index, each.rank, each.nearest) for each in step.left_out] == [(0, 3, 1)]
    assert step.left_out[0].cosine == pytest.approx(VECTORS[0] @ VECTORS[1])
    assert step.rank_of(3) == 3
    assert step.rank_of(0) is None


def test_diversity_weighs_scores_of_any_scale_and_says_what_gave_way_to_what() -> None:
    # From 0 to 1 the scores are 1, 2/3, 1/3 and 0, so after passage 0 come, at λ 0.5: 1 with 1/3 − 0.5,
    # 2 with 1/6 − 0 and 3 with 0 − 0.3.
    for top in (9.0, 9000.0):
        step = diverse("MMR", ranking(0, 1, 2, 3, top=top), VECTORS, 2, 0.5)
        assert order(step) == [0, 2]
        assert step.ranking[1].score == pytest.approx(1 / 6)
        assert [(each.index, each.rank, each.nearest) for each in step.left_out] == [(1, 2, 0)]


@given(st.permutations(range(4)), st.integers(1, 4))
def test_diversity_that_looks_only_at_scores_keeps_the_order_and_leaves_out_nothing(indices: list[int], k: int) -> None:
    step = diverse("MMR", ranking(*indices), VECTORS, k, 1.0)
    assert order(step) == indices[:k]
    assert step.left_out == ()


def test_a_passage_of_which_no_sentence_is_kept_is_left_out_and_the_others_close_up() -> None:
    kept = (Source(1, "Bread", "", "Mix."), Source(3, "Soup", "", "Boil."))
    step = compressed("Compressed", ranking(3, 1, 2), Compression(kept, (0, 2), 9, 4))
    assert [(each.index, each.rank) for each in step.ranking] == [(3, 1), (2, 2)]
    assert step.left_out == (LeftOut(1, 2, None, 0.0),)


def test_the_first_rank_of_several_passages_is_the_best_of_theirs() -> None:
    steps = [Step("A", ranking(0, 1, 2)), Step("B", ranking(2, 0)), Step("C", ranking(3))]
    assert first_ranks(steps, [1, 2]) == (2, 1, None)
    assert first_ranks(steps, []) == (None, None, None)
