"""The referent of "it": the cosine of its context vector with those of two nouns, layer by layer.

A Winograd pair (Levesque, Davis & Morgenstern 2012) is two sentences that differ in a word or two, and in which of
two nouns the pronoun means.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from components.core.context.comparison import word_vectors
from components.core.context.word_occurrences import find_word
from components.core.model.encoder import Encoder
from components.core.numerics.similarity import paired_cosines

PRONOUN = "it"


@dataclass(frozen=True)
class WinogradSentence:
    """One of the two sentences of a pair."""

    text: str
    nouns: tuple[str, str]
    right: str  # the noun that the pronoun means


def pair_numbers(forms: Sequence[WinogradSentence]) -> Int[np.ndarray, " N"]:
    """Return the number of each sentence's pair, from 0. A sentence whose partner does not follow it is one by itself.

    >>> hot, cold = (WinogradSentence("", ("tea", "ice"), noun) for noun in ("tea", "ice"))
    >>> pair_numbers([hot, cold, hot])
    array([0, 0, 1])
    """
    numbers: list[int] = []
    open_for: WinogradSentence | None = None  # a sentence whose partner may come next
    for form in forms:
        partner = open_for is not None and set(open_for.nouns) == set(form.nouns) and open_for.right != form.right
        numbers.append(numbers[-1] if partner else (numbers[-1] + 1 if numbers else 0))
        open_for = None if partner else form
    return np.array(numbers)


@dataclass(frozen=True, eq=False)
class PronounSimilarity:
    """Cosines of the pronoun with each noun."""

    form: WinogradSentence
    cosines: Float[np.ndarray, "states 2"]  # in all L + 1 hidden states; the first is the input of layer 1

    @property
    def nearest(self) -> str:
        """The noun with the higher cosine in the last layer."""
        return self.form.nouns[int(self.cosines[-1].argmax())]


def pronoun_similarities(encoder: Encoder, forms: Sequence[WinogradSentence]) -> list[PronounSimilarity]:
    """Compare the pronoun of each sentence with both nouns. Raises SentenceError if one of them is missing."""
    tokens = [encoder.tokenize(form.text) for form in forms]
    results = []
    for form, each, vectors in zip(forms, tokens, encoder.context_vectors_of_all(tokens), strict=True):
        found = [find_word(each, name)[0] for name in (PRONOUN, *form.nouns)]
        words = word_vectors(vectors, found)
        results.append(PronounSimilarity(form, paired_cosines(words[:, 1:], words[:, :1])))
    return results
