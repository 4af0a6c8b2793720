"""Attributions by gradients: gradient × input, and integrated gradients.

Both divide a target among the rows that the tokens have in the word embedding table; positions and token types stay as
they are. The baseline is the text without its words: typed tokens have the word embedding of padding, special tokens
keep theirs. Of zeros, [MASK], [PAD] and the table's mean, hiding words in the order that padding gives moved the
bundled model's targets most. S tokens, E the width of the embedding table.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from components.core.explanations.target import Target
from components.core.model.encoder import Encoder
from components.core.tokens.tokens import Tokens

#: The gap that integrated gradients may leave, as a share of what they divide.
MOST_GAP = 0.01
# A smaller difference is little more than the rounding of both results, which are sums of 32-bit numbers.
_SMALLEST = 1e-4
# With 16 steps the bundled model leaves more than that on one sentence of five, with 24 on none.
_FEWEST_STEPS, _MOST_STEPS = 24, 192
# Tokens of one batch, which take a processor a tenth of a second.
_TOKENS_AT_ONCE = 128


@dataclass(frozen=True, eq=False)
class IntegratedGradients:
    """A target divided among the tokens of a text."""

    values: Float[np.ndarray, " S"]  # 0 for special tokens, which are in the baseline too
    whole: float  # the target for the text
    baseline: float  # the target without its words
    steps: int

    @property
    def gap(self) -> float:
        """What the values leave undivided, as a share of the difference between text and baseline.

        A difference below 0.0001 counts as 0.0001: a text whose words move nothing leaves nothing to divide.
        """
        difference = self.whole - self.baseline
        return abs(float(self.values.sum()) - difference) / max(abs(difference), _SMALLEST)


def gradient_times_input(encoder: Encoder, tokens: Tokens, target: Target) -> Float[np.ndarray, " S"]:
    """Return the target's gradient times each token's word embedding (Shrikumar et al. 2016), summed over dimensions.

    To first order, how much smaller the target is if the word embedding were zero. Special tokens count 0.
    """
    rows = encoder.word_embedding_table[tokens.token_ids]
    _, gradients = encoder.gradients(tokens, rows[None], target.direction)
    values: np.ndarray = (gradients[0].astype(np.float64) * rows).sum(axis=1)
    return np.where(tokens.special, 0.0, values)


def integrated_gradients(
    encoder: Encoder, tokens: Tokens, target: Target, progress: Callable[[int, int], None] | None = None
) -> IntegratedGradients:
    """Divide what a text's words add to a target among its tokens.

    Sundararajan, Taly & Yan 2017, "Axiomatic Attribution for Deep Networks": the gradient is averaged along the line
    from the baseline to the text, times the difference. The values sum to the target's difference, up to the error of
    the sum that stands for the integral (Gauss–Legendre); steps are doubled until that gap is below MOST_GAP or 192 are
    taken. progress(done, steps) is called after each batch of steps, and may raise to stop.
    """
    rows = encoder.word_embedding_table[tokens.token_ids]
    start = np.where(tokens.special[:, None], rows, _no_word(encoder))
    difference = rows - start
    ends, _ = encoder.gradients(tokens, np.stack([start, rows]), target.direction)
    baseline, whole = (float(end) + target.offset for end in ends)
    steps = _FEWEST_STEPS
    while True:
        points, weights = np.polynomial.legendre.leggauss(steps)
        line = start + ((points + 1) / 2).astype(np.float32)[:, None, None] * difference
        at_once = max(1, _TOKENS_AT_ONCE // len(rows))
        mean = np.zeros(rows.shape)
        for first in range(0, steps, at_once):
            _, gradients = encoder.gradients(tokens, line[first : first + at_once], target.direction)
            mean += np.einsum("b,bse->se", weights[first : first + at_once] / 2, gradients.astype(np.float64))
            if progress:
                progress(min(first + at_once, steps), steps)
        found = IntegratedGradients((mean * difference).sum(axis=1), whole, baseline, steps)
        if found.gap < MOST_GAP or steps >= _MOST_STEPS:
            return found
        steps *= 2


def _no_word(encoder: Encoder) -> Float[np.ndarray, " E"]:
    """Return the word embedding of padding; zeros for a tokenizer without one."""
    table = encoder.word_embedding_table
    return np.zeros_like(table[0]) if encoder.padding_id is None else table[encoder.padding_id]
