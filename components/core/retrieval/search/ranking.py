"""Scores made into rankings, two rankings into one, and what an approximate index left out of one.

N things are ranked, each known by its place, counted from 0. A score is better the higher it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

#: Added to every rank in a fusion, so that the first few ranks differ little: Cormack, Clarke and Büttcher's choice.
RRF_CONSTANT: Final = 60
#: So many of each ranking are fused in a hybrid search.
CANDIDATES: Final = 50

#: Scores nearer than this, as a part of the largest one or of 1, are equal: float32 sums differ so far by their order.
_EQUAL = 1e-6
#: Scores of an index and of exact search may differ so far and be the same: an index adds up in an order of its own.
_SAME = 1e-5


@dataclass(frozen=True)
class RankedItem:
    """One thing of a ranking."""

    index: int
    score: float
    rank: int  # from 1


@dataclass(frozen=True)
class FusedItem:
    """One thing of a ranking that was made of several."""

    index: int
    score: float  # the sum of its parts
    rank: int  # from 1
    ranks: Mapping[str, int | None]  # by method; None where it was not found
    parts: Mapping[str, float]  # by method; 0 where it was not found


def ranking_order(scores: np.ndarray, allowed: np.ndarray | None = None, floor: float | None = None) -> np.ndarray:
    """The places from the highest score to the lowest; of equal scores, up to rounding, in their order.

    scores: (N,). allowed: (N,) of bool, which may be ranked. floor: only higher scores are. Returns (M,), M ≤ N.

    >>> ranking_order(np.array([0.1, 0.5, 0.9, 0.5 + 1e-9]))
    array([2, 1, 3, 0])
    """
    top_k = np.ones(len(scores), dtype=bool) if allowed is None else allowed
    places = np.flatnonzero(top_k if floor is None else top_k & (scores > floor))
    if not len(places):
        return places
    places = places[np.argsort(-scores[places], kind="stable")]
    descending = scores[places].astype(np.float64)
    lower = -np.diff(descending, prepend=descending[0]) > _EQUAL * max(1.0, float(np.abs(descending).max()))
    return places[np.lexsort((places, np.cumsum(lower)))]


def top_k(
    scores: np.ndarray, k: int, allowed: np.ndarray | None = None, floor: float | None = None
) -> tuple[RankedItem, ...]:
    """The first k in ranking_order(), with their scores. For BM25 the floor is 0: a text that shares no word is not found."""
    best = ranking_order(scores, allowed, floor)[:k].tolist()
    return tuple(RankedItem(place, float(scores[place]), rank) for rank, place in enumerate(best, 1))


def exact_search(
    unit_vectors: np.ndarray, question_unit: np.ndarray, k: int, allowed: np.ndarray | None = None
) -> tuple[RankedItem, ...]:
    """The k vectors with the highest cosine with a question's, each one compared. (N, D) unit rows and (D,)."""
    return top_k(unit_vectors @ question_unit, k, allowed)


def reciprocal_rank_fusion(
    rankings: Mapping[str, Sequence[RankedItem]], k: int, constant: int = RRF_CONSTANT
) -> tuple[FusedItem, ...]:
    """The k things with the highest sum of 1 / (constant + rank) over the rankings; of equal sums, by place.

    Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
    Methods". A ranking that lacks a thing adds nothing to it. rankings: by method.

    >>> found = {"BM25": [RankedItem(7, 3.1, 1)], "Dense": [RankedItem(4, 0.8, 1), RankedItem(7, 0.7, 2)]}
    >>> [(each.place, round(each.score, 4)) for each in reciprocal_rank_fusion(found, k=2)]
    [(7, 0.0325), (4, 0.0164)]
    """
    rank_of = {method: {each.index: each.rank for each in hits} for method, hits in rankings.items()}
    places = sorted({place for ranks in rank_of.values() for place in ranks})
    parts = [
        {method: 1 / (constant + ranks[place]) if place in ranks else 0.0 for method, ranks in rank_of.items()}
        for place in places
    ]
    scores = [sum(each.values()) for each in parts]
    # Sums of the same parts in another order differ in their last digits.
    best = sorted(range(len(places)), key=lambda number: (-round(scores[number], 12), number))[:k]
    return tuple(
        FusedItem(
            index=places[number],
            score=scores[number],
            rank=rank,
            ranks={method: ranks.get(places[number]) for method, ranks in rank_of.items()},
            parts=parts[number],
        )
        for rank, number in enumerate(best, 1)
    )


def index_misses(index_hits: Sequence[RankedItem], exact_hits: Sequence[RankedItem]) -> tuple[RankedItem, ...]:
    """What exact search found and an index did not, in exact order, both asked for the same number.

    Where the index found another with the same score instead (within 1e-5), it missed nothing.
    """
    found, wanted = ({each.index for each in hits} for hits in (index_hits, exact_hits))
    instead = sorted(each.score for each in index_hits if each.index not in wanted)
    left_out = []
    # From the last: what the index found instead is about as good as the last of the exact ones, if as any.
    for hit in reversed([each for each in exact_hits if each.index not in found]):
        if instead and instead[-1] >= hit.score - _SAME:
            instead.pop()
        else:
            left_out.append(hit)
    return tuple(reversed(left_out))
