"""Pairs of sentences: the most similar pair, and the most similar pair without a shared content word.

N sentences and their unit vectors of D dimensions. All pairs are compared at once, which takes N² numbers, so N should
be at most some hundreds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from components.core.numerics.similarity import cosine_similarity
from components.core.text.content_words import count_content_words
from components.core.text.words import words_in


def words_of(sentence: str) -> frozenset[str]:
    """Return the distinct words of a sentence, folded.

    >>> sorted(words_of("The dog saw the DOG."))
    ['dog', 'saw', 'the']
    """
    return frozenset(words_in(sentence))


def most_similar(unit_vectors: Float[np.ndarray, "N D"]) -> tuple[int, int, float] | None:
    """Return the indices of the two sentences with the highest cosine, in ascending order, and the cosine.

    Of equal pairs the first is taken. None for fewer than two sentences.

    >>> most_similar(np.array([[1.0, 0.0], [0.0, 1.0], [0.8, 0.6]]))
    (0, 2, 0.8)
    """
    return _highest(_pair_cosines(unit_vectors))


@dataclass(frozen=True)
class SurprisingPair:
    """Two similar sentences without a shared content word."""

    first: int  # index of the sentence
    second: int  # higher than the first
    cosine: float
    in_common: tuple[str, ...]  # the shared function words, in alphabetical order


def most_surprising(unit_vectors: Float[np.ndarray, "N D"], sentences: Sequence[str]) -> SurprisingPair | None:
    """Return the pair with the highest cosine among the pairs without a shared content word.

    content_words.py defines content words; a plural is another word than its singular. Sentences without a content
    word are ignored: it is no surprise that two emoji or two "It is." are similar. None if no cosine is above 0.
    """
    counts, _ = count_content_words(sentences)
    occurs = (counts > 0).astype(int)
    with_content = occurs.sum(axis=1) > 0
    apart = (occurs @ occurs.T).toarray() == 0
    cosines = _pair_cosines(unit_vectors)
    highest = _highest(np.where(apart & with_content[:, None] & with_content & (cosines > 0), cosines, -np.inf))
    if highest is None:
        return None
    first, second, cosine = highest
    return SurprisingPair(
        first, second, cosine, tuple(sorted(words_of(sentences[first]) & words_of(sentences[second])))
    )


def _pair_cosines(unit_vectors: Float[np.ndarray, "N D"]) -> Float[np.ndarray, "N N"]:
    """Return the cosine of each sentence with those after it; −∞ elsewhere."""
    # Rounded to float32's precision, so that equal pairs have equal cosines.
    cosines = cosine_similarity(unit_vectors.astype(np.float64)).round(6)
    return np.where(np.tri(len(unit_vectors), dtype=bool), -np.inf, cosines)


def _highest(cosines: Float[np.ndarray, "N N"]) -> tuple[int, int, float] | None:
    """Return the row and column of the highest cosine, and the cosine; None if all are −∞."""
    if not np.isfinite(cosines).any():
        return None
    first, second = np.unravel_index(int(cosines.argmax()), cosines.shape)
    return int(first), int(second), float(cosines[first, second])
