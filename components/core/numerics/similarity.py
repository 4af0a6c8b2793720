"""Cosine similarity, nearest neighbours, and a flat picture of many vectors."""

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA


def normalise_rows(vectors: np.ndarray) -> np.ndarray:
    """(N, D) vectors scaled to length 1; a zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def cosine_similarity(rows: np.ndarray, columns: np.ndarray | None = None) -> np.ndarray:
    """Cosine of every row of (N, D) with every row of (M, D), or of the first with itself. Returns (N, M).

    >>> cosine_similarity(np.array([[1.0, 0.0]]), np.array([[0.0, 2.0], [3.0, 3.0]])).round(2)
    array([[0.  , 0.71]])
    """
    units = normalise_rows(rows)
    return units @ (units if columns is None else normalise_rows(columns)).T


def paired_cosines(ones: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Cosine of each vector with the one at the same place. ones, others: (..., D). Returns (...).

    >>> paired_cosines(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 2.0], [3.0, 3.0]])).round(2)
    array([0., 1.])
    """
    return (normalise_rows(ones) * normalise_rows(others)).sum(axis=-1)


def nearest(query: np.ndarray, table: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k rows of a table that point most nearly the same way as the query.

    query: (D,). table: (V, D) of unit rows (see unit_rows). Returns row numbers and cosines, best first.
    """
    cosines = table @ normalise_rows(query[None])[0]
    k = min(k, len(cosines))
    best = np.argpartition(-cosines, k - 1)[:k]
    best = best[np.argsort(-cosines[best], kind="stable")]
    return best, cosines[best]


@dataclass(frozen=True)
class PcaPlane:
    """A flat picture of vectors and how much of their spread it keeps."""

    points: np.ndarray  # (N, 2)
    kept: float  # share of the variance, 0 to 1


def principal_components(vectors: np.ndarray) -> PcaPlane:
    """The two directions along which the vectors differ most (PCA), computed by scikit-learn.

    vectors: (N, D), N at least 1. With fewer than three vectors there is less than a plane; the missing
    coordinates are zero, and so are all where the vectors do not differ.
    """
    points = np.zeros((len(vectors), 2))
    if not np.ptp(vectors, axis=0).any():
        return PcaPlane(points, 1.0)
    axes = min(2, len(vectors) - 1)
    pca = PCA(n_components=axes, svd_solver="full")
    points[:, :axes] = pca.fit_transform(vectors)
    return PcaPlane(points, float(pca.explained_variance_ratio_.sum()))
