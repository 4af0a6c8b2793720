"""Semantic chunking: a text is divided where neighbouring sentences are least alike.

Hearst 1997, "TextTiling: Segmenting Text into Multi-paragraph Subtopic Passages", compares the words of the blocks
before and after each border. Here it is the cosine of their vectors, and borders below a percentile are cut (Kamradt
2023, "5 Levels of Text Splitting"). S sentences of a document, D dimensions; border b lies between sentences b and
b + 1.
"""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float, Int

from components.core.numerics.similarity import paired_cosines

# Sentences on each side of a border that are compared: one alone says little, and many blur the border.
_BLOCK = 3

#: The sentences [first, last) of a part.
Part = tuple[int, int]


def border_cosines(unit_vectors: Float[np.ndarray, "S D"], block: int = _BLOCK) -> Float[np.ndarray, " borders"]:
    """Return the cosine of what stands before and after each of the S − 1 borders.

    Before and after are the sums of the vectors of the nearest sentences, as many as `block`, fewer at the ends.

    >>> border_cosines(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), block=1)
    array([1., 0.])
    """
    sums = np.concatenate([np.zeros((1, unit_vectors.shape[1])), np.cumsum(unit_vectors, axis=0, dtype=np.float64)])
    count = len(unit_vectors)
    borders = np.arange(1, max(count, 1))
    before = sums[borders] - sums[np.maximum(borders - block, 0)]
    after = sums[np.minimum(borders + block, count)] - sums[borders]
    return paired_cosines(before, after)


def parts_by_meaning(cosines: Float[np.ndarray, " borders"], percentile: int) -> tuple[Part, ...]:
    """Divide sentences at the borders whose cosine lies below a percentile of all; equal cosines are never divided.

    cosines: of the borders of one text, one fewer than it has sentences. percentile: 0 to 100, as numpy interpolates.

    >>> parts_by_meaning(np.array([0.9, 0.1, 0.8, 0.7]), percentile=25)
    ((0, 2), (2, 5))
    """
    if not len(cosines):
        return ((0, 1),)
    # Rounded, so that rounding errors do not divide equal cosines.
    rounded = cosines.round(6)
    cuts: Int[np.ndarray, " cuts"] = np.flatnonzero(rounded < np.percentile(rounded, percentile)) + 1
    starts = [0, *cuts.tolist()]
    return tuple(zip(starts, [*starts[1:], len(cosines) + 1], strict=True))


def divide_further(
    parts: Sequence[Part], cosines: Float[np.ndarray, " borders"], fit: Callable[[Sequence[Part]], Sequence[bool]]
) -> tuple[Part, ...]:
    """Divide parts that are too long at the border with the lowest cosine, of equal ones the first, until all fit.

    fit: says of each of several parts whether it fits. A single sentence is not divided.
    """
    fitting: list[Part] = []
    waiting = list(parts)
    while waiting:
        long = [part for part, fits in zip(waiting, fit(waiting), strict=True) if not fits and part[1] - part[0] > 1]
        fitting += [part for part in waiting if part not in long]
        borders = [first + 1 + int(cosines[first : last - 1].round(6).argmin()) for first, last in long]
        waiting = [
            part
            for (first, last), border in zip(long, borders, strict=True)
            for part in ((first, border), (border, last))
        ]
    return tuple(sorted(fitting))
