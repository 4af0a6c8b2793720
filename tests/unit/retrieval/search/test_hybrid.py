"""Hybrid search fuses the first candidates of both rankings; BM25 finds only what shares a word."""

import numpy as np

from components.core.retrieval.search.hybrid import CANDIDATES, hybrid_search
from components.core.retrieval.search.methods import LIVE_METHODS, SearchMethod, score_floor
from components.core.retrieval.search.ranking import reciprocal_rank_fusion, top_k

_RANDOM = np.random.default_rng(0)


def test_hybrid_search_is_the_fusion_of_the_first_candidates_of_both_rankings() -> None:
    dense, bm25 = (top_k(_RANDOM.normal(size=200), 200) for _ in range(2))
    for candidates in (5, CANDIDATES):
        fused = hybrid_search(dense, bm25, candidates)
        assert {each.index for each in fused} == {each.index for each in (*dense[:candidates], *bm25[:candidates])}
        assert fused == reciprocal_rank_fusion({"Dense": dense[:candidates], "BM25": bm25[:candidates]}, len(fused))


def test_only_bm25_has_a_score_below_which_nothing_is_found() -> None:
    assert {method: score_floor(method) for method in LIVE_METHODS} == {
        SearchMethod.DENSE: None,
        SearchMethod.BM25: 0.0,
        SearchMethod.HYBRID: None,
    }
