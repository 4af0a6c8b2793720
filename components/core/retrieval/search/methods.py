"""The search methods: the only list of them, for live search and for evaluation."""

from enum import StrEnum
from typing import Final


class SearchMethod(StrEnum):
    """A way to rank chunks for a question. The value is its name on screen."""

    BM25 = "BM25"
    DENSE = "Dense"
    HYBRID = "Hybrid"  # reciprocal rank fusion of the two above
    STATIC = "Averaged word embeddings"
    UNORDERED = "Dense, positions off"


#: The methods of a live search, in the order in which they are shown. The others exist for comparison.
LIVE_METHODS: Final = (SearchMethod.DENSE, SearchMethod.BM25, SearchMethod.HYBRID)


def score_floor(method: SearchMethod) -> float | None:
    """Return the score that a chunk must exceed to be found: 0 for BM25 (no word in common), None for the others."""
    return 0.0 if method is SearchMethod.BM25 else None
