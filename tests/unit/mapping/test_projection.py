"""Maps: as their libraries draw them, reproducible, scaled to a frame, and of few or unusual vectors."""

import warnings

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from components.core import EncoderscopeError
from components.core.mapping import projection
from components.core.mapping.projection import (
    METHODS,
    MapError,
    ProjectionMethod,
    ProjectionSettings,
    fit_projection,
)
from components.core.numerics.similarity import normalise_rows
from tests.support.example_map import EVERY, NONLINEAR, UNITS, fit_once, named
from tests.support.random_vectors import random_unit_vectors
from tests.support.reference import assert_close


def centre(points: np.ndarray) -> np.ndarray:
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
    # int32 as in fit_projection(): umap-learn would be compiled again for another type.
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
def test_umaps_map_is_umap_learns(settings: ProjectionSettings) -> None:
    assert_close(fit_once(settings).points, centre(umap_learns(UNITS, settings)))


@pytest.mark.parametrize(("neighbours", "perplexity"), [(15, 15), (100, 89 / 3)])
def test_t_snes_map_is_scikit_learns(neighbours: int, perplexity: float) -> None:
    with threadpool_limits(1):
        expected = TSNE(2, perplexity=perplexity, init="pca", metric="cosine", random_state=0).fit_transform(UNITS)
    assert_close(fit_once(ProjectionSettings("t-SNE", neighbours=neighbours)).points, centre(expected))


@pytest.mark.parametrize("dimensions", [2, 3])
def test_pcas_map_is_scikit_learns(dimensions: int) -> None:
    expected = PCA(dimensions, svd_solver="full").fit_transform(UNITS.astype(float))
    assert_close(fit_once(ProjectionSettings("PCA", dimensions)).points, centre(expected))


# The same again


@pytest.mark.parametrize("settings", EVERY, ids=named)
def test_the_same_settings_make_the_same_map_to_the_last_bit(settings: ProjectionSettings) -> None:
    again = fit_projection(UNITS.copy(), settings)
    np.testing.assert_array_equal(again.points, fit_once(settings).points)
    assert again.method == settings.method


def test_another_seed_makes_another_umap() -> None:
    assert (
        np.abs(fit_once(ProjectionSettings(seed=1)).points - fit_once(ProjectionSettings(seed=0)).points).max() > 0.01
    )


# In the frame


@pytest.mark.parametrize("settings", EVERY, ids=named)
def test_a_map_fills_its_frame(settings: ProjectionSettings) -> None:
    made = fit_once(settings)
    assert made.points.shape == (len(UNITS), settings.dimensions)
    assert made.points.dtype == np.float32
    assert_close(made.points.max(axis=0) + made.points.min(axis=0), 0, atol=1e-6)
    assert np.abs(made.points).max() == pytest.approx(1, abs=1e-6)


def test_a_unit_is_equally_long_along_all_axes() -> None:
    # PCA only turns: with all directions kept, distances on the map are those between the vectors.
    flat = UNITS[:, :3]
    made = fit_projection(flat, ProjectionSettings("PCA", 3))
    ones, others = np.triu_indices(len(flat), 1)
    on_map = np.linalg.norm(made.points[ones] - made.points[others], axis=1)
    assert_close(on_map * made.scale, np.linalg.norm(flat[ones] - flat[others], axis=1))


@pytest.mark.parametrize("settings", EVERY, ids=named)
def test_a_map_cannot_be_written_to(settings: ProjectionSettings) -> None:
    with pytest.raises(ValueError, match="read-only"):
        fit_once(settings).points[0] = 0


# Of few vectors, and of odd ones

_ONE = random_unit_vectors(1)
_ZERO = np.zeros((1, 8), dtype=np.float32)
_ODD = {
    "one": _ONE,
    "two": random_unit_vectors(2),
    "three": random_unit_vectors(3),
    "four": random_unit_vectors(4),
    "five": random_unit_vectors(5),
    "six": random_unit_vectors(6),
    "fewer than neighbours": random_unit_vectors(14),
    "four equal": np.repeat(_ONE, 4, axis=0),
    "nine equal": np.repeat(_ONE, 9, axis=0),
    "nine zeros": np.repeat(_ZERO, 9, axis=0),
    "a zero among them": np.vstack([random_unit_vectors(9), _ZERO]),
    "zeros but two": np.vstack([random_unit_vectors(2), *[_ZERO] * 5]),
    "one unlike all others": np.vstack([np.repeat(_ONE, 20, axis=0), random_unit_vectors(1, seed=1)]),
    "four equal and their opposite": np.array([[1.0, 0, 0]] * 4 + [[-1.0, 0, 0]], dtype=np.float32),
    "two kinds": np.repeat(random_unit_vectors(2), [6, 5], axis=0),
    "three dimensions": random_unit_vectors(12, width=3),
}


@pytest.mark.parametrize("settings", EVERY, ids=named)
@pytest.mark.parametrize("case", _ODD)
def test_few_and_odd_vectors_make_a_map(case: str, settings: ProjectionSettings) -> None:
    units = _ODD[case]
    made = fit_projection(units, settings)
    assert made.points.shape == (len(units), settings.dimensions)
    assert np.isfinite(made.points).all()
    assert np.abs(made.points).max() <= 1 + 1e-6
    placed = made.place(random_unit_vectors(2, units.shape[1], seed=2), units)
    assert placed.shape == (2, settings.dimensions)
    assert np.isfinite(placed).all()


@pytest.mark.parametrize("method", METHODS)
def test_vectors_of_two_dimensions_make_a_flat_map(method: ProjectionMethod) -> None:
    made = fit_projection(random_unit_vectors(12, width=2), ProjectionSettings(method))
    assert made.points.shape == (12, 2)
    assert np.isfinite(made.points).all()


@pytest.mark.parametrize("neighbours", [2, 100])
@pytest.mark.parametrize("min_distance", [0.0, 0.99])
def test_the_ends_of_every_slider_make_a_map(neighbours: int, min_distance: float) -> None:
    for method in ("UMAP", "t-SNE"):
        made = fit_projection(UNITS[::3], ProjectionSettings(method, 2, neighbours, min_distance))
        assert made.method == method
        assert np.isfinite(made.points).all()


@pytest.mark.parametrize("settings", NONLINEAR, ids=named)
@pytest.mark.parametrize("case", ["one", "four", "nine equal", "four equal and their opposite", "two kinds"])
def test_where_there_is_nothing_to_unfold_the_map_is_pcas_and_says_so(case: str, settings: ProjectionSettings) -> None:
    made = fit_projection(_ODD[case], settings)
    assert made.method == "PCA"
    np.testing.assert_array_equal(
        made.points, fit_projection(_ODD[case], ProjectionSettings("PCA", settings.dimensions)).points
    )


def test_one_vector_is_in_the_middle() -> None:
    assert fit_projection(_ONE, ProjectionSettings()).points.tolist() == [[0, 0]]


def test_two_vectors_are_at_the_ends_of_one_axis() -> None:
    made = fit_projection(random_unit_vectors(2), ProjectionSettings(dimensions=3))
    assert_close(np.sort(made.points[:, 0]), [-1, 1], atol=1e-6)
    assert_close(made.points[:, 1:], 0, atol=1e-6)


def test_t_sne_says_of_how_many_it_makes_a_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "MOST_FOR_TSNE", 20)
    assert fit_projection(random_unit_vectors(20), ProjectionSettings("t-SNE")).method == "t-SNE"
    with pytest.raises(MapError, match=r"\b21 sentences\b.*\b20\b.*UMAP or PCA") as error:
        fit_projection(random_unit_vectors(21), ProjectionSettings("t-SNE"))
    assert isinstance(error.value, EncoderscopeError)
    for method in ("UMAP", "PCA"):
        assert fit_projection(random_unit_vectors(21), ProjectionSettings(method)).method == method


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
