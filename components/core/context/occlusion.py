"""Occlusion: the influence of the other words on a word's context vector."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from components.core.context.comparison import word_vectors
from components.core.embeddings.hidden_words import visible_without
from components.core.model.encoder import Encoder
from components.core.numerics.similarity import paired_cosines
from components.core.tokens.tokens import Tokens, Word

_BATCH = 16


def occlusion(encoder: Encoder, tokens: Tokens, word: Word, others: Sequence[Word]) -> Float[np.ndarray, " others"]:
    """Return how far a word's last context vector moves when another word is hidden, for each of the others.

    A hidden word is masked like padding, in all layers and heads; the tokens keep their positions. The distance is
    1 − cosine with the vector that the word has when nothing is hidden.
    """
    visible = visible_without(tokens, [[], *([other] for other in others)])
    ids = np.tile(tokens.token_ids, (len(visible), 1))
    batches = range(0, len(visible), _BATCH)
    last = np.concatenate(
        [encoder.context_vectors(ids[i : i + _BATCH], visible[i : i + _BATCH])[:, -1] for i in batches]
    )
    vectors = word_vectors(last, [word])[:, 0]  # (1 + others, D)
    return 1 - paired_cosines(vectors[1:], vectors[:1])
