"""Attention of "it" in every head, over many sentences whose "it" has a known referent.

Each sentence has two nouns. A head is right if its "it" gives more attention to the referent than to the other noun.
The two sentences of a Winograd pair have opposite answers, so they are no two independent examples: a head that gives
the same noun more in both is right once, whatever it knows.
N sentences, L layers, H heads.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from components.core.context.pronoun_similarity import PRONOUN, WinogradSentence, pair_numbers
from components.core.context.word_occurrences import find_word
from components.core.errors import SentenceError
from components.core.lazy import cached_property
from components.core.model.encoder import Encoder
from components.core.numerics.bootstrap import Interval, grouped_mean_interval
from components.core.numerics.chance import BestByChance, best_by_chance


@dataclass(frozen=True, eq=False)
class PronounHeads:
    """Attention of "it" to the two nouns of each sentence, in each head."""

    forms: tuple[WinogradSentence, ...]
    to_right: Float[np.ndarray, "N L H"]  # to the noun that "it" refers to
    to_other: Float[np.ndarray, "N L H"]
    right_is_nearest: Bool[np.ndarray, " N"]  # True if the referent is the noun nearer to "it"

    @cached_property
    def correct(self) -> Bool[np.ndarray, "N L H"]:
        """True where a head is right."""
        return self.to_right > self.to_other

    @property
    def counts(self) -> Int[np.ndarray, "L H"]:
        """The number of sentences in which each head is right."""
        return self.correct.sum(axis=0)

    @property
    def always_nearest(self) -> int:
        """The number of sentences whose referent is the nearer noun."""
        return int(self.right_is_nearest.sum())

    def split(self, layer: int, head: int) -> tuple[int, int]:
        """Count the sentences in which a head is right: with the nearer noun as referent, and with the farther one."""
        correct = self.correct[:, layer, head]
        return int(correct[self.right_is_nearest].sum()), int(correct[~self.right_is_nearest].sum())

    def interval(self, layer: int, head: int) -> Interval:
        """Return a head's share of right answers with its 95 % interval, by a bootstrap of pairs."""
        return grouped_mean_interval(self.correct[:, layer, head].astype(int), pair_numbers(self.forms))

    @cached_property
    def by_chance(self) -> BestByChance:
        """The number of sentences that the best of all heads gets right by chance: a coin for each pair."""
        return best_by_chance(self.correct.reshape(len(self.forms), -1), pair_numbers(self.forms))


def pronoun_heads(encoder: Encoder, forms: Sequence[WinogradSentence]) -> PronounHeads:
    """Measure the attention of "it" in all sentences; a noun in pieces gets the sum of its pieces' weights.

    Sentences in which the tokenizer joins "it" or a noun to something else
    are omitted. Raises SentenceError if none remains.
    """
    read, to_right, to_other, nearest = [], [], [], []
    problem: SentenceError | None = None
    for form in forms:
        trace = encoder.trace(form.text)
        try:
            found = {name: find_word(trace.tokenized, name)[0].token_indices for name in (PRONOUN, *form.nouns)}
        except SentenceError as error:
            problem = error
            continue
        read.append(form)
        it = found[PRONOUN]
        weights = trace.attention_weights()[:, :, list(it)].mean(axis=2)
        given = {name: weights[..., list(found[name])].sum(axis=-1) for name in form.nouns}
        right = form.right
        other = next(name for name in form.nouns if name != right)
        to_right.append(given[right])
        to_other.append(given[other])
        nearest.append(_distance(found[right], it) < _distance(found[other], it))
    if not read:
        raise problem or SentenceError("There is no sentence to test heads on: 0 were given. Give at least one.")
    return PronounHeads(tuple(read), np.array(to_right), np.array(to_other), np.array(nearest))


def _distance(one: Sequence[int], other: Sequence[int]) -> int:
    """Return the number of tokens between two words, measured between their nearest pieces."""
    return min(abs(i - j) for i in one for j in other)
