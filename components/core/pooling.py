"""How the context vectors of a sentence become one vector.

Reimers & Gurevych 2019, "Sentence-BERT", section 3, compares these three. S tokens, special ones included, D
dimensions.
"""

import numpy as np


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
