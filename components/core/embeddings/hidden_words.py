"""A text read with some of its words hidden.

A hidden word is masked as padding is, in all layers and heads and in pooling; the others keep their positions.
S tokens, D dimensions.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from jaxtyping import Bool, Float

from components.core.model.encoder import Encoder
from components.core.numerics.similarity import normalise_rows
from components.core.tokens.tokens import Tokens, Word

# Variants of a text that run in one batch; each holds the context vectors of all layers in memory.
_BATCH: Final = 16


def visible_without(tokens: Tokens, hidden: Sequence[Sequence[Word]]) -> Bool[np.ndarray, "B S"]:
    """Return which tokens remain visible if these words are hidden, for each of B choices of words."""
    visible = np.ones((len(hidden), len(tokens.tokens)), dtype=bool)
    for row, words in zip(visible, hidden, strict=True):
        for word in words:
            row[list(word.token_indices)] = False
    return visible


def vectors_of_visible(encoder: Encoder, tokens: Tokens, visible: Bool[np.ndarray, "B S"]) -> Float[np.ndarray, "B D"]:
    """Return the unit sentence vectors of one text that is read B times, each time with other tokens visible."""
    ids = np.tile(tokens.token_ids, (len(visible), 1))
    vectors = []
    for start in range(0, len(visible), _BATCH):
        at = slice(start, start + _BATCH)
        vectors.append(encoder.pooled(encoder.context_vectors(ids[at], visible[at])[:, -1], visible[at]))
    return normalise_rows(np.concatenate(vectors))
