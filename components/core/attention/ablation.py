"""What an encoder loses without a head, or with any other change: measured on one sentence.

Switching heads off one by one: Michel, Levy & Neubig 2019, "Are Sixteen Heads Really Better than One?", section 3.
S tokens, L layers, H heads.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from components.core.model.attention import attention_moved
from components.core.model.encoder import Encoder
from components.core.model.interventions import Intervention
from components.core.model.trace import Trace
from components.core.numerics.similarity import paired_cosines
from components.core.tokens.tokens import Tokens

# Sentences read at once have together at most so many tokens: more are no faster, and progress is seen less often.
_TOKENS_AT_ONCE = 512

# A cosine above this is that of equal vectors, up to the rounding of 32 bits.
_UNMOVED = 1 - 1e-6


@dataclass(frozen=True, eq=False)
class InterventionEffect:
    """One sentence as the encoder reads it, and as it reads it with a change."""

    original: Trace
    changed: Trace

    @property
    def sentence_cosine(self) -> float:
        """Cosine of the two sentence vectors."""
        return float(paired_cosines(self.original.sentence_vector, self.changed.sentence_vector))

    @cached_property
    def token_cosines(self) -> np.ndarray:
        """(L+1, S): cosine of each token's context vector with the untouched one; layer 0 is what enters layer 1."""
        return paired_cosines(self.original.hidden_states, self.changed.hidden_states)

    def moved_most(self) -> int | None:
        """The place of the typed token whose last context vector moved farthest; None if none moved visibly."""
        typed = np.flatnonzero(~self.changed.tokenized.special)
        cosines = self.token_cosines[-1][typed]
        return None if cosines.min() > _UNMOVED else int(typed[cosines.argmin()])

    @cached_property
    def attention_moved(self) -> np.ndarray:
        """(L, H): the share of its attention that a token, on average, gives elsewhere than before."""
        layers = range(self.original.num_layers)
        return np.stack(
            [attention_moved(*(each.attention_weights(n) for each in (self.original, self.changed))) for n in layers]
        )

    def attention_difference(self, layer: int, head: int | None = None) -> np.ndarray:
        """(S, S), or (H, S, S) with head=None: changed minus untouched. layer, head: counted from 0."""
        return self.changed.attention_weights(layer, head) - self.original.attention_weights(layer, head)


def cosines_without_each_head(
    encoder: Encoder,
    tokens: Tokens,
    interventions: Iterable[Intervention] = (),
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """How near the sentence vector stays when one head is off, for each head by itself: cosines, (L, H).

    interventions: what else is changed, in the reading compared with too. progress(done, L · H) is called as heads are
    done, and may raise to stop. Raises InterventionError.
    """
    layers, heads = encoder.num_layers, encoder.num_heads
    count = layers * heads
    gates = np.ones((count + 1, layers, heads), dtype=np.float32)  # the first reading has all heads
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
