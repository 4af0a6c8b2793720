"""Nearest neighbours among many vectors, and how many of them a map keeps near.

N vectors with D dimensions, as unit rows (see similarity.unit_rows), so that a dot product is a cosine; their map has
as many points. All neighbours here are exact.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from sklearn.neighbors import NearestNeighbors

from components.core.numerics.device import device

# Rows compared with all others at once: 20,000 cosines each are 80 MB.
_ROWS = 1_024

#: Counts of words that share none have a cosine of 0, and neither is the other's neighbour: up to this there is none.
ZERO_COSINE: Final = 1e-9

#: Rows that the quality of a map is measured on, at most. With more vectors a sample of so many stands for all.
QUALITY_SAMPLE: Final = 2_000


@dataclass(frozen=True)
class Neighbours:
    """For each of N vectors its k nearest others, nearest first."""

    indices: np.ndarray  # (N, k)
    cosines: np.ndarray  # (N, k)


def nearest_neighbours(units: np.ndarray, k: int) -> Neighbours:
    """The k vectors with the highest cosine to each, the vector itself left out; on a GPU where torch sees one.

    units: (N, D). k: lowered to N − 1.

    >>> nearest_neighbours(np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]], dtype=np.float32), 1).places.ravel()
    array([1, 0, 1])
    """
    count = len(units)
    k = max(0, min(k, count - 1))
    # A copy, since PyTorch has no arrays that cannot be written to.
    table = torch.from_numpy(units.copy()).to(device())
    places, cosines = np.empty((count, k), dtype=np.int64), np.empty((count, k), dtype=np.float32)
    for start in range(0, count, _ROWS):
        rows = slice(start, min(start + _ROWS, count))
        found = table[rows] @ table.T
        found[torch.arange(len(found)), torch.arange(rows.start, rows.stop)] = -torch.inf
        best = found.topk(k, dim=1)
        places[rows], cosines[rows] = best.indices.cpu().numpy(), best.values.cpu().numpy()
    return Neighbours(places, cosines)


def nearest_dots(points: np.ndarray, k: int, rows: np.ndarray | None = None) -> np.ndarray:
    """The k dots of a map nearest to each dot, or to each of `rows`, itself left out. points: (N, 2 or 3). (M, k)."""
    count = len(points)
    k = max(0, min(k, count - 1))
    asked = np.arange(count) if rows is None else rows
    if not k:
        return np.empty((len(asked), 0), dtype=np.int64)
    found = NearestNeighbors(n_neighbors=k + 1).fit(points).kneighbors(points[asked], return_distance=False)
    # Of dots on one spot another may be found before the dot itself, or instead of it.
    own = found == asked[:, None]
    own[~own.any(axis=1), -1] = True
    return found[~own].reshape(len(asked), k)


@dataclass(frozen=True)
class MapQuality:
    """What of the neighbourhoods a map keeps, each from 0 to 1."""

    neighbours: int  # k
    recall: float  # the share of the true nearest neighbours, k of each, that are among its k nearest dots
    trustworthiness: float  # 1 if no dot is near that is not near in truth
    measured: int  # on so many vectors


def map_quality(units: np.ndarray, points: np.ndarray, k: int, seed: int = 0) -> MapQuality | None:
    """Measure a map of vectors against the vectors themselves; None for fewer than three.

    Trustworthiness is that of Venna and Kaski (2001), with 1 − cosine as the distance: a dot among the k nearest that
    is not truly among them costs as many points as its true rank is above k. k: lowered below N / 2, where it is
    defined. Above QUALITY_SAMPLE vectors the means are those of a sample.
    """
    count = len(units)
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
        cosines = units[rows[chunk]] @ units.T
        cosines[np.arange(len(cosines)), rows[chunk]] = -np.inf
        neighbours = np.minimum(k, (np.abs(cosines) > ZERO_COSINE).sum(axis=1) - 1)
        near = np.zeros(len(cosines), dtype=int)
        for dot in dots[chunk].T:
            to_dot = np.take_along_axis(cosines, dot[:, None], axis=1)
            # The true rank, counted from 1, of one near dot of each row.
            rank = 1 + (cosines > to_dot).sum(axis=1)
            near += (rank <= k) & (np.abs(to_dot[:, 0]) > ZERO_COSINE)
            cost += int(np.maximum(0, rank - k).sum())
        true += int(neighbours.sum())
        # Of equal cosines at the k-th place, more than k may share the rank.
        kept += int(np.minimum(near, neighbours).sum())
    worst = len(rows) * k * (2 * count - 3 * k - 1) / 2
    return MapQuality(k, kept / true if true else 0.0, 1 - cost / worst, len(rows))


@dataclass(frozen=True)
class Neighbourhood:
    """One vector's true nearest neighbours, and which of them are near it on the map.

    k is less than was asked for where fewer have anything in common with it.
    """

    indices: np.ndarray  # (k,) nearest first
    cosines: np.ndarray  # (k,)
    near: np.ndarray  # (k,) of bool: among the k nearest dots


def neighbourhood(units: np.ndarray, points: np.ndarray, place: int, k: int) -> Neighbourhood:
    """What is truly near one vector, and near its dot. units: (N, D). points: (N, 2 or 3). k: lowered to N − 1."""
    k = max(0, min(k, len(units) - 1))
    cosines = units @ units[place]
    cosines[place] = -np.inf
    order = np.argsort(-cosines, kind="stable")[:k]
    order = order[np.abs(cosines[order]) > ZERO_COSINE]
    dots = nearest_dots(points, k, np.array([place]))[0]
    return Neighbourhood(order, np.minimum(cosines[order], 1), np.isin(order, dots))
