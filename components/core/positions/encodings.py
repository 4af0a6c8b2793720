"""Position encodings, sinusoidal and rotary, and the similarity of positions.

S positions, D dimensions, d dimensions of one head.
"""

import numpy as np
from jaxtyping import Float, Num


def sinusoidal_encoding(positions: int, dimensions: int) -> Float[np.ndarray, "{positions} {dimensions}"]:
    """Return the fixed position encodings of the first transformer.

    Vaswani et al. 2017, section 3.5: PE(p, 2i) = sin(p / 10000^(2i/D)), PE(p, 2i+1) = cos of the same angle.

    >>> sinusoidal_encoding(2, 4).round(2)
    array([[0.  , 1.  , 0.  , 1.  ],
           [0.84, 0.54, 0.01, 1.  ]])
    """
    angles = np.arange(positions)[:, None] * frequencies(dimensions)
    return np.where(np.arange(dimensions) % 2 == 0, np.sin(angles), np.cos(angles))


def frequencies(dimensions: int) -> Float[np.ndarray, " {dimensions}"]:
    """Return the angle in radians that each dimension's wave advances per position, 1 / 10000^(2i/D).

    >>> frequencies(4)
    array([1.  , 1.  , 0.01, 0.01])
    """
    pair = np.arange(dimensions) // 2
    return 10000.0 ** (-2 * pair / dimensions)


def rotate(
    vectors: Float[np.ndarray, "*heads S d"], positions: Num[np.ndarray, " S"], base: float = 10000.0
) -> Float[np.ndarray, "*heads S d"]:
    """Apply rotary position embedding: turn each pair of dimensions by an angle that grows with the position.

    Su et al. 2021, "RoFormer", section 3.2.2. d is even; dimension i is paired with i + d/2, as in
    transformers.

    >>> rotate(np.array([[1.0, 0.0]]), np.array([np.pi / 2])).round(2)
    array([[0., 1.]])
    """
    half = vectors.shape[-1] // 2
    angles = positions[:, None] * base ** (-np.arange(half) / half)
    cosine, sine = np.cos(angles), np.sin(angles)
    first, second = vectors[..., :half], vectors[..., half:]
    return np.concatenate([first * cosine - second * sine, second * cosine + first * sine], axis=-1)


def rotary_relative_similarity(dimensions: int, distances: Num[np.ndarray, " N"]) -> Float[np.ndarray, " N"]:
    """Return q · k of equal queries and keys at these distances, relative to distance 0.

    With q = k = (1, …, 1) / √d the rotated dot product is the mean cosine of the d/2 angles: position
    enters only through the distance.

    >>> rotary_relative_similarity(64, np.array([0]))
    array([1.])
    """
    half = dimensions // 2
    return np.cos(distances[:, None] * 10000.0 ** (-np.arange(half) / half)).mean(axis=-1)
