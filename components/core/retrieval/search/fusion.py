"""Fusion of any number of rankings into one, by ranks or by normalised scores.

By ranks: reciprocal_rank_fusion(), in ranking.py. By scores: each ranking's scores are brought to one scale, multiplied
by its weight and added (Fox and Shaw 1994, "Combination of Multiple Searches"; the convex combination of Bruch, Gai and
Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval"). The scale is that of the items that are fused, so
an item's part depends on how many of each ranking they are.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np
from jaxtyping import Float

from components.core.retrieval.search.ranking import (
    EQUAL,
    FusedItem,
    RankedItem,
    fused_by_parts,
    reciprocal_rank_fusion,
)


class Fusion(StrEnum):
    """A way to fuse rankings. The value is its name on screen."""

    RANKS = "reciprocal ranks"
    MIN_MAX = "scores from 0 to 1"
    Z_SCORES = "scores in standard deviations"


def min_max(scores: Float[np.ndarray, " M"]) -> Float[np.ndarray, " M"]:
    """Scale scores so that the lowest becomes 0 and the highest 1; if all are equal, up to rounding, they become 1.

    Lee 1997, "Analyses of Multiple Evidence Combination".

    >>> min_max(np.array([3.0, 2.0, 1.0]))
    array([1. , 0.5, 0. ])
    """
    if _all_equal(scores):
        return np.ones_like(scores)
    return (scores - scores.min()) / np.ptp(scores)


def z_scores(scores: Float[np.ndarray, " M"]) -> Float[np.ndarray, " M"]:
    """Scale scores to mean 0 and standard deviation 1; if all are equal, up to rounding, they become 0.

    Montague and Aslam 2001, "Relevance Score Normalization for Metasearch" (zero mean, unit variance).

    >>> z_scores(np.array([3.0, 1.0]))
    array([ 1., -1.])
    """
    if _all_equal(scores):
        return np.zeros_like(scores)
    return (scores - scores.mean()) / scores.std()


def fuse(
    rankings: Mapping[str, Sequence[RankedItem]],
    candidates: int,
    fusion: Fusion = Fusion.RANKS,
    weights: Mapping[str, float] | None = None,
) -> tuple[FusedItem, ...]:
    """Fuse the first candidates of each ranking. Returns all of them, best first; of equal sums by index.

    rankings: by the name of their method. weights: by the same names, 0 or more; None if all weigh the same. The parts
    of an item sum to its score. What a ranking lacks gets nothing from it; where the mean is 0, it gets what the last
    item gets.

    >>> rankings = {"BM25": [RankedItem(7, 3.0, 1), RankedItem(4, 1.0, 2)], "Dense": [RankedItem(4, 0.8, 1)]}
    >>> [(each.index, dict(each.parts)) for each in fuse(rankings, 10, Fusion.MIN_MAX, {"BM25": 0.75, "Dense": 0.25})]
    [(7, {'BM25': 0.75, 'Dense': 0.0}), (4, {'BM25': 0.0, 'Dense': 0.25})]
    """
    first = {method: ranking[:candidates] for method, ranking in rankings.items()}
    total = sum(map(len, first.values()))
    if fusion is Fusion.RANKS:
        return reciprocal_rank_fusion(first, total, weights=weights)
    normalise = min_max if fusion is Fusion.MIN_MAX else z_scores
    parts, missing = {}, {}
    for method, ranking in first.items():
        weight = 1.0 if weights is None else weights[method]
        scaled = weight * normalise(np.array([each.score for each in ranking], dtype=np.float64))
        parts[method] = {each.index: float(part) for each, part in zip(ranking, scaled, strict=True)}
        # Scores from 0 to 1 have their floor at 0, also where all are equal and therefore 1.
        missing[method] = 0.0 if fusion is Fusion.MIN_MAX else float(scaled.min(initial=0.0))
    return fused_by_parts(first, parts, total, missing)


def _all_equal(scores: Float[np.ndarray, " M"]) -> bool:
    """True if no two scores differ by more than rounding, and for none at all."""
    return not len(scores) or float(np.ptp(scores)) <= EQUAL * max(1.0, float(np.abs(scores).max()))
