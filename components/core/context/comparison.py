"""Comparison of two sentences in one encoder, word by word and layer by layer.

P pairs of aligned words and special tokens, W₁ and W₂ of them in the first and the second sentence, L layers,
H heads. A word of several pieces is the mean of its pieces. Differences are second minus first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from components.core.context.alignment import Alignment, align
from components.core.errors import SentenceError
from components.core.lazy import cached_property
from components.core.model.attention import word_attention
from components.core.model.encoder import Encoder
from components.core.model.trace import Trace
from components.core.numerics.similarity import paired_cosines
from components.core.text.spelling import fold
from components.core.tokens.tokens import Word


def word_vectors(vectors: Float[np.ndarray, "*batch S D"], words: Sequence[Word]) -> Float[np.ndarray, "*batch W D"]:
    """Return the vector of each word, the mean of its pieces."""
    return np.stack([vectors[..., list(word.token_indices), :].mean(axis=-2) for word in words], axis=-2)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Differences between two traces of one encoder."""

    first: Trace
    second: Trace
    alignment: Alignment
    #: Of the pooled vectors of all L + 1 hidden states; the last is that of the model's own sentence vectors.
    sentence_cosines: Float[np.ndarray, " states"]

    @property
    def same_words(self) -> bool:
        """True if both sentences hold the same words, each equally often."""
        return not (self.alignment.only_first or self.alignment.only_second)

    @property
    def paired_words(self) -> tuple[Word, ...]:
        """The first sentence's word of each of the P pairs."""
        return tuple(self.alignment.first[i] for i, _ in self.alignment.pairs)

    def pairs_of(
        self, first: Float[np.ndarray, "*batch S1 D"], second: Float[np.ndarray, "*batch S2 D"]
    ) -> tuple[Float[np.ndarray, "*batch P D"], Float[np.ndarray, "*batch P D"]]:
        """Turn vectors of all tokens of both sentences into the vectors of the paired words."""
        ones, others = self.alignment.first, self.alignment.second
        return (
            word_vectors(first, [ones[i] for i, _ in self.alignment.pairs]),
            word_vectors(second, [others[j] for _, j in self.alignment.pairs]),
        )

    @cached_property
    def word_cosines(self) -> Float[np.ndarray, "states P"]:
        """Cosine of each word's vectors in the two sentences, in all L + 1 hidden states."""
        return paired_cosines(*self.pairs_of(self.first.hidden_states, self.second.hidden_states))

    def attention(self, layer: int) -> tuple[Float[np.ndarray, "H W1 W1"], Float[np.ndarray, "H W1 W1"]]:
        """Return the attention between words in both sentences, in the word order of the first.

        Rows and columns of words that the second sentence lacks are nan.
        """
        size = len(self.alignment.first)
        weights = word_attention(self.first.attention_weights(layer), _groups(self.alignment.first))
        others = word_attention(self.second.attention_weights(layer), _groups(self.alignment.second))
        here, there = (list(side) for side in zip(*self.alignment.pairs, strict=True))
        reordered = np.full((len(weights), size, size), np.nan, dtype=weights.dtype)
        reordered[:, np.array(here)[:, None], here] = others[:, np.array(there)[:, None], there]
        return weights, reordered

    def attention_difference(self, layer: int) -> Float[np.ndarray, "H W1 W1"]:
        """Return the second sentence's attention between words minus the first's, in the word order of the first."""
        weights, reordered = self.attention(layer)
        return reordered - weights

    @property
    def attention_moved(self) -> Float[np.ndarray, "L H"]:
        """The share of its attention that a paired word, on average, gives to other words in the second sentence.

        The total variation distance of two rows, ½ Σ |difference|; attention to a word without partner counts as moved.
        """
        return self._attention_changes[0]

    @cached_property
    def _attention_changes(self) -> tuple[Float[np.ndarray, "L H"], Float[np.ndarray, " L"]]:
        """attention_moved, and the largest difference of two weights in each layer."""
        here = [i for i, _ in self.alignment.pairs]
        moved, largest = [], []
        for layer in range(self.first.num_layers):
            first, second = (side[:, here][..., here] for side in self.attention(layer))
            # All rows sum to 1: what a row lacks here goes to words without partner.
            unpaired = (1 - first.sum(axis=-1)) + (1 - second.sum(axis=-1))
            difference = np.abs(second - first)
            moved.append(((difference.sum(axis=-1) + unpaired) / 2).mean(axis=-1))
            largest.append(difference.max())
        return np.stack(moved), np.array(largest)

    @cached_property
    def largest_differences(self) -> dict[str, float]:
        """The largest difference of two corresponding numbers, step by step; near 0 if order makes no difference."""
        ones, others = self.pairs_of(self.first.hidden_states, self.second.hidden_states)
        contexts = np.abs(ones - others).max(axis=(1, 2))
        steps = {"what enters layer 1": float(contexts[0])}
        for layer in range(self.first.num_layers):
            steps[f"attention weights, layer {layer + 1}"] = float(self._attention_changes[1][layer])
            steps[f"context vectors, layer {layer + 1}"] = float(contexts[layer + 1])
        steps["sentence vector"] = float(np.abs(self.first.sentence_vector - self.second.sentence_vector).max())
        return steps

    def moved_most(self) -> tuple[int, int] | None:
        """Return the pair of words and the layer (from 1) with the lowest cosine; None if no word is paired."""
        words = [index for index, word in enumerate(self.paired_words) if not word.special]
        if not words:
            return None
        cosines = self.word_cosines[1:, words]
        layer, column = np.unravel_index(int(cosines.argmin()), cosines.shape)
        return words[int(column)], int(layer) + 1


def compare(encoder: Encoder, first: Trace, second: Trace) -> Comparison:
    """Align two traces of this encoder and compare them.

    Raises SentenceError for two that share nothing, not even the special tokens that most tokenizers add.
    """
    alignment = align(first.tokenized, second.tokenized)
    if not alignment.pairs:
        raise SentenceError(
            f"The two sentences, of {len(alignment.first)} and {len(alignment.second)} words, share none. "
            "Write at least one word into both."
        )
    vectors = [encoder.pooled(trace.hidden_states) for trace in (first, second)]
    return Comparison(first, second, alignment, paired_cosines(*vectors))


def bag_of_words(alignment: Alignment) -> tuple[tuple[str, ...], Int[np.ndarray, "2 V"]]:
    """Return the V distinct words of both sentences, in lower case, and their counts in each."""
    sides = [[fold(word.text) for word in side if not word.special] for side in (alignment.first, alignment.second)]
    vocabulary = tuple(dict.fromkeys(sides[0] + sides[1]))
    return vocabulary, np.array([[side.count(word) for word in vocabulary] for side in sides])


def _groups(words: Sequence[Word]) -> list[tuple[int, ...]]:
    return [word.token_indices for word in words]
