"""Rankings: scores put in order, several rankings fused, and the items that an approximate index missed.

The N items that are ranked are known by their index, counted from 0. A higher score is better.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int

#: Added to every rank in a fusion, so that the first few ranks differ little: Cormack, Clarke and Büttcher's choice.
RRF_CONSTANT: Final = 60

#: Relative to the largest score, or to 1 if that is larger: a smaller difference is rounding of float32 sums.
EQUAL: Final = 1e-6
#: A smaller difference between the score of an index and that of exact search is rounding: they add in another order.
_SAME = 1e-5


@dataclass(frozen=True)
class RankedItem:
    """One item of a ranking."""

    index: int
    score: float
    rank: int  # from 1


@dataclass(frozen=True)
class FusedItem:
    """One item of a ranking that was fused from several."""

    index: int
    score: float  # the sum of its parts
    rank: int  # from 1
    ranks: Mapping[str, int | None]  # by method; None where it was not found
    parts: Mapping[str, float]  # by method; what the fusion says where it was not found


def ranking_order(
    scores: Float[np.ndarray, " N"], allowed: Bool[np.ndarray, " N"] | None = None, floor: float | None = None
) -> Int[np.ndarray, " M"]:
    """Return the indices from the highest score to the lowest; equal scores, up to rounding, keep the order of indices.

    allowed: the items that may be ranked; None for all. floor: only higher scores are ranked. M ≤ N.

    >>> ranking_order(np.array([0.1, 0.5, 0.9, 0.5 + 1e-9]))
    array([2, 1, 3, 0])
    """
    ranked = np.ones(len(scores), dtype=bool) if allowed is None else allowed
    indices = np.flatnonzero(ranked if floor is None else ranked & (scores > floor))
    if not len(indices):
        return indices
    indices = indices[np.argsort(-scores[indices], kind="stable")]
    descending = scores[indices].astype(np.float64)
    lower = -np.diff(descending, prepend=descending[0]) > EQUAL * max(1.0, float(np.abs(descending).max()))
    return indices[np.lexsort((indices, np.cumsum(lower)))]


def top_k(
    scores: Float[np.ndarray, " N"], k: int, allowed: Bool[np.ndarray, " N"] | None = None, floor: float | None = None
) -> tuple[RankedItem, ...]:
    """Return the first k items in ranking_order()."""
    best = ranking_order(scores, allowed, floor)[:k].tolist()
    return tuple(RankedItem(index, float(scores[index]), rank) for rank, index in enumerate(best, 1))


def exact_search(
    unit_vectors: Float[np.ndarray, "N D"],
    question_vector: Float[np.ndarray, " D"],
    k: int,
    allowed: Bool[np.ndarray, " N"] | None = None,
) -> tuple[RankedItem, ...]:
    """Return the k items with the highest cosine with a question; every item is compared. All vectors have length 1."""
    return top_k(unit_vectors @ question_vector, k, allowed)


def reranked(indices: Int[np.ndarray, " M"], scores: Float[np.ndarray, " M"]) -> tuple[RankedItem, ...]:
    """Return items, given best first, in the order of new scores; equal scores, up to rounding, keep the order given.

    >>> [each.index for each in reranked(np.array([7, 3, 5]), np.array([0.5, 0.9, 0.5]))]
    [3, 7, 5]
    """
    order = ranking_order(scores).tolist()
    return tuple(RankedItem(int(indices[number]), float(scores[number]), rank) for rank, number in enumerate(order, 1))


def reciprocal_rank_fusion(
    rankings: Mapping[str, Sequence[RankedItem]],
    k: int,
    constant: int = RRF_CONSTANT,
    weights: Mapping[str, float] | None = None,
) -> tuple[FusedItem, ...]:
    """Return the k items with the highest sum of 1 / (constant + rank) over the rankings; of equal sums by index.

    Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
    Methods". A ranking adds nothing to an item that it lacks. rankings: by method. weights: by method, factors of its
    parts; None if each is 1.

    >>> rankings = {"BM25": [RankedItem(7, 3.1, 1)], "Dense": [RankedItem(4, 0.8, 1), RankedItem(7, 0.7, 2)]}
    >>> [(each.index, round(each.score, 4)) for each in reciprocal_rank_fusion(rankings, k=2)]
    [(7, 0.0325), (4, 0.0164)]
    """
    parts = {
        method: {each.index: (1 if weights is None else weights[method]) / (constant + each.rank) for each in hits}
        for method, hits in rankings.items()
    }
    return fused_by_parts(rankings, parts, k)


def fused_by_parts(
    rankings: Mapping[str, Sequence[RankedItem]],
    parts: Mapping[str, Mapping[int, float]],
    k: int,
    missing: Mapping[str, float] | None = None,
) -> tuple[FusedItem, ...]:
    """Return the k items with the highest sum of parts over the rankings; of equal sums by index.

    parts: method → index → part, for each item of its ranking. missing: by method, the part of an item that its ranking
    lacks; None if each is 0.
    """
    rank_of = {method: {each.index: each.rank for each in hits} for method, hits in rankings.items()}
    indices = sorted({index for ranks in rank_of.values() for index in ranks})
    parts_of = [
        {method: own.get(index, missing[method] if missing else 0.0) for method, own in parts.items()}
        for index in indices
    ]
    scores = [sum(each.values()) for each in parts_of]
    # Sums of the same parts in another order differ in their last digits.
    best = sorted(range(len(indices)), key=lambda number: (-round(scores[number], 12), number))[:k]
    return tuple(
        FusedItem(
            index=indices[number],
            score=scores[number],
            rank=rank,
            ranks={method: ranks.get(indices[number]) for method, ranks in rank_of.items()},
            parts=parts_of[number],
        )
        for rank, number in enumerate(best, 1)
    )


def index_misses(index_hits: Sequence[RankedItem], exact_hits: Sequence[RankedItem]) -> tuple[RankedItem, ...]:
    """Return the hits of exact search that an index missed, in exact order. Both searched for the same number of items.

    An item is not missed if the index found another one with the same score (within 1e-5) in its stead.
    """
    found, wanted = ({each.index for each in hits} for hits in (index_hits, exact_hits))
    instead = sorted(each.score for each in index_hits if each.index not in wanted)
    missed = []
    # From the last: the other items that the index found can only be as good as the last exact hits.
    for hit in reversed([each for each in exact_hits if each.index not in found]):
        if instead and instead[-1] >= hit.score - _SAME:
            instead.pop()
        else:
            missed.append(hit)
    return tuple(reversed(missed))
