"""Near-duplicates: passages that say what a passage before them says are left out of a ranking.

Two passages count as near-duplicates by the cosine of their vectors. To find copies by comparing what stands in them
goes back to Broder 1997, "On the Resemblance and Containment of Documents"; vectors also find rewordings, and take for
one what differs in a "not". N passages of D dimensions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from components.core.retrieval.search.ranking import RankedItem

#: The cosine from which two passages count as near-duplicates.
BOUND: Final = 0.95

# A smaller difference is rounding of float32 sums.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class OmittedItem:
    """A passage that is left out, and the passage that is shown and most like it."""

    item: RankedItem  # as it was ranked
    nearest: int  # the index of the other
    cosine: float  # of both


@dataclass(frozen=True)
class DistinctRanking:
    """A ranking without near-duplicates."""

    items: tuple[RankedItem, ...]  # ranked anew, from 1
    omitted: tuple[OmittedItem, ...]  # in the order of the ranking


def without_near_duplicates(
    ranking: Sequence[RankedItem], unit_vectors: Float[np.ndarray, "N D"], bound: float = BOUND
) -> DistinctRanking:
    """Go through a ranking, best first, and leave out what has a cosine of at least the bound with a passage kept.

    A passage that is like one left out, but like none kept, is kept.

    >>> vectors = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    >>> distinct = without_near_duplicates([RankedItem(number, 0.5, number + 1) for number in range(3)], vectors)
    >>> [each.index for each in distinct.items], [(each.item.index, each.nearest) for each in distinct.omitted]
    ([0, 1], [(2, 0)])
    """
    kept: list[int] = []
    items: list[RankedItem] = []
    omitted: list[OmittedItem] = []
    for each in ranking:
        found = nearest_of(each.index, kept, unit_vectors)
        if found is not None and found[1] >= bound - _ROUNDING:
            omitted.append(OmittedItem(each, *found))
        else:
            kept.append(each.index)
            items.append(RankedItem(each.index, each.score, len(kept)))
    return DistinctRanking(tuple(items), tuple(omitted))


def nearest_of(index: int, among: Sequence[int], unit_vectors: Float[np.ndarray, "N D"]) -> tuple[int, float] | None:
    """Return which of some passages is most like another, the first of equal ones, and its cosine; None for none."""
    if not among:
        return None
    cosines = unit_vectors[list(among)] @ unit_vectors[index]
    best = int(cosines.round(6).argmax())
    return among[best], float(cosines[best])
