"""Two sentences read by the same encoder, compared word by word and layer by layer.

P pairs of aligned words and special tokens, W₁ and W₂ of them in the first and the second sentence, L layers,
H heads. A word of several pieces is the mean of its pieces. Differences are second minus first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from components.core.context.alignment import Alignment, align
from components.core.errors import SentenceError
from components.core.model.attention import word_attention
from components.core.model.encoder import Encoder
from components.core.model.trace import Trace
from components.core.numerics.similarity import paired_cosines
from components.core.tokens.tokens import Word


def word_vectors(vectors: np.ndarray, words: Sequence[Word]) -> np.ndarray:
    """The vector of each word: the mean of its pieces. vectors: (..., S, D). Returns (..., W, D)."""
    return np.stack([vectors[..., list(word.token_indices), :].mean(axis=-2) for word in words], axis=-2)


@dataclass(frozen=True, eq=False)
class Comparison:
    """What differs between two traces of one encoder."""

    first: Trace
    second: Trace
    alignment: Alignment
    sentence_cosines: np.ndarray  # (L+1,): of the vectors that pooling makes of each layer; the last is the model's own

    @property
    def same_words(self) -> bool:
        """Whether the two hold the same words, each as often."""
        return not (self.alignment.only_first or self.alignment.only_second)

    @property
    def paired_words(self) -> tuple[Word, ...]:
        """P: the first sentence's word of each pair."""
        return tuple(self.alignment.first[i] for i, _ in self.alignment.pairs)

    def pairs_of(self, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Vectors of all tokens, (..., S, D) each, as the vectors of the pairs: two of (..., P, D)."""
        ones, others = self.alignment.first, self.alignment.second
        return (
            word_vectors(first, [ones[i] for i, _ in self.alignment.pairs]),
            word_vectors(second, [others[j] for _, j in self.alignment.pairs]),
        )

    @cached_property
    def word_cosines(self) -> np.ndarray:
        """(L+1, P): cosine of each word's context vector in the two sentences; layer 0 is what enters layer 1."""
        return paired_cosines(*self.pairs_of(self.first.hidden_states, self.second.hidden_states))

    def attention(self, layer: int) -> tuple[np.ndarray, np.ndarray]:
        """(H, W₁, W₁) and (H, W₁, W₁): attention between words in both, in the first one's order.

        What the second sentence lacks is not a number there.
        """
        size = len(self.alignment.first)
        weights = word_attention(self.first.attention_weights(layer), _groups(self.alignment.first))
        others = word_attention(self.second.attention_weights(layer), _groups(self.alignment.second))
        here, there = (list(side) for side in zip(*self.alignment.pairs, strict=True))
        reordered = np.full((len(weights), size, size), np.nan, dtype=weights.dtype)
        reordered[:, np.array(here)[:, None], here] = others[:, np.array(there)[:, None], there]
        return weights, reordered

    def attention_difference(self, layer: int) -> np.ndarray:
        """(H, W₁, W₁): what the second sentence's attention between words has more, in the first one's order."""
        weights, reordered = self.attention(layer)
        return reordered - weights

    @property
    def attention_moved(self) -> np.ndarray:
        """(L, H): the share of its attention that a paired word, on average, gives to other words in the second.

        The total variation distance of two rows, ½ Σ |difference|; what goes to a word without partner has moved.
        """
        return self._attention_changes[0]

    @cached_property
    def _attention_changes(self) -> tuple[np.ndarray, np.ndarray]:
        """attention_moved, and the largest difference of two weights in each layer, (L,)."""
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
        """How far any two numbers of a pair are apart, at most, step by step: the proof that order is not seen."""
        ones, others = self.pairs_of(self.first.hidden_states, self.second.hidden_states)
        contexts = np.abs(ones - others).max(axis=(1, 2))
        steps = {"what enters layer 1": float(contexts[0])}
        for layer in range(self.first.num_layers):
            steps[f"attention weights, layer {layer + 1}"] = float(self._attention_changes[1][layer])
            steps[f"context vectors, layer {layer + 1}"] = float(contexts[layer + 1])
        steps["sentence vector"] = float(np.abs(self.first.sentence_vector - self.second.sentence_vector).max())
        return steps

    def moved_most(self) -> tuple[int, int] | None:
        """The pair, special tokens aside, and the layer (from 1) where two context vectors are farthest apart."""
        words = [place for place, word in enumerate(self.paired_words) if not word.special]
        if not words:
            return None
        cosines = self.word_cosines[1:, words]
        layer, place = np.unravel_index(int(cosines.argmin()), cosines.shape)
        return words[int(place)], int(layer) + 1


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


def bag_of_words(alignment: Alignment) -> tuple[tuple[str, ...], np.ndarray]:
    """The words of both sentences, capitals aside, and how often each holds them: V words and (2, V) counts."""
    sides = [
        [word.text.casefold() for word in side if not word.special] for side in (alignment.first, alignment.second)
    ]
    vocabulary = tuple(dict.fromkeys(sides[0] + sides[1]))
    return vocabulary, np.array([[side.count(word) for word in vocabulary] for side in sides])


def _groups(words: Sequence[Word]) -> list[tuple[int, ...]]:
    return [word.token_indices for word in words]
