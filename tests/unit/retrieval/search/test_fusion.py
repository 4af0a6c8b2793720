"""Fusion of any number of rankings: scales by hand and against scikit-learn and scipy, parts that sum to the score."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import zscore
from sklearn.preprocessing import minmax_scale

from components.core.retrieval.search.fusion import Fusion, fuse, min_max, z_scores
from components.core.retrieval.search.ranking import RankedItem, reciprocal_rank_fusion, top_k

_RANDOM = np.random.default_rng(10)
_RANKINGS = {name: top_k(_RANDOM.normal(size=40), 30) for name in ("Dense", "BM25", "best sentence")}
_WEIGHTS = {"Dense": 0.5, "BM25": 0.3, "best sentence": 0.2}


def _hits(*pairs: tuple[int, float]) -> list[RankedItem]:
    return [RankedItem(index, score, rank) for rank, (index, score) in enumerate(pairs, 1)]


def test_scales_are_those_of_scikit_learn_and_scipy() -> None:
    scores = _RANDOM.normal(size=50)
    np.testing.assert_allclose(min_max(scores), minmax_scale(scores))
    np.testing.assert_allclose(z_scores(scores), zscore(scores))


def test_scores_that_differ_by_rounding_only_are_not_torn_apart() -> None:
    rounding = np.array([0.7, 0.7 + 1e-8, 0.7])
    assert min_max(rounding).tolist() == [1, 1, 1]
    assert z_scores(rounding).tolist() == [0, 0, 0]
    assert min_max(np.array([4.2])).tolist() == [1]
    assert len(min_max(np.array([]))) == len(z_scores(np.array([]))) == 0


def test_a_weighted_sum_of_scores_from_0_to_1_worked_by_hand() -> None:
    rankings = {"BM25": _hits((5, 9.0), (2, 6.0), (9, 3.0)), "Dense": _hits((2, 0.9), (7, 0.8), (5, 0.5))}
    fused = fuse(rankings, 10, Fusion.MIN_MAX, {"BM25": 0.25, "Dense": 0.75})
    # 2: 0.25 · 0.5 + 0.75; 7: 0.75 · 0.75; 5: 0.25; 9: 0.
    assert [each.index for each in fused] == [2, 7, 5, 9]
    assert [each.score for each in fused] == pytest.approx([0.875, 0.5625, 0.25, 0])
    assert fused[0].parts == {"BM25": pytest.approx(0.125), "Dense": pytest.approx(0.75)}
    assert fused[1].ranks == {"BM25": None, "Dense": 2}
    assert fused[1].parts["BM25"] == 0


def test_a_sum_of_z_scores_gives_what_a_ranking_lacks_the_part_of_its_last_item() -> None:
    # Means 2 and 0.5, deviations 1 and 0.5.
    rankings = {"BM25": _hits((5, 3.0), (2, 1.0)), "Dense": _hits((7, 1.0), (5, 0.0))}
    fused = fuse(rankings, 10, Fusion.Z_SCORES)
    assert [(each.index, each.parts["BM25"], each.parts["Dense"]) for each in fused] == [
        (5, 1, -1),
        (7, -1, 1),
        (2, -1, -1),
    ]


@pytest.mark.parametrize("fusion", Fusion)
@pytest.mark.parametrize("weights", [None, _WEIGHTS])
def test_three_rankings_are_fused_and_the_parts_sum_to_the_score(
    fusion: Fusion, weights: dict[str, float] | None
) -> None:
    fused = fuse(_RANKINGS, 12, fusion, weights)
    first = {name: ranking[:12] for name, ranking in _RANKINGS.items()}
    assert {each.index for each in fused} == {hit.index for hits in first.values() for hit in hits}
    assert [each.rank for each in fused] == list(range(1, len(fused) + 1))
    for each in fused:
        assert each.score == sum(each.parts.values())
        for name, hits in first.items():
            (*_, rank) = [None, *(hit.rank for hit in hits if hit.index == each.index)]
            assert each.ranks[name] == rank
            values = np.array([hit.score for hit in hits])
            if fusion is Fusion.RANKS:
                part = 0 if rank is None else 1 / (60 + rank)
            elif fusion is Fusion.MIN_MAX:
                part = 0 if rank is None else minmax_scale(values)[rank - 1]
            else:
                part = zscore(values)[-1 if rank is None else rank - 1]
            assert each.parts[name] == pytest.approx(part * (1 if weights is None else weights[name]))
    assert [each.score for each in fused] == sorted((each.score for each in fused), reverse=True)


def test_a_fusion_by_ranks_is_reciprocal_rank_fusion_of_the_first_candidates() -> None:
    first = {name: ranking[:7] for name, ranking in _RANKINGS.items()}
    assert fuse(_RANKINGS, 7) == reciprocal_rank_fusion(first, 21)
    assert fuse(_RANKINGS, 7, weights=dict.fromkeys(_RANKINGS, 1.0)) == fuse(_RANKINGS, 7)


@given(st.sampled_from(list(Fusion)), st.lists(st.integers(0, 5), min_size=1, max_size=20))
def test_one_ranking_alone_keeps_its_order_and_so_do_several_equal_ones(fusion: Fusion, scores: list[int]) -> None:
    ranking = top_k(np.array(scores, dtype=float), len(scores))
    order = [each.index for each in ranking]
    for names in ("a", "abc"):
        fused = fuse(dict.fromkeys(names, ranking), len(scores), fusion)
        assert [each.index for each in fused] == order


@pytest.mark.parametrize("fusion", Fusion)
def test_equal_sums_come_in_the_order_of_indices(fusion: Fusion) -> None:
    rankings = {"a": _hits((8, 2.0), (3, 1.0)), "b": _hits((3, 2.0), (8, 1.0))}
    assert [each.index for each in fuse(rankings, 2, fusion)] == [3, 8]


@pytest.mark.parametrize("fusion", Fusion)
def test_a_ranking_that_found_nothing_changes_no_order_and_nothing_is_fused_of_nothing(fusion: Fusion) -> None:
    dense = _RANKINGS["Dense"]
    fused = fuse({"Dense": dense, "BM25": ()}, 30, fusion)
    assert [each.index for each in fused] == [each.index for each in dense]
    assert {each.parts["BM25"] for each in fused} == {0}
    assert fuse({}, 5, fusion) == fuse({"BM25": ()}, 5, fusion) == ()


def test_a_weight_of_0_silences_a_ranking() -> None:
    weights = {"Dense": 1.0, "BM25": 0.0, "best sentence": 0.0}
    for fusion in Fusion:
        fused = [each.index for each in fuse(_RANKINGS, 30, fusion, weights)]
        assert fused[:29] == [each.index for each in _RANKINGS["Dense"][:29]]
