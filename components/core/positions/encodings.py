"""Where a token stands: sinusoidal and rotary position encodings, and how alike positions are.

S positions, D dimensions, d dimensions of one head.
"""

import numpy as np


def sinusoidal_encoding(positions: int, dimensions: int) -> np.ndarray:
    """The fixed position encoding of the first transformer.

    Vaswani et al. 2017, section 3.5: PE(p, 2i) = sin(p / 10000^(2i/D)), PE(p, 2i+1) = cos of the same angle.
    Returns (positions, dimensions).

    >>> sinusoidal_encoding(2, 4).round(2)
    array([[0.  , 1.  , 0.  , 1.  ],
           [0.84, 0.54, 0.01, 1.  ]])
    """
    angles = np.arange(positions)[:, None] * frequencies(dimensions)
    return np.where(np.arange(dimensions) % 2 == 0, np.sin(angles), np.cos(angles))


def frequencies(dimensions: int) -> np.ndarray:
    """(D,): the angle in radians by which each dimension's wave moves on per position, 1 / 10000^(2i/D).

    >>> frequencies(4)
    array([1.  , 1.  , 0.01, 0.01])
    """
    pair = np.arange(dimensions) // 2
    return 10000.0 ** (-2 * pair / dimensions)


def rotate(vectors: np.ndarray, positions: np.ndarray, base: float = 10000.0) -> np.ndarray:
    """Rotary position embedding: turn each pair of dimensions by an angle that grows with the position.

    Su et al. 2021, "RoFormer", section 3.2.2. vectors: (S, d), d even, dimension i paired with i + d/2 as
    transformers does. positions: (S,). Returns (S, d).

    >>> rotate(np.array([[1.0, 0.0]]), np.array([np.pi / 2])).round(2)
    array([[0., 1.]])
    """
    half = vectors.shape[-1] // 2
    angles = positions[:, None] * base ** (-np.arange(half) / half)
    cosine, sine = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    return np.concatenate([first * cosine - second * sine, second * cosine + first * sine], axis=-1)


def rotary_relative_similarity(dimensions: int, distances: np.ndarray) -> np.ndarray:
    """How much of q · k is left when equal queries and keys stand this many positions apart.

    With q = k = (1, …, 1) / √d the rotated dot product is the mean cosine of the d/2 angles: it depends on
    the distance alone. distances: (N,). Returns (N,).

    >>> rotary_relative_similarity(64, np.array([0]))
    array([1.])
    """
    half = dimensions // 2
    return np.cos(distances[:, None] * 10000.0 ** (-np.arange(half) / half)).mean(axis=-1)
