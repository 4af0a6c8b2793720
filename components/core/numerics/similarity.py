"""Cosine similarity, nearest neighbours, and principal components. N, M vectors of D dimensions."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from sklearn.decomposition import PCA


def normalise_rows(vectors: Float[np.ndarray, "*batch D"]) -> Float[np.ndarray, "*batch D"]:
    """Scale each vector to length 1; a zero vector stays zero.

    >>> normalise_rows(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def cosine_similarity(
    rows: Float[np.ndarray, "N D"], columns: Float[np.ndarray, "M D"] | None = None
) -> Float[np.ndarray, "N M"]:
    """Cosine of every one of N vectors with every one of M, or of the N with each other (M = N then).

    >>> cosine_similarity(np.array([[1.0, 0.0]]), np.array([[0.0, 2.0], [3.0, 3.0]])).round(2)
    array([[0.  , 0.71]])
    """
    unit_rows = normalise_rows(rows)
    return unit_rows @ (unit_rows if columns is None else normalise_rows(columns)).T


def paired_cosines(
    first: Float[np.ndarray, "*#batch D"], second: Float[np.ndarray, "*#batch D"]
) -> Float[np.ndarray, "*#batch"]:
    """Cosine of each vector with the one at the same index of the second array; leading axes are broadcast.

    >>> paired_cosines(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 2.0], [3.0, 3.0]])).round(2)
    array([0., 1.])
    """
    return np.asarray((normalise_rows(first) * normalise_rows(second)).sum(axis=-1))


def nearest(
    query: Float[np.ndarray, " D"],
    table: Float[np.ndarray, "V D"],
    k: int,
    lengths: Float[np.ndarray, " V"] | None = None,
) -> tuple[Int[np.ndarray, " k"], Float[np.ndarray, " k"]]:
    """Find the k rows of a table that have the highest cosine with the query.

    lengths: of the rows; None if each is 1. A row of zeros has a cosine of 0. Returns row numbers and cosines, best
    first; all V rows if k is larger.

    >>> nearest(np.array([0.0, 2.0]), np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]]), k=2)
    (array([1, 2]), array([1. , 0.8]))
    >>> nearest(np.array([0.0, 2.0]), np.array([[3.0, 4.0], [0.0, 0.0]]), k=1, lengths=np.array([5.0, 0.0]))
    (array([0]), array([0.8]))
    """
    cosines = table @ normalise_rows(query[None])[0]
    if lengths is not None:
        cosines = np.divide(cosines, lengths, out=np.zeros_like(cosines), where=lengths > 0)
    k = min(k, len(cosines))
    best = np.argpartition(-cosines, k - 1)[:k]
    best = best[np.argsort(-cosines[best], kind="stable")]
    return best, cosines[best]


@dataclass(frozen=True)
class PcaPlane:
    """N vectors projected onto their first two principal components."""

    points: Float[np.ndarray, "N 2"]
    kept: float  # share of the variance, 0 to 1


def principal_components(vectors: Float[np.ndarray, "N D"]) -> PcaPlane:
    """Project vectors onto the two directions along which they vary most (PCA, by scikit-learn).

    One vector is enough. Two vectors lie on a line and one is a point: the missing coordinates are zero, and so are
    all coordinates of equal vectors.
    """
    points = np.zeros((len(vectors), 2))
    if not np.ptp(vectors, axis=0).any():
        return PcaPlane(points, 1.0)
    axes = min(2, len(vectors) - 1)
    pca = PCA(n_components=axes, svd_solver="full")
    points[:, :axes] = pca.fit_transform(vectors)
    return PcaPlane(points, float(pca.explained_variance_ratio_.sum()))
