"""Maps: the same again, as their libraries draw them, of few vectors, in many threads; and where new vectors land."""

import csv
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numba
import numpy as np
import pytest
import torch
from scipy.optimize import nnls
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from components.core import Encoder, EncoderscopeError
from components.core.mapping import projection
from components.core.mapping.projection import (
    METHODS,
    MapError,
    Projection,
    ProjectionMethod,
    ProjectionSettings,
    fit_projection,
)
from components.core.numerics.similarity import normalise_rows
from tests.support.paths import ROOT
from tests.support.reference import assert_close

THREADS = 8

EVERY = [ProjectionSettings(method, dimensions) for method in METHODS for dimensions in (2, 3)]
UNFOLDING = [settings for settings in EVERY if settings.method != "PCA"]

Fit = Callable[[ProjectionSettings], Projection]


def named(settings: ProjectionSettings) -> str:
    return f"{settings.method}-{settings.dimensions}"


def random_units(count: int, width: int = 8, seed: int = 0) -> np.ndarray:
    return normalise_rows(np.random.default_rng(seed).normal(size=(count, width))).astype(np.float32)


@pytest.fixture(scope="module")
def units() -> np.ndarray:
    """90 vectors about six directions, of whole 1,024ths: float32 holds their cosines exactly.

    So neighbours that NumPy finds are at the same distances to the last digit, and a map of those is the same map.
    """
    rng = np.random.default_rng(0)
    about = np.repeat(rng.normal(size=(6, 12)), 15, axis=0) + 0.6 * rng.normal(size=(90, 12))
    grid: np.ndarray = ((normalise_rows(about) * 1_024).round() / 1_024).astype(np.float32)
    grid.setflags(write=False)
    return grid


@pytest.fixture(scope="module")
def fitted(units: np.ndarray) -> Fit:
    """The map of these vectors, made once: umap-learn's first takes seconds."""
    made: dict[ProjectionSettings, Projection] = {}

    def fit_once(settings: ProjectionSettings) -> Projection:
        if settings not in made:
            made[settings] = fit_projection(units, settings)
        return made[settings]

    return fit_once


def centred(points: np.ndarray) -> np.ndarray:
    """Moved and scaled, alike along all axes, so that the middle is at 0 and the farthest coordinate at 1."""
    moved = points.astype(float) - (points.max(axis=0).astype(float) + points.min(axis=0)) / 2
    scaled: np.ndarray = moved / np.abs(moved).max()
    return scaled


# As their libraries draw them


def umap_learns(units: np.ndarray, settings: ProjectionSettings) -> np.ndarray:
    """What umap-learn makes of neighbours by brute force, each vector the first of its own."""
    # Imported here: loading it takes seconds, also where other tests of this file are not run.
    import umap

    cosines = units @ units.T
    np.fill_diagonal(cosines, np.inf)
    # As fit_map() numbers them: for numbers of another size umap-learn would be compiled again.
    places = np.argsort(-cosines, axis=1, kind="stable")[:, : settings.neighbours].astype(np.int32)
    distances = 1 - np.take_along_axis(cosines, places, axis=1)
    distances[:, 0] = 0
    fit = umap.UMAP(
        n_components=settings.dimensions,
        n_neighbors=settings.neighbours,
        min_dist=settings.min_distance,
        precomputed_knn=(places, distances),
        metric="cosine",
        init="pca",
        n_epochs=200,
        random_state=settings.seed,
        n_jobs=1,
    )
    # It leaves its thread with a number of threads of its own, which later tests in it would compute with.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="precomputed_knn")
        points: np.ndarray = fit.fit_transform(units)
    return points


@pytest.mark.parametrize(
    "settings",
    [
        ProjectionSettings(),
        ProjectionSettings(dimensions=3),
        ProjectionSettings(neighbours=4, min_distance=0.6, seed=7),
    ],
    ids=["2-D", "3-D", "other settings"],
)
def test_umaps_map_is_umap_learns(units: np.ndarray, fitted: Fit, settings: ProjectionSettings) -> None:
    assert_close(fitted(settings).points, centred(umap_learns(units, settings)))


@pytest.mark.parametrize(("neighbours", "perplexity"), [(15, 15), (100, 89 / 3)])
def test_t_snes_map_is_scikit_learns(units: np.ndarray, fitted: Fit, neighbours: int, perplexity: float) -> None:
    with threadpool_limits(1):
        expected = TSNE(2, perplexity=perplexity, init="pca", metric="cosine", random_state=0).fit_transform(units)
    assert_close(fitted(ProjectionSettings("t-SNE", neighbours=neighbours)).points, centred(expected))


@pytest.mark.parametrize("dimensions", [2, 3])
def test_pcas_map_is_scikit_learns(units: np.ndarray, fitted: Fit, dimensions: int) -> None:
    expected = PCA(dimensions, svd_solver="full").fit_transform(units.astype(float))
    assert_close(fitted(ProjectionSettings("PCA", dimensions)).points, centred(expected))


# The same again


@pytest.mark.parametrize("settings", EVERY, ids=named)
def test_the_same_settings_make_the_same_map_to_the_last_bit(
    units: np.ndarray, fitted: Fit, settings: ProjectionSettings
) -> None:
    again = fit_projection(units.copy(), settings)
    np.testing.assert_array_equal(again.points, fitted(settings).points)
    assert again.method == settings.method


def test_a_umap_leaves_its_thread_with_as_many_threads_as_before(units: np.ndarray) -> None:
    def fit_in_a_thread_of_its_own() -> tuple[int, int]:
        torch.set_num_threads(1)
        fit_projection(units, ProjectionSettings())
        return torch.get_num_threads(), numba.get_num_threads()

    with ThreadPoolExecutor(1) as pool:
        left, numbas = pool.submit(fit_in_a_thread_of_its_own).result()
    assert left == 1
    # Else the test could not fail.
    assert numbas > 1 or os.cpu_count() == 1


def test_what_a_umap_compiles_is_kept_for_other_processes(units: np.ndarray, fitted: Fit) -> None:
    fitted(ProjectionSettings())
    from umap import layouts, umap_

    for compiled in (
        umap_.smooth_knn_dist,
        umap_.compute_membership_strengths,
        layouts._nb_optimize_layout_euclidean_single_epoch,
    ):
        # Each was looked for on disk, and is there now.
        assert compiled.stats.cache_hits or compiled.stats.cache_misses
        assert list(Path(compiled.stats.cache_path).glob(f"*{compiled.__name__}*.nbc"))


def test_where_nothing_can_be_kept_a_umap_is_made_all_the_same(
    units: np.ndarray, fitted: Fit, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = fitted(ProjectionSettings()).points
    monkeypatch.setattr(projection, "_umap_learn", projection._umap_learn.__wrapped__)
    # numba then finds no directory for what lies in a file.
    monkeypatch.setattr(numba.config, "CACHE_LOCATOR_CLASSES", "IPythonCacheLocator")
    np.testing.assert_array_equal(fit_projection(units, ProjectionSettings()).points, expected)


def test_another_seed_makes_another_umap(fitted: Fit) -> None:
    assert np.abs(fitted(ProjectionSettings(seed=1)).points - fitted(ProjectionSettings(seed=0)).points).max() > 0.01


def fit_in_eight_threads() -> None:
    """Fit maps of eight sets of vectors at once, and each alone; for a process of its own."""
    sets = [random_units(80 + 10 * thread, seed=thread) for thread in range(THREADS)]
    start = Barrier(THREADS)

    def fit(units: np.ndarray) -> np.ndarray:
        start.wait()
        return fit_projection(units, ProjectionSettings()).points

    with ThreadPoolExecutor(THREADS) as pool:
        together = list(pool.map(fit, sets))
    for points, each in zip(together, sets, strict=True):
        np.testing.assert_array_equal(points, fit_projection(each, ProjectionSettings()).points)

    import numba

    assert numba.threading_layer() == "workqueue"


def test_eight_threads_fit_at_once_what_each_fits_alone() -> None:
    # In a process of its own, since numba's workqueue layer, the only one there is on every machine, ends the whole
    # process where two enter it.
    finished = subprocess.run(
        [sys.executable, "-c", "from tests.unit.mapping.test_projection import fit_in_eight_threads as fit; fit()"],
        cwd=ROOT,
        env=os.environ | {"NUMBA_THREADING_LAYER": "workqueue", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert finished.returncode == 0, finished.stderr


# In the frame


@pytest.mark.parametrize("settings", EVERY, ids=named)
def test_a_map_fills_its_frame(units: np.ndarray, fitted: Fit, settings: ProjectionSettings) -> None:
    made = fitted(settings)
    assert made.points.shape == (len(units), settings.dimensions)
    assert made.points.dtype == np.float32
    assert_close(made.points.max(axis=0) + made.points.min(axis=0), 0, atol=1e-6)
    assert np.abs(made.points).max() == pytest.approx(1, abs=1e-6)


def test_a_unit_is_equally_long_along_all_axes(units: np.ndarray) -> None:
    # PCA only turns: with all directions kept, distances on the map are those between the vectors.
    flat = units[:, :3]
    made = fit_projection(flat, ProjectionSettings("PCA", 3))
    ones, others = np.triu_indices(len(flat), 1)
    on_map = np.linalg.norm(made.points[ones] - made.points[others], axis=1)
    assert_close(on_map * made.scale, np.linalg.norm(flat[ones] - flat[others], axis=1))


@pytest.mark.parametrize("settings", EVERY, ids=named)
def test_a_map_cannot_be_written_to(fitted: Fit, settings: ProjectionSettings) -> None:
    with pytest.raises(ValueError, match="read-only"):
        fitted(settings).points[0] = 0


# Of few vectors, and of odd ones

_ONE = random_units(1)
_ZERO = np.zeros((1, 8), dtype=np.float32)
_ODD = {
    "one": _ONE,
    "two": random_units(2),
    "three": random_units(3),
    "four": random_units(4),
    "five": random_units(5),
    "six": random_units(6),
    "fewer than neighbours": random_units(14),
    "four equal": np.repeat(_ONE, 4, axis=0),
    "nine equal": np.repeat(_ONE, 9, axis=0),
    "nine zeros": np.repeat(_ZERO, 9, axis=0),
    "a zero among them": np.vstack([random_units(9), _ZERO]),
    "zeros but two": np.vstack([random_units(2), *[_ZERO] * 5]),
    "one unlike all others": np.vstack([np.repeat(_ONE, 20, axis=0), random_units(1, seed=1)]),
    "two kinds": np.repeat(random_units(2), [6, 5], axis=0),
    "three dimensions": random_units(12, width=3),
}


@pytest.mark.parametrize("settings", EVERY, ids=named)
@pytest.mark.parametrize("case", _ODD)
def test_few_and_odd_vectors_make_a_map(case: str, settings: ProjectionSettings) -> None:
    units = _ODD[case]
    made = fit_projection(units, settings)
    assert made.points.shape == (len(units), settings.dimensions)
    assert np.isfinite(made.points).all()
    assert np.abs(made.points).max() <= 1 + 1e-6
    placed = made.place(random_units(2, units.shape[1], seed=2), units)
    assert placed.shape == (2, settings.dimensions)
    assert np.isfinite(placed).all()


@pytest.mark.parametrize("method", METHODS)
def test_vectors_of_two_dimensions_make_a_flat_map(method: ProjectionMethod) -> None:
    made = fit_projection(random_units(12, width=2), ProjectionSettings(method))
    assert made.points.shape == (12, 2)
    assert np.isfinite(made.points).all()


@pytest.mark.parametrize("neighbours", [2, 100])
@pytest.mark.parametrize("min_distance", [0.0, 0.99])
def test_the_ends_of_every_slider_make_a_map(units: np.ndarray, neighbours: int, min_distance: float) -> None:
    for method in ("UMAP", "t-SNE"):
        made = fit_projection(units[::3], ProjectionSettings(method, 2, neighbours, min_distance))
        assert made.method == method
        assert np.isfinite(made.points).all()


@pytest.mark.parametrize("settings", UNFOLDING, ids=named)
@pytest.mark.parametrize("case", ["one", "four", "nine equal"])
def test_where_there_is_nothing_to_unfold_the_map_is_pcas_and_says_so(case: str, settings: ProjectionSettings) -> None:
    made = fit_projection(_ODD[case], settings)
    assert made.method == "PCA"
    np.testing.assert_array_equal(
        made.points, fit_projection(_ODD[case], ProjectionSettings("PCA", settings.dimensions)).points
    )


def test_one_vector_is_in_the_middle() -> None:
    assert fit_projection(_ONE, ProjectionSettings()).points.tolist() == [[0, 0]]


def test_two_vectors_are_at_the_ends_of_one_axis() -> None:
    made = fit_projection(random_units(2), ProjectionSettings(dimensions=3))
    assert_close(np.sort(made.points[:, 0]), [-1, 1], atol=1e-6)
    assert_close(made.points[:, 1:], 0, atol=1e-6)


def test_t_sne_says_of_how_many_it_makes_a_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "MOST_FOR_TSNE", 20)
    assert fit_projection(random_units(20), ProjectionSettings("t-SNE")).method == "t-SNE"
    with pytest.raises(MapError, match=r"\b21 sentences\b.*\b20\b.*UMAP or PCA") as error:
        fit_projection(random_units(21), ProjectionSettings("t-SNE"))
    assert isinstance(error.value, EncoderscopeError)
    for method in ("UMAP", "PCA"):
        assert fit_projection(random_units(21), ProjectionSettings(method)).method == method


# Where new vectors land


def nearest_five(vectors: np.ndarray, units: np.ndarray) -> np.ndarray:
    return np.argsort(-(vectors.astype(float) @ units.T.astype(float)), axis=1, kind="stable")[:, :5]


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("count", [1, 2, 3, 90])
def test_pca_places_the_maps_own_vectors_on_their_dots(units: np.ndarray, count: int, dimensions: int) -> None:
    made = fit_projection(units[::-1][:count], ProjectionSettings("PCA", dimensions))
    assert_close(made.place(units[::-1][:count], units[::-1][:count]), made.points)


def test_pca_places_new_vectors_where_it_projects_them(units: np.ndarray) -> None:
    known, new = units[::2], units[1::2]
    made = fit_projection(known, ProjectionSettings("PCA"))
    reference = PCA(2, svd_solver="full").fit(known.astype(float))
    drawn = reference.transform(known)
    middle = (drawn.max(axis=0) + drawn.min(axis=0)) / 2
    expected = (reference.transform(new) - middle) / np.abs(drawn - middle).max()
    assert_close(made.place(new, known), expected)


@pytest.mark.parametrize("settings", UNFOLDING, ids=named)
def test_a_vector_lands_among_the_dots_of_its_five_nearest(
    units: np.ndarray, fitted: Fit, settings: ProjectionSettings
) -> None:
    made = fitted(settings)
    # The map's own, which are their own nearest, new ones, and one that points away from all.
    vectors = np.vstack([units, random_units(40, units.shape[1]), -normalise_rows(units.mean(axis=0, keepdims=True))])
    placed = made.place(vectors, units)
    assert placed.shape == (len(vectors), settings.dimensions)
    for point, five in zip(placed, nearest_five(vectors, units), strict=True):
        dots = made.points[five].astype(float)
        assert (dots.min(axis=0) - 1e-6 <= point).all()
        assert (point <= dots.max(axis=0) + 1e-6).all()
        # In their convex hull: a mean of the five with no weight below 0.
        _, miss = nnls(np.vstack([dots.T, np.ones(5)]), np.append(point.astype(float), 1))
        assert miss < 1e-5


@pytest.mark.parametrize("settings", UNFOLDING, ids=named)
def test_where_a_vector_lands_is_the_mean_weighted_by_the_fourth_power_of_the_cosine(
    units: np.ndarray, fitted: Fit, settings: ProjectionSettings
) -> None:
    made = fitted(settings)
    vectors = normalise_rows(units[:20] + 0.2 * random_units(20, units.shape[1]))
    for vector, point, five in zip(vectors, made.place(vectors, units), nearest_five(vectors, units), strict=True):
        weights = [float(vector @ units[place]) ** 4 for place in five]
        expected = sum(weight * made.points[place] for weight, place in zip(weights, five, strict=True)) / sum(weights)
        assert_close(point, expected)


@pytest.mark.parametrize("settings", EVERY, ids=named)
def test_placing_moves_no_dot_and_nothing_that_is_placed_beside_it(
    units: np.ndarray, fitted: Fit, settings: ProjectionSettings
) -> None:
    made = fitted(settings)
    before = made.points.copy()
    new = random_units(30, units.shape[1], seed=3)
    together = made.place(new, units)
    np.testing.assert_array_equal(made.points, before)
    alone = np.vstack([made.place(vector[None], units) for vector in new])
    assert_close(together, alone)


@pytest.fixture(scope="module")
def shipped_units(encoder: Encoder) -> np.ndarray:
    with (ROOT / "assets" / "sentences.csv").open(encoding="utf-8", newline="") as file:
        sentences = [row["sentence"] for row in csv.DictReader(file)]
    return normalise_rows(encoder.encode(sentences))


@pytest.mark.parametrize("dimensions", [2, 3])
def test_left_out_sentences_land_near_their_true_neighbours(shipped_units: np.ndarray, dimensions: int) -> None:
    # Each is left out once, an eighth of them at a time. By chance 10 of 210 would be kept, 5 %.
    kept = []
    for part in range(8):
        left_out = np.arange(len(shipped_units)) % 8 == part
        known, new = shipped_units[~left_out], shipped_units[left_out]
        made = fit_projection(known, ProjectionSettings(dimensions=dimensions))
        for vector, point in zip(new, made.place(new, known), strict=True):
            true = np.argsort(-(known @ vector))[:10]
            near = np.argsort(np.linalg.norm(made.points - point, axis=1))[:10]
            kept.append(len(set(true) & set(near)) / 10)
    assert len(kept) == len(shipped_units)
    assert np.mean(kept) > 0.4


def test_of_vectors_that_do_not_differ_all_dots_and_whatever_is_placed_lie_on_one_spot() -> None:
    units = normalise_rows(np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32))
    noise = np.random.default_rng(1).normal(scale=1e-8, size=(9, 8)).astype(np.float32)
    for method in METHODS:
        found = fit_projection(np.repeat(units[:1], 9, axis=0) + noise, ProjectionSettings(method))
        assert not found.points.any()
        assert not found.place(units, np.repeat(units[:1], 9, axis=0)).any()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_vectors_with_hardly_a_dimension_are_mapped_by_pca(method: ProjectionMethod, size: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(9, size)).astype(np.float32)
    found = fit_projection(vectors, ProjectionSettings(method, dimensions=3))
    assert (found.method, found.points.shape) == ("PCA", (9, 3))
    assert np.isfinite(found.points).all()
    assert not found.points[:, size:].any()
