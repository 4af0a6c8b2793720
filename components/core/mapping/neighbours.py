"""Exact nearest neighbours of vectors, and the share of them that a map preserves.

N unit vectors of D dimensions, so that a dot product is a cosine; their map has N points of P = 2 or 3 coordinates.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from sklearn.neighbors import NearestNeighbors

from components.core.numerics.device import device

# Rows that are compared with all others at once: with 20,000 vectors their cosines take 80 MB.
_ROWS = 1_024

#: Up to this, a cosine counts as 0. Word counts that share no word have a cosine of 0 and are no neighbours.
ZERO_COSINE: Final = 1e-9

#: The most rows that the quality of a map is measured on; of more, a random sample of this size.
QUALITY_SAMPLE: Final = 2_000


@dataclass(frozen=True)
class Neighbours:
    """The k nearest other vectors of each of N vectors, nearest first."""

    indices: Int[np.ndarray, "N k"]
    cosines: Float[np.ndarray, "N k"]


def nearest_neighbours(unit_vectors: Float[np.ndarray, "N D"], k: int) -> Neighbours:
    """Return the k vectors with the highest cosine to each vector, except itself. Uses a GPU if torch finds one.

    k: lowered to N − 1.

    >>> nearest_neighbours(np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]], dtype=np.float32), 1).indices.ravel()
    array([1, 0, 1])
    """
    count = len(unit_vectors)
    k = max(0, min(k, count - 1))
    # A copy, since PyTorch warns of read-only arrays.
    table = torch.from_numpy(unit_vectors.copy()).to(device())
    indices, cosines = np.empty((count, k), dtype=np.int64), np.empty((count, k), dtype=np.float32)
    for start in range(0, count, _ROWS):
        rows = slice(start, min(start + _ROWS, count))
        found = table[rows] @ table.T
        found[torch.arange(len(found)), torch.arange(rows.start, rows.stop)] = -torch.inf
        best = found.topk(k, dim=1)
        indices[rows], cosines[rows] = best.indices.cpu().numpy(), best.values.cpu().numpy()
    return Neighbours(indices, cosines)


def nearest_dots(
    points: Float[np.ndarray, "N P"], k: int, rows: Int[np.ndarray, " M"] | None = None
) -> Int[np.ndarray, "M k"]:
    """Return the k nearest other dots of each dot of a map, or of each dot in `rows`. k: lowered to N − 1.

    >>> nearest_dots(np.array([[0.0, 0.0], [1.0, 0.0], [5.0, 0.0]]), 1).ravel()
    array([1, 0, 1])
    """
    count = len(points)
    k = max(0, min(k, count - 1))
    queries = np.arange(count) if rows is None else rows
    if not k:
        return np.empty((len(queries), 0), dtype=np.int64)
    found = NearestNeighbors(n_neighbors=k + 1).fit(points).kneighbors(points[queries], return_distance=False)
    # Among dots at one point, another dot may be found before the dot itself, or instead of it.
    own = found == queries[:, None]
    own[~own.any(axis=1), -1] = True
    return found[~own].reshape(len(queries), k)


@dataclass(frozen=True)
class MapQuality:
    """Measures of how well a map preserves neighbourhoods, each from 0 to 1."""

    neighbours: int  # k
    recall: float  # share of each vector's k nearest neighbours that are among its k nearest dots
    trustworthiness: float  # 1 if all near dots are true neighbours
    measured: int  # number of vectors measured


def map_quality(
    unit_vectors: Float[np.ndarray, "N D"], points: Float[np.ndarray, "N P"], k: int, seed: int = 0
) -> MapQuality | None:
    """Compare the neighbourhoods on a map with those of the vectors; None for fewer than three vectors.

    Trustworthiness is that of Venna and Kaski (2001) with 1 − cosine as the distance: each of the k nearest dots that
    is no true neighbour costs its true rank minus k. k: lowered below N / 2, above which trustworthiness is undefined.
    With more than QUALITY_SAMPLE vectors the means are those of a random sample.
    """
    count = len(unit_vectors)
    k = min(k, (count - 1) // 2)
    if k < 1:
        return None
    rows = np.arange(count)
    if count > QUALITY_SAMPLE:
        rows = np.sort(np.random.default_rng(seed).choice(count, QUALITY_SAMPLE, replace=False))
    dots = nearest_dots(points, k, rows)
    kept, true, cost = 0, 0, 0
    for start in range(0, len(rows), _ROWS):
        chunk = slice(start, start + _ROWS)
        cosines = unit_vectors[rows[chunk]] @ unit_vectors.T
        cosines[np.arange(len(cosines)), rows[chunk]] = -np.inf
        neighbours = np.minimum(k, (np.abs(cosines) > ZERO_COSINE).sum(axis=1) - 1)
        near = np.zeros(len(cosines), dtype=int)
        for dot in dots[chunk].T:
            to_dot = np.take_along_axis(cosines, dot[:, None], axis=1)
            # The true rank, counted from 1, of one of the nearest dots of each row.
            rank = 1 + (cosines > to_dot).sum(axis=1)
            near += (rank <= k) & (np.abs(to_dot[:, 0]) > ZERO_COSINE)
            cost += int(np.maximum(0, rank - k).sum())
        true += int(neighbours.sum())
        # With equal cosines, more than k vectors may have rank k.
        kept += int(np.minimum(near, neighbours).sum())
    worst = len(rows) * k * (2 * count - 3 * k - 1) / 2
    return MapQuality(k, kept / true if true else 0.0, 1 - cost / worst, len(rows))


@dataclass(frozen=True)
class Neighbourhood:
    """One vector's true nearest neighbours, and which of them are near it on the map.

    k is less than asked for if fewer vectors have a cosine other than 0 with it.
    """

    indices: Int[np.ndarray, " k"]  # nearest first
    cosines: Float[np.ndarray, " k"]
    near: Bool[np.ndarray, " k"]  # True if among the k nearest dots


def neighbourhood(
    unit_vectors: Float[np.ndarray, "N D"], points: Float[np.ndarray, "N P"], index: int, k: int
) -> Neighbourhood:
    """Return the true nearest neighbours of one vector and whether their dots are near its dot. k: lowered to N − 1."""
    k = max(0, min(k, len(unit_vectors) - 1))
    cosines = unit_vectors @ unit_vectors[index]
    cosines[index] = -np.inf
    order = np.argsort(-cosines, kind="stable")[:k]
    order = order[np.abs(cosines[order]) > ZERO_COSINE]
    dots = nearest_dots(points, k, np.array([index]))[0]
    return Neighbourhood(order, np.minimum(cosines[order], 1), np.isin(order, dots))
