"""Maximal marginal relevance: each next passage answers the question and says something new.

Carbonell and Goldstein 1998, "The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing
Summaries": of the passages that are left, the next is the one with the highest
λ · relevance − (1 − λ) · cosine with the most similar passage chosen before. N passages of D dimensions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from components.core.retrieval.search.near_duplicates import OmittedItem, nearest_of
from components.core.retrieval.search.ranking import RankedItem, ranking_order

#: λ: 1 is the plain ranking, 0 looks only for what differs.
RELEVANCE_WEIGHT: Final = 0.5


@dataclass(frozen=True)
class DiverseItem:
    """A passage that was chosen for its marginal relevance."""

    index: int
    score: float  # λ · relevance − (1 − λ) · cosine
    rank: int  # from 1
    plain_rank: int  # before
    relevance: float  # its score before
    nearest: int | None  # of the passages chosen before, the most similar; None for the first
    cosine: float  # with that passage; 0 for the first


@dataclass(frozen=True)
class DiverseRanking:
    """The passages chosen by marginal relevance, and those that gave way to them."""

    items: tuple[DiverseItem, ...]
    omitted: tuple[OmittedItem, ...]  # of the first k before, those that were not chosen, in their order


def diverse_ranking(
    candidates: Sequence[RankedItem],
    unit_vectors: Float[np.ndarray, "N D"],
    k: int,
    relevance_weight: float = RELEVANCE_WEIGHT,
) -> DiverseRanking:
    """Choose k candidates, given best first, by maximal marginal relevance; of equal ones the better-ranked.

    The score of a candidate is its relevance. It is weighed against cosines, so scores on another scale than theirs are
    normalised first (fusion.py). relevance_weight: λ, 0 to 1.

    >>> vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> diverse = diverse_ranking([RankedItem(0, 0.9, 1), RankedItem(1, 0.8, 2), RankedItem(2, 0.3, 3)], vectors, k=2)
    >>> [each.index for each in diverse.items], [(each.item.index, each.nearest) for each in diverse.omitted]
    ([0, 2], [(1, 0)])
    """
    indices = [each.index for each in candidates]
    vectors = unit_vectors[indices]
    relevance = np.array([each.score for each in candidates], dtype=np.float64)
    # Of each candidate with the most similar of those chosen, and which of these it is.
    cosines, nearest = np.zeros(len(indices)), np.full(len(indices), -1)
    left = np.ones(len(indices), dtype=bool)
    items: list[DiverseItem] = []
    while len(items) < min(k, len(indices)):
        scores = relevance_weight * relevance - (1 - relevance_weight) * cosines
        best = int(ranking_order(scores, left)[0])
        left[best] = False
        items.append(
            DiverseItem(
                index=indices[best],
                score=float(scores[best]),
                rank=len(items) + 1,
                plain_rank=candidates[best].rank,
                relevance=candidates[best].score,
                nearest=indices[nearest[best]] if nearest[best] >= 0 else None,
                cosine=float(cosines[best]),
            )
        )
        fresh = (vectors @ vectors[best]).astype(np.float64)
        closer = fresh > cosines if len(items) > 1 else np.ones(len(indices), dtype=bool)
        cosines, nearest = np.where(closer, fresh, cosines), np.where(closer, best, nearest)
    chosen = [each.index for each in items]
    omitted = [
        OmittedItem(each, *found)
        for each in candidates[:k]
        if each.index not in chosen and (found := nearest_of(each.index, chosen, unit_vectors)) is not None
    ]
    return DiverseRanking(tuple(items), tuple(omitted))
