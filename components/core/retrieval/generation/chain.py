"""A chain of steps from a question to the passages that are handed over, with the ranking after each step.

Searches, their fusion, re-ranking, near-duplicates, diversity and compression are those of the files of their names;
here stands what one step hands to the next, and the way of a passage through all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float

from components.core.retrieval.generation.context_compression import Compression
from components.core.retrieval.search.fusion import fuse, min_max
from components.core.retrieval.search.mmr import diverse_ranking
from components.core.retrieval.search.near_duplicates import OmittedItem, without_near_duplicates
from components.core.retrieval.search.ranking import RankedItem

#: The name of the step that joins several searches.
FUSED: Final = "Fused"


@dataclass(frozen=True)
class LeftOut:
    """A passage that a step leaves out."""

    index: int
    rank: int  # before the step
    nearest: int | None  # the passage that it gave way to; None if it gave way to none
    cosine: float  # of both; 0 if there is no other


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a chain: the ranking that it hands on."""

    name: str
    ranking: tuple[RankedItem, ...]
    left_out: tuple[LeftOut, ...] = ()  # of the first passages before it

    def rank_of(self, index: int) -> int | None:
        """Return the rank of a passage after this step; None if it is not ranked."""
        return next((each.rank for each in self.ranking if each.index == index), None)


def searched(searches: Mapping[str, Sequence[RankedItem]], candidates: int) -> tuple[Step, ...]:
    """Return a step for each search, by its name, and if there are several, one that fuses their first candidates.

    A single search hands on its first candidates; the ranks in the steps of searches are those of the whole searches.

    >>> first, second = (RankedItem(7, 0.9, 1), RankedItem(4, 0.8, 2)), (RankedItem(4, 3.0, 1),)
    >>> [(step.name, [each.index for each in step.ranking]) for step in searched({"A": first, "B": second}, 10)]
    [('A', [7, 4]), ('B', [4]), ('Fused', [4, 7])]
    """
    steps = [Step(name, tuple(ranking)) for name, ranking in searches.items()]
    if len(steps) > 1:
        items = fuse(searches, candidates)[:candidates]
        steps.append(Step(FUSED, tuple(RankedItem(each.index, each.score, each.rank) for each in items)))
    return tuple(steps)


def without_doubles(
    name: str, ranking: Sequence[RankedItem], unit_vectors: Float[np.ndarray, "N D"], bound: float
) -> Step:
    """Return the step that leaves out near-duplicates of passages before them. bound: the lowest cosine of such."""
    distinct = without_near_duplicates(ranking, unit_vectors, bound)
    return Step(name, distinct.items, _gave_way(distinct.omitted))


def diverse(
    name: str, ranking: Sequence[RankedItem], unit_vectors: Float[np.ndarray, "N D"], k: int, relevance_weight: float
) -> Step:
    """Return the step that chooses k passages by maximal marginal relevance.

    The scores may be of any scale: they are brought to 0 to 1 among the passages of the ranking before they are weighed
    against cosines. relevance_weight: λ, 0 to 1. Left out are those of the first k that are not chosen, each for the
    chosen passage that is most like it.
    """
    relevance = min_max(np.array([each.score for each in ranking], dtype=np.float64))
    candidates = [
        RankedItem(each.index, float(score), each.rank) for each, score in zip(ranking, relevance, strict=True)
    ]
    chosen = diverse_ranking(candidates, unit_vectors, k, relevance_weight)
    items = tuple(RankedItem(each.index, each.score, each.rank) for each in chosen.items)
    return Step(name, items, _gave_way(chosen.omitted))


def compressed(name: str, ranking: Sequence[RankedItem], compression: Compression) -> Step:
    """Return the step that keeps of each passage the sentences nearest to the question.

    compression: of the passages as sources, numbered by their ranks. Passages of which no sentence is kept are left
    out.
    """
    kept = {source.number for source in compression.sources}
    items = [each for each in ranking if each.rank in kept]
    return Step(
        name,
        tuple(RankedItem(each.index, each.score, rank) for rank, each in enumerate(items, 1)),
        tuple(LeftOut(each.index, each.rank, None, 0.0) for each in ranking if each.rank not in kept),
    )


def first_ranks(steps: Sequence[Step], indices: Sequence[int]) -> tuple[int | None, ...]:
    """Return the best rank of any of some passages after each step; None where none of them is ranked.

    >>> first_ranks([Step("A", (RankedItem(7, 0.9, 1), RankedItem(4, 0.8, 2))), Step("B", ())], [4])
    (2, None)
    """
    wanted = set(indices)
    return tuple(min((each.rank for each in step.ranking if each.index in wanted), default=None) for step in steps)


def _gave_way(omitted: Sequence[OmittedItem]) -> tuple[LeftOut, ...]:
    return tuple(LeftOut(each.item.index, each.item.rank, each.nearest, each.cosine) for each in omitted)
