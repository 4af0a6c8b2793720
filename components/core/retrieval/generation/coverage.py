"""Coverage: for each sentence of an answer, the nearest sentence of its sources.

Sentences are compared by the cosine of their vectors (Reimers and Gurevych 2019, "Sentence-BERT"). A high cosine shows
the same topic, not the same claim: "It is hot" and "It is not hot" are close.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class Support:
    """The nearest sentence of the sources to one sentence of an answer."""

    sentence: int  # the index of the nearest sentence among those of all sources
    source: int  # the number of its source
    cosine: float
    covered: bool  # True if the cosine reaches the threshold


def find_supports(
    answer: Float[np.ndarray, "A D"], sentences: Float[np.ndarray, "N D"], numbers: Sequence[int], threshold: float
) -> tuple[Support | None, ...]:
    """Return the nearest of all N sentences of the sources to each sentence of an answer; None if N is 0.

    Of equally near sentences it is the first. All vectors have length 1. numbers: of the source of each sentence.
    threshold: the lowest cosine that counts as covered.

    >>> rows = np.array([[1.0, 0.0], [0.6, 0.8]])
    >>> find_supports(rows[:1], rows, [1, 2], 0.7)
    (Support(sentence=0, source=1, cosine=1.0, covered=True),)
    """
    if len(numbers) != len(sentences):
        raise ValueError(f"There are {len(sentences)} sentences, but {len(numbers)} numbers of sources.")
    if not len(sentences):
        return (None,) * len(answer)
    cosines = np.clip(answer @ sentences.T, -1, 1)
    # Rounded, so that rounding errors do not choose between equal sentences.
    nearest = cosines.round(6).argmax(axis=1)
    return tuple(
        Support(int(index), numbers[index], float(cosine), bool(cosine >= threshold))
        for index, cosine in zip(nearest, cosines[np.arange(len(answer)), nearest], strict=True)
    )
