"""Hybrid search: the rankings by vectors and by words, fused."""

from collections.abc import Sequence
from typing import Final

from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.ranking import FusedItem, RankedItem, reciprocal_rank_fusion

#: Items of each ranking that a hybrid search fuses.
CANDIDATES: Final = 50


def hybrid_search(
    dense: Sequence[RankedItem], bm25: Sequence[RankedItem], candidates: int = CANDIDATES
) -> tuple[FusedItem, ...]:
    """Fuse the first candidates of both rankings. Returns all of them, best first.

    >>> both = hybrid_search([RankedItem(4, 0.8, 1), RankedItem(7, 0.7, 2)], [RankedItem(7, 3.1, 1)])
    >>> [(each.index, dict(each.ranks)) for each in both]
    [(7, {'Dense': 2, 'BM25': 1}), (4, {'Dense': 1, 'BM25': None})]
    """
    rankings = {SearchMethod.DENSE.value: dense[:candidates], SearchMethod.BM25.value: bm25[:candidates]}
    return reciprocal_rank_fusion(rankings, k=2 * candidates)
