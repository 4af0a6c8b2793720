"""Effects of interventions on one sentence, and of switching heads off one by one.

Ablation of single heads: Michel, Levy & Neubig 2019, "Are Sixteen Heads Really Better than One?", section 3.
S tokens, L layers, H heads.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from components.core.lazy import cached_property
from components.core.model.attention import attention_moved
from components.core.model.encoder import Encoder
from components.core.model.interventions import Intervention
from components.core.model.trace import Trace
from components.core.numerics.similarity import paired_cosines
from components.core.tokens.tokens import Tokens

# The most tokens in one batch: larger ones are no faster, and progress is reported less often.
_TOKENS_AT_ONCE = 512

# A cosine above this is that of equal vectors, up to the rounding of 32 bits.
_UNMOVED = 1 - 1e-6


@dataclass(frozen=True, eq=False)
class InterventionEffect:
    """Two traces of one sentence: without and with interventions."""

    original: Trace
    changed: Trace

    @property
    def sentence_cosine(self) -> float:
        """Cosine of the two sentence vectors."""
        return float(paired_cosines(self.original.sentence_vector, self.changed.sentence_vector))

    @cached_property
    def token_cosines(self) -> Float[np.ndarray, "states S"]:
        """Cosine of each token's two vectors in all L + 1 hidden states; the first is the input of layer 1."""
        return paired_cosines(self.original.hidden_states, self.changed.hidden_states)

    def moved_most(self) -> int | None:
        """Return the index of the typed token whose last context vector moved farthest; None if none moved visibly."""
        typed = np.flatnonzero(~self.changed.tokenized.special)
        cosines = self.token_cosines[-1][typed]
        return None if cosines.min() > _UNMOVED else int(typed[cosines.argmin()])

    @cached_property
    def attention_moved(self) -> Float[np.ndarray, "L H"]:
        """The share of its attention that a token, on average, gives to other tokens than before."""
        layers = range(self.original.num_layers)
        return np.stack(
            [attention_moved(*(each.attention_weights(n) for each in (self.original, self.changed))) for n in layers]
        )

    def attention_difference(self, layer: int, head: int | None = None) -> Float[np.ndarray, "*heads S S"]:
        """Return changed minus original weights, of all heads with head=None. layer, head: counted from 0."""
        return self.changed.attention_weights(layer, head) - self.original.attention_weights(layer, head)


def cosines_without_each_head(
    encoder: Encoder,
    tokens: Tokens,
    interventions: Iterable[Intervention] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Float[np.ndarray, "L H"]:
    """Return the cosine of the sentence vector with and without each head.

    interventions: changes that apply both with and without the head. progress(done, L · H) is called as heads are done,
    and may raise to stop. Raises InterventionError.
    """
    layers, heads = encoder.num_layers, encoder.num_heads
    count = layers * heads
    gates = np.ones((count + 1, layers, heads), dtype=np.float32)  # row 0 has all heads
    gates.reshape(count + 1, count)[np.arange(count) + 1, np.arange(count)] = 0
    at_once = max(1, _TOKENS_AT_ONCE // len(tokens.tokens))
    given = tuple(interventions)
    vectors = []
    for start in range(0, count + 1, at_once):
        vectors.append(encoder.sentence_vectors_gated(tokens, gates[start : start + at_once], given))
        if progress:
            progress(min(start + at_once, count + 1) - 1, count)
    whole, *without = np.concatenate(vectors)
    return paired_cosines(np.array(without), whole).reshape(layers, heads)
