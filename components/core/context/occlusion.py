"""Where a word's meaning in its sentence came from: leave-one-out, beside attention rollout.

S tokens, W words and special tokens, L layers, D hidden size.
"""

from collections.abc import Sequence

import numpy as np

from components.core.context.comparison import word_vectors
from components.core.model.encoder import Encoder
from components.core.numerics.similarity import paired_cosines
from components.core.tokens.tokens import Tokens, Word

_BATCH = 16


def occlusion(encoder: Encoder, tokens: Tokens, word: Word, others: Sequence[Word]) -> np.ndarray:
    """How far a word's last context vector moves when no token may look at one of the others.

    Each of the others is hidden in turn, in all layers and heads, as padding is; the tokens keep their positions.
    Returns 1 − cosine with the untouched vector, one number for each of the others.
    """
    visible = np.ones((len(others) + 1, len(tokens.tokens)), dtype=bool)
    for row, other in zip(visible[1:], others, strict=True):
        row[list(other.token_indices)] = False
    ids = np.tile(tokens.token_ids, (len(visible), 1))
    batches = range(0, len(visible), _BATCH)
    last = np.concatenate(
        [encoder.context_vectors(ids[i : i + _BATCH], visible[i : i + _BATCH])[:, -1] for i in batches]
    )
    vectors = word_vectors(last, [word])[:, 0]  # (1 + others, D)
    return 1 - paired_cosines(vectors[1:], vectors[:1])
