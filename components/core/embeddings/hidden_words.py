"""A text read with some of its words hidden.

A hidden word is masked as padding is, in all layers and heads and in pooling; the others keep their positions.
S tokens, D dimensions.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from components.core.errors import ModelError
from components.core.model.encoder import Encoder
from components.core.numerics.similarity import normalise_rows
from components.core.tokens.tokens import Tokens, Word

# Tokens of the variants of a text that run in one batch, which take a processor a twentieth of a second.
_TOKENS_AT_ONCE: Final = 256


def reads_more_than_the_text(encoder: Encoder, what_fails: str) -> ModelError:
    """Return the error for a text whose own tokens, read alone, do not make the sentence vector of encode()."""
    return ModelError(
        f"{what_fails}: the sentence vector of {encoder.short_name} is not that of the text's own tokens alone. A "
        "prompt may be read before the text, or a long text be cut in another way. Choose a model without a prompt, or "
        "a shorter text."
    )


def visible_without(tokens: Tokens, hidden: Sequence[Sequence[Word]]) -> Bool[np.ndarray, "B S"]:
    """Return which tokens remain visible if these words are hidden, for each of B choices of words."""
    visible = np.ones((len(hidden), len(tokens.tokens)), dtype=bool)
    for row, words in zip(visible, hidden, strict=True):
        for word in words:
            row[list(word.token_indices)] = False
    return visible


def vectors_of_visible(
    encoder: Encoder,
    tokens: Tokens,
    visible: Bool[np.ndarray, "B S"],
    progress: Callable[[int, int], None] | None = None,
) -> Float[np.ndarray, "B D"]:
    """Return the unit sentence vectors of one text that is read B times, each time with other tokens visible.

    progress(done, B) is called after each batch, and may raise to stop.
    """
    at_once = max(1, _TOKENS_AT_ONCE // visible.shape[1])
    vectors = []
    for start in range(0, len(visible), at_once):
        vectors.append(encoder.sentence_vectors_of_visible(tokens, visible[start : start + at_once]))
        if progress:
            progress(min(start + at_once, len(visible)), len(visible))
    return normalise_rows(np.concatenate(vectors))
