"""Which sentences of an answer say what a sentence of its sources says.

By the cosine of sentence vectors, as Reimers and Gurevych 2019 compare sentences ("Sentence-BERT"). That shows what a
sentence is about; whether the source also says that it is so, it does not: "It is hot" and "It is not hot" are close.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Support:
    """What comes nearest to one sentence of an answer."""

    sentence: int  # the place of the nearest sentence among those of the sources
    source: int  # the number of the source it stands in
    cosine: float
    covered: bool  # whether the cosine reaches the threshold


def find_supports(
    answer: np.ndarray, sentences: np.ndarray, numbers: Sequence[int], threshold: float
) -> tuple[Support | None, ...]:
    """The nearest sentence of the sources for each of an answer's A sentences; None for each if there is none.

    Of sentences equally near it is the first.

    answer: (A, D) unit rows. sentences: (S, D) unit rows, all sentences of all sources. numbers: S, the number of the
    source of each. threshold: the lowest cosine that covers.

    >>> rows = np.array([[1.0, 0.0], [0.6, 0.8]])
    >>> supports(rows[:1], rows, [1, 2], 0.7)
    (Support(sentence=0, source=1, cosine=1.0, covered=True),)
    """
    if len(numbers) != len(sentences):
        raise ValueError(f"{len(sentences)} sentences have {len(numbers)} numbers of sources.")
    if not len(sentences):
        return (None,) * len(answer)
    cosines = np.clip(answer @ sentences.T, -1, 1)
    # Rounded, so that the last digit does not choose between equal sentences.
    nearest = cosines.round(6).argmax(axis=1)
    return tuple(
        Support(int(place), numbers[place], float(cosine), bool(cosine >= threshold))
        for place, cosine in zip(nearest, cosines[np.arange(len(answer)), nearest], strict=True)
    )
