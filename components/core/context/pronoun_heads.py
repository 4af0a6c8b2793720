"""Whom "it" looks at: every head, over many sentences in which it is known whom "it" means.

Each sentence has two nouns. A head is right where its "it" gives more to the noun that is meant than to the other.
N sentences, L layers, H heads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.stats import binomtest

from components.core.context.pronoun_similarity import PRONOUN, WinogradSentence
from components.core.context.word_occurrences import find_word, tokenize_word
from components.core.errors import SentenceError
from components.core.model.encoder import Encoder

# Enough for a percentile that does not change with the seed by more than a sentence.
_SHUFFLES = 4000


@dataclass(frozen=True, eq=False)
class PronounHeads:
    """How much of its attention "it" gives, in each head, to the two nouns of each sentence."""

    forms: tuple[WinogradSentence, ...]
    to_right: np.ndarray  # (N, L, H): to the noun that is meant
    to_other: np.ndarray  # (N, L, H)
    right_is_nearest: np.ndarray  # (N,) of bool: the noun that is meant is the nearer one to "it"

    @cached_property
    def correct(self) -> np.ndarray:
        """(N, L, H) of bool."""
        return self.to_right > self.to_other

    @property
    def counts(self) -> np.ndarray:
        """(L, H): in how many sentences each head is right."""
        return self.correct.sum(axis=0)

    @property
    def always_nearest(self) -> int:
        """In how many sentences the nearer noun is the right one."""
        return int(self.right_is_nearest.sum())

    def split(self, layer: int, head: int) -> tuple[int, int]:
        """In how many sentences a head is right where the nearer noun is meant, and where the farther is."""
        correct = self.correct[:, layer, head]
        return int(correct[self.right_is_nearest].sum()), int(correct[~self.right_is_nearest].sum())

    def interval(self, layer: int, head: int, confidence: float = 0.95) -> tuple[float, float]:
        """Wilson's interval for a head's share of right answers (Wilson 1927), by scipy."""
        result = binomtest(int(self.counts[layer, head]), len(self.forms))
        low, high = result.proportion_ci(confidence, method="wilson")
        return float(low), float(high)

    @cached_property
    def best_by_chance(self) -> tuple[float, int]:
        """How often the best of all heads would be right if nouns were meant by the toss of a coin.

        The mean, and the number it exceeds in 1 case of 20 at most. Which noun is meant is drawn anew for each
        sentence, for all heads alike, so that heads that look alike err alike (a permutation test; Nichols & Holmes
        2002). The best of many heads does better than chance by being the best.
        """
        coin = np.random.default_rng(0).choice([-1.0, 1.0], size=(_SHUFFLES, len(self.forms)))
        agreed = np.where(self.correct, 1.0, -1.0).reshape(len(self.forms), -1)
        best = ((coin @ agreed).max(axis=1) + len(self.forms)) / 2
        return float(best.mean()), int(np.quantile(best, 0.95, method="higher"))


def pronoun_heads(encoder: Encoder, forms: Sequence[WinogradSentence]) -> PronounHeads:
    """Read all sentences and see what "it" looks at. A noun in pieces is given what all of them are given.

    A sentence in which the tokenizer leaves "it" or a noun no word of its own (some join a comma to the word before
    it) is left out. Raises SentenceError if none is left.
    """
    read, to_right, to_other, nearest = [], [], [], []
    problem: SentenceError | None = None
    for form in forms:
        trace = encoder.trace(form.text)
        try:
            found = {
                name: find_word(trace.tokenized, tokenize_word(encoder, name), name)[0].token_indices
                for name in (PRONOUN, *form.nouns)
            }
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
    """How many tokens two words are apart, between their nearest pieces."""
    return min(abs(i - j) for i in one for j in other)
