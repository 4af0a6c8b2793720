"""Shortened vectors: the first dimensions of each vector, or its first principal components.

N passages, D dimensions of the model's vectors, of which a passage keeps `size`. The first dimensions hold most of what
a vector says only if the model was trained for that (Kusupati et al. 2022, "Matryoshka Representation Learning"); the
bundled model was not. Principal components are fitted to the passages, so they shorten the vectors of any model (Ma,
Li, Sun, Xin and Lin 2021, "Simple and Effective Unsupervised Redundancy Elimination to Compress Dense Vectors for
Passage Retrieval").
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Float32
from sklearn.decomposition import PCA

from components.core.numerics.similarity import normalise_rows

#: Bytes of a number of a vector, a float32.
BYTES_OF_A_NUMBER: Final = 4


@dataclass(frozen=True, eq=False)
class FirstDimensions:
    """The first dimensions of the vectors of N passages, scaled to length 1."""

    unit_vectors: Float32[np.ndarray, "N size"]

    @property
    def size(self) -> int:
        """The number of dimensions that are kept."""
        return self.unit_vectors.shape[1]

    @property
    def bytes_per_passage(self) -> int:
        """The bytes of one passage's vector."""
        return self.size * BYTES_OF_A_NUMBER

    def scores(self, question: Float[np.ndarray, " D"]) -> Float[np.ndarray, " N"]:
        """Return the cosine of a question's first dimensions with those of each passage."""
        return self.unit_vectors @ normalise_rows(question[: self.size].astype(np.float32))


def keep_first_dimensions(vectors: Float[np.ndarray, "N D"], size: int) -> FirstDimensions:
    """Keep the first numbers of each vector, all of them if there are fewer. size: 1 or more.

    >>> keep_first_dimensions(np.array([[3.0, 4.0, 12.0]]), size=2).unit_vectors
    array([[0.6, 0.8]], dtype=float32)
    """
    return FirstDimensions(normalise_rows(vectors[:, :size].astype(np.float32)))


@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """N passages as coordinates along the directions in which they vary most.

    A passage is rebuilt from its coordinates as mean + coordinates · directions. Mean and directions are kept once for
    all passages. The sign of a direction is fixed: its largest number is positive.
    """

    mean: Float[np.ndarray, " D"]
    directions: Float[np.ndarray, "size D"]  # of length 1, at right angles
    coordinates: Float32[np.ndarray, "N size"]
    kept: float  # the share of the variance along these directions, 0 to 1

    @property
    def size(self) -> int:
        """The number of directions: the size asked for, or fewer if fewer rebuild every passage exactly."""
        return len(self.directions)

    @property
    def bytes_per_passage(self) -> int:
        """The bytes of one passage's coordinates."""
        return self.size * BYTES_OF_A_NUMBER

    def scores(self, question: Float[np.ndarray, " D"]) -> Float[np.ndarray, " N"]:
        """Return the cosine of a question of length 1 with each passage as it is rebuilt; a zero passage has 0."""
        products = question @ self.mean + self.coordinates @ (self.directions @ question)
        # The length of mean + coordinates · directions, without rebuilding it: directions are at right angles.
        along = self.coordinates @ (2 * self.directions @ self.mean)
        squares = self.mean @ self.mean + along + np.square(self.coordinates, dtype=np.float64).sum(axis=1)
        lengths = np.sqrt(np.maximum(squares, 0))
        return np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 1e-6)


def keep_principal_components(vectors: Float[np.ndarray, "N D"], size: int) -> PrincipalComponents:
    """Fit principal components (PCA, by scikit-learn) to the vectors of N ≥ 1 passages, and keep the first.

    N passages differ in N − 1 directions at most, so no more are kept. size: 1 or more.

    >>> line = keep_principal_components(np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 5.0]]), size=1)
    >>> line.directions.round(6).tolist(), line.coordinates.ravel().tolist(), line.kept
    ([[0.0, 1.0]], [-2.0, -1.0, 3.0], 1.0)
    """
    count, width = vectors.shape
    rows = vectors.astype(np.float64)
    size = min(size, count - 1, width)
    if size < 1 or not np.ptp(rows, axis=0).any():
        return PrincipalComponents(rows.mean(axis=0), np.empty((0, width)), np.empty((count, 0), dtype=np.float32), 1.0)
    pca = PCA(n_components=size, svd_solver="full")
    coordinates = pca.fit_transform(rows).astype(np.float32)
    return PrincipalComponents(pca.mean_, pca.components_, coordinates, float(pca.explained_variance_ratio_.sum()))
