"""Cosines, neighbours and flat maps, against scikit-learn and brute force."""

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity as sklearn_cosine

from components.core.numerics.similarity import cosine_similarity, nearest, normalise_rows, principal_components


def test_cosines_are_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    rows, columns = rng.normal(size=(7, 5)), rng.normal(size=(3, 5))
    np.testing.assert_allclose(cosine_similarity(rows, columns), sklearn_cosine(rows, columns), atol=1e-12)
    np.testing.assert_allclose(cosine_similarity(rows), sklearn_cosine(rows), atol=1e-12)


def test_a_zero_vector_is_like_nothing() -> None:
    assert cosine_similarity(np.array([[0.0, 0.0], [1.0, 0.0]])).tolist() == [[0, 0], [0, 1]]


@pytest.mark.parametrize("k", [1, 4, 200])
def test_nearest_are_the_first_of_all_sorted(k: int) -> None:
    rng = np.random.default_rng(2)
    table, query = normalise_rows(rng.normal(size=(100, 8))), rng.normal(size=8)
    rows, cosines = nearest(query, table, k)
    everything = sklearn_cosine(query[None], table)[0]
    assert rows.tolist() == np.argsort(-everything)[:k].tolist()
    np.testing.assert_allclose(cosines, np.sort(everything)[::-1][:k], atol=1e-12)


def test_a_flat_map_keeps_what_the_two_largest_singular_values_hold() -> None:
    vectors = np.random.default_rng(3).normal(size=(20, 6))
    flat = principal_components(vectors)
    values = np.linalg.svd(vectors - vectors.mean(axis=0), compute_uv=False) ** 2
    assert flat.kept == pytest.approx(values[:2].sum() / values.sum())
    np.testing.assert_allclose((flat.points**2).sum(axis=0), values[:2])


@pytest.mark.parametrize("count", [1, 2])
def test_a_map_of_one_or_two_vectors_is_a_point_or_a_line(count: int) -> None:
    flat = principal_components(np.random.default_rng(4).normal(size=(count, 6)))
    assert flat.points.shape == (count, 2)
    assert not flat.points[:, 1].any()
    assert flat.kept == pytest.approx(1)
    assert np.isfinite(flat.points).all()


def test_equal_vectors_make_a_map_of_one_place() -> None:
    flat = principal_components(np.ones((3, 4)))
    assert np.isfinite(flat.points).all()
    assert flat.kept == 1
