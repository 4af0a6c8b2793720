"""New vectors on a map: where PCA projects them, or among the dots of their nearest neighbours."""

import csv

import numpy as np
import pytest
from scipy.optimize import nnls
from sklearn.decomposition import PCA

from components.core import Encoder
from components.core.mapping.projection import (
    ProjectionSettings,
    fit_projection,
)
from components.core.numerics.similarity import normalise_rows
from tests.support.example_map import EVERY, NONLINEAR, UNITS, fit_once, named
from tests.support.paths import ROOT
from tests.support.random_vectors import random_unit_vectors
from tests.support.reference import assert_close


def nearest_five(vectors: np.ndarray, units: np.ndarray) -> np.ndarray:
    return np.argsort(-(vectors.astype(float) @ units.T.astype(float)), axis=1, kind="stable")[:, :5]


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("count", [1, 2, 3, 90])
def test_pca_places_the_maps_own_vectors_on_their_dots(count: int, dimensions: int) -> None:
    made = fit_projection(UNITS[::-1][:count], ProjectionSettings("PCA", dimensions))
    assert_close(made.place(UNITS[::-1][:count], UNITS[::-1][:count]), made.points)


def test_pca_places_new_vectors_where_it_projects_them() -> None:
    known, new = UNITS[::2], UNITS[1::2]
    made = fit_projection(known, ProjectionSettings("PCA"))
    reference = PCA(2, svd_solver="full").fit(known.astype(float))
    drawn = reference.transform(known)
    middle = (drawn.max(axis=0) + drawn.min(axis=0)) / 2
    expected = (reference.transform(new) - middle) / np.abs(drawn - middle).max()
    assert_close(made.place(new, known), expected)


@pytest.mark.parametrize("settings", NONLINEAR, ids=named)
def test_a_vector_lands_among_the_dots_of_its_five_nearest(settings: ProjectionSettings) -> None:
    made = fit_once(settings)
    # The map's own, which are their own nearest, new ones, and one that points away from all.
    vectors = np.vstack(
        [UNITS, random_unit_vectors(40, UNITS.shape[1]), -normalise_rows(UNITS.mean(axis=0, keepdims=True))]
    )
    placed = made.place(vectors, UNITS)
    assert placed.shape == (len(vectors), settings.dimensions)
    for point, five in zip(placed, nearest_five(vectors, UNITS), strict=True):
        dots = made.points[five].astype(float)
        assert (dots.min(axis=0) - 1e-6 <= point).all()
        assert (point <= dots.max(axis=0) + 1e-6).all()
        # In their convex hull: a mean of the five with no weight below 0.
        _, miss = nnls(np.vstack([dots.T, np.ones(5)]), np.append(point.astype(float), 1))
        assert miss < 1e-5


@pytest.mark.parametrize("settings", NONLINEAR, ids=named)
def test_where_a_vector_lands_is_the_mean_weighted_by_the_fourth_power_of_the_cosine(
    settings: ProjectionSettings,
) -> None:
    made = fit_once(settings)
    vectors = normalise_rows(UNITS[:20] + 0.2 * random_unit_vectors(20, UNITS.shape[1]))
    for vector, point, five in zip(vectors, made.place(vectors, UNITS), nearest_five(vectors, UNITS), strict=True):
        weights = [float(vector @ UNITS[place]) ** 4 for place in five]
        expected = sum(weight * made.points[place] for weight, place in zip(weights, five, strict=True)) / sum(weights)
        assert_close(point, expected)


@pytest.mark.parametrize("settings", EVERY, ids=named)
def test_placing_moves_no_dot_and_nothing_that_is_placed_beside_it(settings: ProjectionSettings) -> None:
    made = fit_once(settings)
    before = made.points.copy()
    new = random_unit_vectors(30, UNITS.shape[1], seed=3)
    together = made.place(new, UNITS)
    np.testing.assert_array_equal(made.points, before)
    alone = np.vstack([made.place(vector[None], UNITS) for vector in new])
    assert_close(together, alone)


@pytest.fixture(scope="module")
def shipped_units(encoder: Encoder) -> np.ndarray:
    with (ROOT / "assets" / "sentences.csv").open(encoding="utf-8", newline="") as file:
        sentences = [row["sentence"] for row in csv.DictReader(file)]
    return normalise_rows(encoder.encode(sentences))


@pytest.mark.parametrize("dimensions", [2, 3])
def test_held_out_sentences_land_near_their_true_neighbours(shipped_units: np.ndarray, dimensions: int) -> None:
    # Each is held out once, an eighth of them at a time. By chance 10 of 210 would be kept, 5 %.
    kept = []
    for part in range(8):
        held_out = np.arange(len(shipped_units)) % 8 == part
        known, new = shipped_units[~held_out], shipped_units[held_out]
        made = fit_projection(known, ProjectionSettings(dimensions=dimensions))
        for vector, point in zip(new, made.place(new, known), strict=True):
            true = np.argsort(-(known @ vector))[:10]
            near = np.argsort(np.linalg.norm(made.points - point, axis=1))[:10]
            kept.append(len(set(true) & set(near)) / 10)
    assert len(kept) == len(shipped_units)
    assert np.mean(kept) > 0.4
