"""Pairs of sentences worth reading together: the most similar ones, and those alike without a content word in common.

N sentences and their vectors as unit rows (see similarity.unit_rows). All pairs are compared at once, which takes
N² numbers: this is for a selection of some hundreds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.core.numerics.similarity import cosine_similarity
from components.core.text.content_words import count_content_words, words_in


def words_of(sentence: str) -> frozenset[str]:
    """The different words of a sentence, in lower case.

    >>> sorted(words_of("The dog saw the DOG."))
    ['dog', 'saw', 'the']
    """
    return frozenset(words_in(sentence))


def most_similar(units: np.ndarray) -> tuple[int, int, float] | None:
    """The two sentences with the highest cosine, the first in order first, and the cosine. None with fewer than two.

    units: (N, D). Of equal pairs it is the first.

    >>> most_similar(np.array([[1.0, 0.0], [0.0, 1.0], [0.8, 0.6]]))
    (0, 2, 0.8)
    """
    return _highest(_pair_cosines(units))


@dataclass(frozen=True)
class SurprisingPair:
    """Two sentences that are alike, though no content word says so."""

    first: int
    second: int  # place after the first
    cosine: float
    in_common: tuple[str, ...]  # words that both hold, function words all of them, in alphabetical order


def most_surprising(units: np.ndarray, sentences: Sequence[str]) -> SurprisingPair | None:
    """The pair with the highest cosine among those that have no content word in common.

    Which words are content says content_words.py; a plural is a word of its own. A sentence without any content word
    is left out: that two emoji or two "It is." are alike surprises nobody. None if no such pair has a cosine above 0.

    units: (N, D).
    """
    counts, _ = count_content_words(sentences)
    held = (counts > 0).astype(int)
    with_content = held.sum(axis=1) > 0
    apart = (held @ held.T).toarray() == 0
    cosines = _pair_cosines(units)
    highest = _highest(np.where(apart & with_content[:, None] & with_content & (cosines > 0), cosines, -np.inf))
    if highest is None:
        return None
    first, second, cosine = highest
    return SurprisingPair(
        first, second, cosine, tuple(sorted(words_of(sentences[first]) & words_of(sentences[second])))
    )


def _pair_cosines(units: np.ndarray) -> np.ndarray:
    """(N, N) cosines of each sentence with those after it; −∞ elsewhere."""
    # Rounded to what float32 holds, so that the last digit does not choose between equal pairs.
    cosines = cosine_similarity(units.astype(np.float64)).round(6)
    return np.where(np.tri(len(units), dtype=bool), -np.inf, cosines)


def _highest(cosines: np.ndarray) -> tuple[int, int, float] | None:
    """The first and second place of the highest cosine, and the cosine; None if all are −∞."""
    if not np.isfinite(cosines).any():
        return None
    first, second = np.unravel_index(int(cosines.argmax()), cosines.shape)
    return int(first), int(second), float(cosines[first, second])
