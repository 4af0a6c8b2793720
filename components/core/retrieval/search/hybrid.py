"""Hybrid search: the rankings by vectors and by words, fused."""

from collections.abc import Sequence
from typing import Final

from components.core.retrieval.search.fusion import fuse
from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.ranking import FusedItem, RankedItem

#: Items of each ranking that a hybrid search fuses.
CANDIDATES: Final = 50


def hybrid_search(
    dense: Sequence[RankedItem], bm25: Sequence[RankedItem], candidates: int = CANDIDATES
) -> tuple[FusedItem, ...]:
    """Fuse the first candidates of both rankings by reciprocal ranks. Returns all of them, best first.

    >>> both = hybrid_search([RankedItem(4, 0.8, 1), RankedItem(7, 0.7, 2)], [RankedItem(7, 3.1, 1)])
    >>> [(each.index, dict(each.ranks)) for each in both]
    [(7, {'Dense': 2, 'BM25': 1}), (4, {'Dense': 1, 'BM25': None})]
    """
    return fuse({SearchMethod.DENSE.value: dense, SearchMethod.BM25.value: bm25}, candidates)
