"""Maps: vectors as dots in two or three dimensions, by UMAP, t-SNE or PCA.

N unit vectors of D dimensions, maps with P = 2 or 3. The same vectors and settings always give the same map.
"""

import contextlib
import functools
import warnings
from dataclasses import dataclass
from types import ModuleType
from typing import Final, Literal

import numpy as np
from jaxtyping import Float, Float32, Int32
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from components.core.errors import MapError
from components.core.mapping.neighbours import Neighbours, nearest_neighbours
from components.core.numerics.lanes import Lanes, long_turn
from components.core.numerics.similarity import normalise_rows
from components.core.numerics.single_thread import hold_to_one_thread

ProjectionMethod = Literal["UMAP", "t-SNE", "PCA"]
METHODS: Final[tuple[ProjectionMethod, ...]] = ("UMAP", "t-SNE", "PCA")

#: The most vectors for t-SNE, which takes minutes for more.
MOST_FOR_TSNE: Final = 5_000

# UMAP's default up to 10,000 points is 500; from a PCA start, 200 give a similar map in less than half the time.
_EPOCHS = 200
# With fewer vectors each is a neighbour of all others, and UMAP adds nothing to PCA.
_FEWEST = 5
# Smaller differences are rounding errors of 32-bit numbers.
_ROUNDING = 1e-6
# Neighbours among which a new vector is placed.
_AROUND = 5

# Two fits at once would abort the whole process: numba's workqueue threading layer is not thread-safe.
_fits = Lanes(1)


@functools.cache
def _umap_learn() -> ModuleType:
    """Import umap-learn and cache its compiled functions on disk.

    umap-learn itself caches all but the three that take longest to compile.
    """
    # Imported late: it takes seconds, and a server has to answer before.
    import umap
    from umap import layouts, umap_

    for slow in (
        umap_.smooth_knn_dist,
        umap_.compute_membership_strengths,
        layouts._nb_optimize_layout_euclidean_single_epoch,
    ):
        # Without a writable directory each process compiles them.
        with contextlib.suppress(RuntimeError):
            slow.enable_caching()
    module: ModuleType = umap
    return module


@dataclass(frozen=True)
class ProjectionSettings:
    """Settings of a map. Equal settings make equal maps."""

    method: ProjectionMethod = "UMAP"
    dimensions: int = 2
    neighbours: int = 15  # UMAP's number of neighbours, t-SNE's perplexity
    min_distance: float = 0.1  # UMAP's
    seed: int = 0


@dataclass(frozen=True)
class Projection:
    """A map: N vectors as dots, centred at 0 and scaled so that the largest coordinate is ±1."""

    points: Float32[np.ndarray, "N P"]
    method: ProjectionMethod  # the method used: PCA for very few vectors or dimensions
    middle: Float[np.ndarray, " P"]  # subtracted from every point
    scale: float  # every point was divided by it
    pca: PCA | None  # projects new vectors onto a PCA map

    def place(
        self, vectors: Float[np.ndarray, "M D"], unit_vectors: Float[np.ndarray, "N D"]
    ) -> Float32[np.ndarray, "M P"]:
        """Return the dots of M new unit vectors; the map itself does not change.

        unit_vectors: those of the map. PCA projects the new vectors. On other maps each lands at the mean of its
        nearest neighbours' dots, weighted by similarity. This keeps as many true neighbours as UMAP's transform(),
        which a fit with precomputed neighbours refuses.
        """
        if self.pca is not None:
            return self._rescale(self.pca.transform(vectors))
        cosines = vectors @ unit_vectors.T
        best = np.argsort(-cosines, axis=1, kind="stable")[:, :_AROUND]
        # A high power, so that a far fifth neighbour does not pull the dot away from the first four.
        weights = np.maximum(np.take_along_axis(cosines, best, axis=1), 0.0).astype(np.float64) ** 4
        total = weights.sum(axis=1, keepdims=True)
        # A vector without similar ones lands at 0.
        weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
        placed: np.ndarray = (self.points[best] * weights[..., None]).sum(axis=1).astype(np.float32)
        return placed

    def _rescale(self, points: np.ndarray) -> Float32[np.ndarray, "M P"]:
        rescaled: np.ndarray = ((_pad(points, self.points.shape[1]) - self.middle) / self.scale).astype(np.float32)
        return rescaled


def fit_projection(unit_vectors: Float[np.ndarray, "N D"], settings: ProjectionSettings) -> Projection:
    """Make the map of N vectors. Raises MapError if there are too many for the method."""
    count, axes = len(unit_vectors), settings.dimensions
    alike = bool(np.ptp(unit_vectors, axis=0).max() < _ROUNDING)
    flat = alike or count < _FEWEST or unit_vectors.shape[1] <= axes
    method: ProjectionMethod = "PCA" if flat else settings.method
    if method != "PCA" and _directions(unit_vectors) < axes:
        method = "PCA"
    pca = None
    if alike:
        points = np.zeros((count, axes))
    elif method == "UMAP":
        points = _umap(unit_vectors, settings)
    elif method == "t-SNE":
        points = _tsne(unit_vectors, settings)
    else:
        pca = PCA(min(axes, *unit_vectors.shape), random_state=settings.seed)
        # In double precision: single precision cannot order two directions of nearly the same variance.
        points = pca.fit_transform(unit_vectors.astype(np.float64))
    padded = _pad(points, axes)
    middle = (padded.max(axis=0) + padded.min(axis=0)) / 2
    scale = float(np.abs(padded - middle).max()) or 1.0
    placed = ((padded - middle) / scale).astype(np.float32)
    placed.setflags(write=False)
    return Projection(placed, method, middle, scale, pca)


def _directions(unit_vectors: Float[np.ndarray, "N D"]) -> int:
    """Count the directions in which the vectors differ. UMAP begins with PCA's axes, and divides by their spread."""
    centred = unit_vectors - unit_vectors.mean(axis=0)
    variances = np.linalg.eigvalsh(centred.T @ centred / len(centred))
    return int((variances > _ROUNDING * variances.max()).sum())


def _pad(points: Float[np.ndarray, "N Q"], axes: int) -> Float[np.ndarray, "N P"]:
    """Add axes of zeros until there are `axes` axes."""
    padded = np.zeros((len(points), axes))
    padded[:, : points.shape[1]] = points
    return padded


def _umap(unit_vectors: Float[np.ndarray, "N D"], settings: ProjectionSettings) -> Float[np.ndarray, "N P"]:
    """Fit UMAP (McInnes, Healy and Melville 2018) to exact neighbours, starting from PCA."""
    k = min(max(2, settings.neighbours), len(unit_vectors) - 1)
    fit = _umap_learn().UMAP(
        n_components=settings.dimensions,
        n_neighbors=k,
        min_dist=settings.min_distance,
        precomputed_knn=_umap_neighbours(nearest_neighbours(unit_vectors, k - 1)),
        metric="cosine",
        init="pca",
        n_epochs=_EPOCHS,
        random_state=settings.seed,
        n_jobs=1,
    )
    with _fits.turn(), warnings.catch_warnings():
        hold_to_one_thread()
        # The warning that transform() is refused; Projection.place() stands for it.
        warnings.filterwarnings("ignore", message="precomputed_knn")
        points: np.ndarray = fit.fit_transform(unit_vectors)
    return points


def _tsne(unit_vectors: Float[np.ndarray, "N D"], settings: ProjectionSettings) -> Float[np.ndarray, "N P"]:
    """Fit scikit-learn's t-SNE (van der Maaten and Hinton 2008)."""
    count = len(unit_vectors)
    if count > MOST_FOR_TSNE:
        raise MapError(
            f"t-SNE takes minutes for {count:,} sentences; it is offered up to {MOST_FOR_TSNE:,}. Take UMAP or PCA."
        )
    perplexity = min(settings.neighbours, (count - 1) / 3)
    fit = TSNE(settings.dimensions, perplexity=perplexity, init="pca", metric="cosine", random_state=settings.seed)
    with long_turn():
        points: np.ndarray = fit.fit_transform(unit_vectors)
    return points


def _umap_neighbours(neighbours: Neighbours) -> tuple[Int32[np.ndarray, "N k1"], Float32[np.ndarray, "N k1"]]:
    """Return neighbours in umap-learn's format: indices, each vector first among its own neighbours, and distances.

    >>> _umap_neighbours(Neighbours(np.array([[1], [0]]), np.array([[0.75], [0.75]])))
    (array([[0, 1],
           [1, 0]], dtype=int32), array([[0.  , 0.25],
           [0.  , 0.25]], dtype=float32))
    """
    own = np.arange(len(neighbours.indices))[:, None]
    indices = np.hstack([own, neighbours.indices]).astype(np.int32)
    distances = np.hstack([np.zeros_like(own), np.maximum(0, 1 - neighbours.cosines)]).astype(np.float32)
    return indices, distances


def warm() -> None:
    """Fit two small maps, so that umap-learn compiles its functions."""
    rng = np.random.default_rng(0)
    for dimensions in (2, 3):
        fit_projection(
            normalise_rows(rng.normal(size=(60, 8)).astype(np.float32)), ProjectionSettings(dimensions=dimensions)
        )
