"""Maps: many vectors as dots on a plane or in space, by UMAP, t-SNE or PCA.

N vectors with D dimensions, as unit rows. The same vectors and settings always give the same map.
"""

import contextlib
import functools
import warnings
from dataclasses import dataclass
from threading import Lock
from types import ModuleType
from typing import Final, Literal

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from components.core.errors import MapError
from components.core.mapping.neighbours import Neighbours, nearest_neighbours
from components.core.numerics.similarity import normalise_rows
from components.core.numerics.single_thread import one_thread

ProjectionMethod = Literal["UMAP", "t-SNE", "PCA"]
METHODS: Final[tuple[ProjectionMethod, ...]] = ("UMAP", "t-SNE", "PCA")

#: t-SNE takes minutes for more.
MOST_FOR_TSNE: Final = 5_000

# UMAP's own choice up to 10,000 points is 500; with a start from PCA 200 look the same in less than half the time.
_EPOCHS = 200
# Below this a neighbourhood is everything there is, and UMAP has nothing to unfold.
_FEWEST = 5
# Numbers that differ by less differ by what 32 bits round off.
_ROUNDING = 1e-6
# A new vector is placed among so many neighbours.
_AROUND = 5

# Two fits at once would end the whole process: numba's portable threading layer cannot be entered twice.
_fitting = Lock()


@functools.cache
def _umap_learn() -> ModuleType:
    """umap-learn, what it compiles kept on disk: it leaves the slowest three to be compiled anew in each process."""
    # Imported here: loading it takes seconds, and a server has to answer before.
    import umap
    from umap import layouts, umap_

    for slow in (
        umap_.smooth_knn_dist,
        umap_.compute_membership_strengths,
        layouts._nb_optimize_layout_euclidean_single_epoch,
    ):
        # Where no directory can be written to, it is compiled anew.
        with contextlib.suppress(RuntimeError):
            slow.enable_caching()
    module: ModuleType = umap
    return module


@dataclass(frozen=True)
class ProjectionSettings:
    """How a map is made. Equal settings make equal maps."""

    method: ProjectionMethod = "UMAP"
    dimensions: int = 2
    neighbours: int = 15  # of UMAP; t-SNE takes them as its perplexity
    min_distance: float = 0.1  # of UMAP
    seed: int = 0


@dataclass(frozen=True)
class Projection:
    """N vectors as dots. Equal units along all axes, the middle at 0, the farthest coordinate at 1."""

    points: np.ndarray  # (N, 2 or 3) float32
    method: ProjectionMethod  # the one used: of few vectors, or with hardly a dimension, the map is PCA's
    middle: np.ndarray  # (2 or 3,) what was taken from every point
    scale: float  # what every point was divided by
    pca: PCA | None  # where it was PCA's, what places new vectors

    def place(self, vectors: np.ndarray, units: np.ndarray) -> np.ndarray:
        """Where new vectors land on the map, which does not move. Returns (M, 2 or 3).

        vectors: (M, D) unit rows. units: (N, D), those the map is of. PCA projects them. On the other maps each lands
        at the mean of its nearest neighbours' dots, weighted by similarity: this keeps as many true neighbours as
        UMAP's own transform, which wants what the fast fit leaves away.
        """
        if self.pca is not None:
            return self._scaled(self.pca.transform(vectors))
        cosines = vectors @ units.T
        best = np.argsort(-cosines, axis=1, kind="stable")[:, :_AROUND]
        # A steep weight, so that a far fifth neighbour does not pull it out of the group of the first four.
        weights = np.maximum(np.take_along_axis(cosines, best, axis=1), 0.0).astype(np.float64) ** 4
        total = weights.sum(axis=1, keepdims=True)
        # What has nothing in common with any lands in the middle.
        weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
        placed: np.ndarray = (self.points[best] * weights[..., None]).sum(axis=1).astype(np.float32)
        return placed

    def _scaled(self, points: np.ndarray) -> np.ndarray:
        scaled: np.ndarray = ((_padded(points, self.points.shape[1]) - self.middle) / self.scale).astype(np.float32)
        return scaled


def fit_projection(units: np.ndarray, settings: ProjectionSettings) -> Projection:
    """Make the map of N vectors, (N, D) unit rows. Raises MapError for a method that cannot take so many."""
    count, axes = len(units), settings.dimensions
    alike = bool(np.ptp(units, axis=0).max() < _ROUNDING)
    method: ProjectionMethod = "PCA" if alike or count < _FEWEST or units.shape[1] <= axes else settings.method
    pca = None
    if alike:
        points = np.zeros((count, axes))
    elif method == "UMAP":
        points = _umap(units, settings)
    elif method == "t-SNE":
        points = _tsne(units, settings)
    else:
        pca = PCA(min(axes, *units.shape), random_state=settings.seed)
        # In double precision: where two directions vary about equally much, single precision cannot tell them apart.
        points = pca.fit_transform(units.astype(np.float64))
    padded = _padded(points, axes)
    middle = (padded.max(axis=0) + padded.min(axis=0)) / 2
    scale = float(np.abs(padded - middle).max()) or 1.0
    placed = ((padded - middle) / scale).astype(np.float32)
    placed.setflags(write=False)
    return Projection(placed, method, middle, scale, pca)


def _padded(points: np.ndarray, axes: int) -> np.ndarray:
    """(N, axes): points of which there is nothing to say along some axes, with zeros there."""
    padded = np.zeros((len(points), axes))
    padded[:, : points.shape[1]] = points
    return padded


def _umap(units: np.ndarray, settings: ProjectionSettings) -> np.ndarray:
    """UMAP (McInnes, Healy and Melville 2018) of exact neighbours, begun from PCA."""
    k = min(max(2, settings.neighbours), len(units) - 1)
    fit = _umap_learn().UMAP(
        n_components=settings.dimensions,
        n_neighbors=k,
        min_dist=settings.min_distance,
        precomputed_knn=_with_themselves(nearest_neighbours(units, k - 1)),
        metric="cosine",
        init="pca",
        n_epochs=_EPOCHS,
        random_state=settings.seed,
        n_jobs=1,
    )
    # numba leaves the thread that it was called in with as many OpenMP threads as it has itself; whatever torch then
    # computes in it would differ in the last digit from the same in other threads. one_thread() sets that back.
    with _fitting, one_thread(), warnings.catch_warnings():
        # That it cannot place new points: Projection.place does.
        warnings.filterwarnings("ignore", message="precomputed_knn")
        points: np.ndarray = fit.fit_transform(units)
    return points


def _tsne(units: np.ndarray, settings: ProjectionSettings) -> np.ndarray:
    """t-SNE (van der Maaten and Hinton 2008) as scikit-learn computes it."""
    count = len(units)
    if count > MOST_FOR_TSNE:
        raise MapError(
            f"t-SNE takes minutes for {count:,} sentences; it is offered up to {MOST_FOR_TSNE:,}. Take UMAP or PCA."
        )
    perplexity = min(settings.neighbours, (count - 1) / 3)
    fit = TSNE(settings.dimensions, perplexity=perplexity, init="pca", metric="cosine", random_state=settings.seed)
    with one_thread():
        points: np.ndarray = fit.fit_transform(units)
    return points


def _with_themselves(found: Neighbours) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours as umap-learn wants them: each vector first among its own, and distances."""
    own = np.arange(len(found.indices))[:, None]
    places = np.hstack([own, found.indices]).astype(np.int32)
    distances = np.hstack([np.zeros_like(own), np.maximum(0, 1 - found.cosines)]).astype(np.float32)
    return places, distances


def warm() -> None:
    """Have umap-learn compile what it compiles with a first fit."""
    rng = np.random.default_rng(0)
    for dimensions in (2, 3):
        fit_projection(
            normalise_rows(rng.normal(size=(60, 8)).astype(np.float32)), ProjectionSettings(dimensions=dimensions)
        )
