"""How the context vectors of a sentence become one vector.

Reimers & Gurevych 2019, "Sentence-BERT", section 3, compares these three. S tokens, special ones included, D
dimensions.
"""

import numpy as np

from components.core.model.encoder import Encoder
from components.core.tokens.tokens import Tokens


def poolings(context_vectors: np.ndarray) -> dict[str, np.ndarray]:
    """The mean, the first token's vector, and the largest number of each dimension. (S, D) to three of (D,).

    >>> {name: vector.tolist() for name, vector in poolings(np.array([[1.0, 0.0], [3.0, -4.0]])).items()}
    {'mean': [2.0, -2.0], '[CLS]': [1.0, 0.0], 'max': [3.0, 0.0]}
    """
    return {"mean": context_vectors.mean(axis=0), "[CLS]": context_vectors[0], "max": context_vectors.max(axis=0)}


def shares_of_mean(context_vectors: np.ndarray) -> np.ndarray:
    """Each token's share of the mean vector, (S,), summing to 1.

    The mean m is (h₁ + … + h_S) / S, so |m|² = Σ hᵢ·m / S: token i brings hᵢ·m / (S |m|²) of its length. A token
    that points away from the mean has a share below 0.

    >>> shares_of_mean(np.array([[1.0, 0.0], [3.0, 0.0]]))
    array([0.25, 0.75])
    """
    mean = context_vectors.mean(axis=0)
    return context_vectors @ mean / (len(context_vectors) * (mean @ mean))


def with_padding(encoder: Encoder, tokens: Tokens) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """The mean vector of a sentence alone, and padded to twice its length: hidden as it should be, and seen.

    Texts of a batch are filled up to one length with padding, which the attention mask hides and the mean leaves
    out. Seen, it is attended to and counted like any token. Returns three of (D,), or None for a tokenizer without
    padding or a sentence too long to be doubled.
    """
    size = len(tokens.tokens)
    if encoder.padding_id is None or 2 * size > encoder.trace_limit:
        return None
    ids = np.concatenate([tokens.token_ids, np.full(size, encoder.padding_id)])
    hidden = np.arange(2 * size) < size
    alone = encoder.context_vectors_of_all([tokens])[0][-1]
    padded = encoder.context_vectors(np.stack([ids, ids]), np.stack([hidden, np.ones_like(hidden)]))[:, -1]
    return alone.mean(axis=0), padded[0, :size].mean(axis=0), padded[1].mean(axis=0)
