"""Pooling: from the context vectors of a sentence to one vector.

Reimers & Gurevych 2019, "Sentence-BERT", section 3, compares these three. S tokens, special ones included, D
dimensions.
"""

import numpy as np
from jaxtyping import Float

from components.core.model.encoder import Encoder
from components.core.tokens.tokens import Tokens


def poolings(context_vectors: Float[np.ndarray, "S D"]) -> dict[str, Float[np.ndarray, " D"]]:
    """Return the mean, the first token's vector, and the maximum of each dimension.

    >>> {name: vector.tolist() for name, vector in poolings(np.array([[1.0, 0.0], [3.0, -4.0]])).items()}
    {'mean': [2.0, -2.0], '[CLS]': [1.0, 0.0], 'max': [3.0, 0.0]}
    """
    return {"mean": context_vectors.mean(axis=0), "[CLS]": context_vectors[0], "max": context_vectors.max(axis=0)}


def shares_of_mean(context_vectors: Float[np.ndarray, "S D"]) -> Float[np.ndarray, " S"]:
    """Return each token's share of the mean vector; the shares sum to 1.

    The mean m is (h₁ + … + h_S) / S, so |m|² = Σ hᵢ·m / S: the share of token i is hᵢ·m / (S |m|²). A token
    that points away from the mean has a share below 0.

    >>> shares_of_mean(np.array([[1.0, 0.0], [3.0, 0.0]]))
    array([0.25, 0.75])
    """
    mean = context_vectors.mean(axis=0)
    return context_vectors @ mean / (len(context_vectors) * (mean @ mean))


def with_padding(
    encoder: Encoder, tokens: Tokens
) -> tuple[Float[np.ndarray, " D"], Float[np.ndarray, " D"], Float[np.ndarray, " D"]] | None:
    """Return the mean vector of a sentence without padding, with hidden padding, and with visible padding.

    Padding doubles the length of the sentence. In a batch, padding brings all texts to one length; the attention mask
    hides it and the mean omits it. Visible padding is attended to and averaged like any token. Returns None for a
    tokenizer without padding, or a sentence too long to be doubled.
    """
    size = len(tokens.tokens)
    if encoder.padding_id is None or 2 * size > encoder.trace_limit:
        return None
    ids = np.concatenate([tokens.token_ids, np.full(size, encoder.padding_id)])
    hidden = np.arange(2 * size) < size
    alone = encoder.context_vectors_of_all([tokens])[0][-1]
    padded = encoder.context_vectors(np.stack([ids, ids]), np.stack([hidden, np.ones_like(hidden)]))[:, -1]
    return alone.mean(axis=0), padded[0, :size].mean(axis=0), padded[1].mean(axis=0)
