"""Nearest neighbours and what a map keeps of them, against brute force, scikit-learn and cases by hand."""

import warnings
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

from components.core.mapping import neighbours
from components.core.mapping.neighbours import MapQuality, map_quality, nearest_dots, nearest_neighbours, neighbourhood
from components.core.numerics.similarity import normalise_rows
from tests.support.reference import assert_close

#: Rows that are compared at once, as the module has it: tests go across it.
CHUNK = 1_024


def random_units(count: int, width: int = 16, seed: int = 0) -> np.ndarray:
    """Unit vectors in double precision."""
    return normalise_rows(np.random.default_rng(seed).normal(size=(count, width)))


def on_a_grid(units: np.ndarray) -> np.ndarray:
    """Nearly the same vectors, of whole 1,024ths.

    Their dot products have at most 21 binary digits, so that float32 holds them exactly in whatever order they are
    added up, and neighbours by another library are the same to the last digit.
    """
    grid: np.ndarray = ((units * 1_024).round() / 1_024).astype(np.float32)
    return grid


def at_degrees(*angles: float) -> np.ndarray:
    """Unit vectors of the plane."""
    radians = np.radians(angles)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1)


def cosines_with_others(units: np.ndarray) -> np.ndarray:
    """(N, N), with −∞ for each vector's own."""
    cosines = units @ units.T
    np.fill_diagonal(cosines, -np.inf)
    return cosines


def distances_to_others(points: np.ndarray) -> np.ndarray:
    """(N, N), with ∞ for each dot's own."""
    distances = np.linalg.norm(points[:, None].astype(float) - points[None].astype(float), axis=-1)
    np.fill_diagonal(distances, np.inf)
    return distances


def brute_force_recall(units: np.ndarray, points: np.ndarray, k: int) -> float:
    true = np.argsort(-cosines_with_others(units), axis=1)[:, :k]
    near = np.argsort(distances_to_others(points), axis=1)[:, :k]
    return float(np.mean([len(set(one) & set(other)) / k for one, other in zip(true, near, strict=True)]))


def two_of(units: np.ndarray) -> np.ndarray:
    """A poor map: the first two coordinates."""
    return units[:, :2]


# True neighbours


@pytest.mark.parametrize("count", [2, 60, CHUNK, CHUNK + 1, 2 * CHUNK + 300])
def test_neighbours_are_the_first_of_all_sorted(count: int) -> None:
    units = on_a_grid(random_units(count))
    found = nearest_neighbours(units, 10)
    k = min(10, count - 1)
    cosines = cosines_with_others(units)
    order = np.argsort(-cosines, axis=1)
    expected = np.take_along_axis(cosines, order[:, :k], axis=1)
    np.testing.assert_array_equal(found.cosines, expected)
    np.testing.assert_array_equal(np.take_along_axis(cosines, found.indices, axis=1), expected)
    # Of equal cosines either may come first; elsewhere there is one right answer.
    sorted_cosines = np.take_along_axis(cosines, order, axis=1)[:, : k + 1]
    without_ties = (np.diff(sorted_cosines, axis=1) < 0).all(axis=1)
    assert without_ties.mean() > 0.9
    np.testing.assert_array_equal(found.indices[without_ties], order[without_ties, :k])


@pytest.mark.parametrize("count", [60, CHUNK + 300])
def test_neighbours_are_scikit_learns(count: int) -> None:
    # Doubles, so that scikit-learn's own way to compute a cosine changes no order.
    units = random_units(count)
    found = nearest_neighbours(units, 10)
    distances, places = NearestNeighbors(n_neighbors=10, metric="cosine").fit(units).kneighbors()
    np.testing.assert_array_equal(found.indices, places)
    assert_close(found.cosines, 1 - distances, atol=1e-6)


def test_copies_are_each_others_nearest_and_never_their_own() -> None:
    once = on_a_grid(random_units(CHUNK - 100))
    count = len(once)
    # Copies lie in other chunks than their originals.
    found = nearest_neighbours(np.vstack([once, once, once]), 2)
    own = np.arange(3 * count)
    copies = np.sort(np.stack([(own + count) % (3 * count), (own + 2 * count) % (3 * count)], axis=1), axis=1)
    np.testing.assert_array_equal(np.sort(found.indices, axis=1), copies)
    np.testing.assert_array_equal(found.cosines, np.tile((once**2).sum(axis=1), 3)[:, None].repeat(2, axis=1))


def test_of_equal_vectors_each_has_all_the_others() -> None:
    found = nearest_neighbours(np.tile(at_degrees(20), (7, 1)), 6)
    for place, others in enumerate(found.indices.tolist()):
        assert sorted(others) == [other for other in range(7) if other != place]


@pytest.mark.parametrize("k", [4, 5, 100])
def test_asked_for_more_neighbours_than_there_are_it_finds_all_others(k: int) -> None:
    found = nearest_neighbours(at_degrees(0, 10, 30, 70, 150), k)
    assert found.indices.tolist() == [[1, 2, 3, 4], [0, 2, 3, 4], [1, 0, 3, 4], [2, 1, 0, 4], [3, 2, 1, 0]]
    assert_close(found.cosines[0], np.cos(np.radians([10, 30, 70, 150])), atol=1e-6)


@pytest.mark.parametrize("count", [0, 1])
def test_without_others_there_are_no_neighbours(count: int) -> None:
    found = nearest_neighbours(random_units(count), 5)
    assert found.indices.shape == found.cosines.shape == (count, 0)


def test_asked_for_no_neighbours_it_finds_none() -> None:
    assert nearest_neighbours(random_units(6), 0).indices.shape == (6, 0)


def test_a_zero_vector_is_no_nearer_to_one_than_to_another() -> None:
    found = nearest_neighbours(np.vstack([np.zeros(2), at_degrees(0, 10)]), 2)
    assert found.cosines[0].tolist() == [0, 0]
    assert found.indices[1:].tolist() == [[2, 0], [1, 0]]


@pytest.fixture
def every_torch_warning() -> Iterator[None]:
    """PyTorch warns again of what it has warned of before in this process."""
    before = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    yield
    torch.set_warn_always(before)


@pytest.mark.usefixtures("every_torch_warning")
def test_vectors_that_cannot_be_written_to_are_read_without_a_warning() -> None:
    units = random_units(30).astype(np.float32)
    expected = nearest_neighbours(units, 5)
    units.setflags(write=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = nearest_neighbours(units, 5)
    np.testing.assert_array_equal(found.indices, expected.indices)


def test_vectors_are_left_as_they_were() -> None:
    units = random_units(30)
    before = units.copy()
    nearest_neighbours(units, 5)
    map_quality(units, two_of(units), 5)
    neighbourhood(units, two_of(units), 3, 5)
    np.testing.assert_array_equal(units, before)


# Dots near on a map


@pytest.mark.parametrize("axes", [2, 3])
def test_nearest_dots_are_the_first_of_all_sorted(axes: int) -> None:
    points = np.random.default_rng(1).uniform(-1, 1, size=(200, axes)).astype(np.float32)
    order = np.argsort(distances_to_others(points), axis=1)
    np.testing.assert_array_equal(nearest_dots(points, 7), order[:, :7])
    rows = np.array([199, 3, 3, 40])
    np.testing.assert_array_equal(nearest_dots(points, 7, rows), order[rows, :7])


# A grid of nine places: nearly every dot shares its place with others.
_crowded = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30)


@given(_crowded, st.integers(0, 35))
def test_of_dots_on_one_spot_none_is_near_itself(places: list[tuple[int, int]], k: int) -> None:
    points = np.array(places, dtype=np.float32)
    found = nearest_dots(points, k)
    distances = distances_to_others(points)
    assert found.shape == (len(points), min(k, len(points) - 1))
    for place, (dots, to_others) in enumerate(zip(found.tolist(), distances, strict=True)):
        assert place not in dots
        assert len(set(dots)) == len(dots)
        assert_close(to_others[dots], np.sort(to_others)[: len(dots)])


def test_of_dots_all_on_one_spot_none_is_near_itself() -> None:
    found = nearest_dots(np.zeros((50, 2), dtype=np.float32), 5)
    assert all(place not in dots and len(set(dots)) == 5 for place, dots in enumerate(found.tolist()))


# What a map keeps


@pytest.mark.parametrize("count", [20, 300, CHUNK + 80])
@pytest.mark.parametrize("k", [1, 9])
def test_trustworthiness_is_scikit_learns_and_recall_is_counted(count: int, k: int) -> None:
    units = random_units(count, seed=count)
    points = two_of(units)
    quality = map_quality(units, points, k)
    assert quality is not None
    assert (quality.neighbours, quality.measured) == (k, count)
    assert quality.trustworthiness == pytest.approx(trustworthiness(units, points, n_neighbors=k, metric="cosine"))
    assert quality.recall == pytest.approx(brute_force_recall(units, points, k))


def test_a_map_in_space_is_measured_as_scikit_learn_does() -> None:
    units = random_units(120)
    points = units[:, :3]
    quality = map_quality(units, points, 10)
    assert quality is not None
    assert quality.trustworthiness == pytest.approx(trustworthiness(units, points, n_neighbors=10, metric="cosine"))
    assert quality.recall == pytest.approx(brute_force_recall(units, points, 10))


def test_four_vectors_measured_by_hand() -> None:
    # True order: 0 has 1, 2, 3; 1 has 0, 2, 3; 2 has 1, 0, 3; 3 has 2, 1, 0. The map puts 3 next to 0, and 1 next to 2.
    units, points = at_degrees(0, 10, 25, 60), np.array([[0.0, 0.0], [10.0, 0.0], [11.0, 0.0], [-1.0, 0.0]])
    # Nearest dots have the true ranks 3, 2, 1 and 3, which cost 2 + 1 + 0 + 2 of at most 4 · 1 · (2 · 4 − 3 − 1) / 2.
    assert map_quality(units, points, 1) == MapQuality(1, 0.25, 1 - 5 / 8, 4)


@pytest.mark.parametrize("k", [1, 10, 49])
def test_a_circle_drawn_as_a_circle_keeps_everything(k: int) -> None:
    # Between unit vectors a distance on the plane grows as their cosine falls.
    units = random_units(100, width=2)
    assert map_quality(units, units, k) == MapQuality(k, 1.0, 1.0, 100)


def test_a_sphere_drawn_in_space_keeps_everything_and_flattened_it_does_not() -> None:
    units = random_units(100, width=3)
    assert map_quality(units, units, 10) == MapQuality(10, 1.0, 1.0, 100)
    flat = map_quality(units, two_of(units), 10)
    assert flat is not None
    assert flat.recall < 0.9
    assert flat.trustworthiness < 1


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_vectors_are_not_measured(count: int) -> None:
    units = random_units(count)
    assert map_quality(units, two_of(units), 5) is None


@pytest.mark.parametrize("count", [4, 5, 6, 11])
def test_more_neighbours_than_it_is_defined_for_are_lowered_below_half(count: int) -> None:
    units = random_units(count)
    points = two_of(units)
    quality = map_quality(units, points, 50)
    assert quality is not None
    most = max(k for k in range(1, count) if k < count / 2)
    assert quality.neighbours == most
    assert quality.trustworthiness == pytest.approx(trustworthiness(units, points, n_neighbors=most, metric="cosine"))


def test_up_to_the_limit_every_vector_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    units = random_units(300)
    full = map_quality(units, two_of(units), 10)
    monkeypatch.setattr(neighbours, "QUALITY_SAMPLE", 300)
    assert map_quality(units, two_of(units), 10, seed=1) == full


def test_a_sample_of_vectors_stands_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    units = random_units(600)
    points = two_of(units)
    full = map_quality(units, points, 10)
    monkeypatch.setattr(neighbours, "QUALITY_SAMPLE", 200)
    samples = [map_quality(units, points, 10, seed) for seed in range(20)]
    assert full is not None
    for sample in samples:
        assert sample is not None
        assert (sample.measured, sample.neighbours) == (200, 10)
        assert sample.recall == pytest.approx(full.recall, abs=0.03)
        assert sample.trustworthiness == pytest.approx(full.trustworthiness, abs=0.03)
    # Not leaning to one side: errors of single samples cancel out.
    assert np.mean([each.recall for each in samples if each]) == pytest.approx(full.recall, abs=0.005)
    assert np.mean([each.trustworthiness for each in samples if each]) == pytest.approx(full.trustworthiness, abs=0.005)
    assert len({each.recall for each in samples if each}) > 1
    assert map_quality(units, points, 10, seed=3) == samples[3]


# What is near one


@pytest.mark.parametrize("place", [0, 57, 119])
def test_a_neighbourhood_is_the_first_of_all_sorted(place: int) -> None:
    units = random_units(120)
    points = two_of(units)
    around = neighbourhood(units, points, place, 10)
    cosines = cosines_with_others(units)[place]
    true = np.argsort(-cosines)[:10]
    near = np.argsort(distances_to_others(points)[place])[:10]
    assert around.indices.tolist() == true.tolist()
    assert_close(around.cosines, cosines[true])
    assert around.near.tolist() == [other in near for other in true]
    assert 0 < around.near.sum() < 10


def test_near_are_the_true_neighbours_that_the_map_keeps() -> None:
    units = at_degrees(0, 10, 20, 30, 90)
    # Seen from the first, 1 is nearest on the map and 3 comes next; 2 has been torn away.
    points = np.array([[0, 0], [1, 0], [9, 0], [2, 0], [8, 0]], dtype=np.float32)
    around = neighbourhood(units, points, 0, 2)
    assert around.indices.tolist() == [1, 2]
    assert_close(around.cosines, np.cos(np.radians([10, 20])))
    assert around.near.tolist() == [True, False]


def test_a_sentences_copy_is_near_it_and_no_cosine_is_above_one() -> None:
    units = normalise_rows(np.random.default_rng(5).normal(size=(40, 384)).astype(np.float32))
    units = np.vstack([units, units])
    points = units[:, :2]
    for place in range(len(units)):
        around = neighbourhood(units, points, place, 1)
        assert around.indices.tolist() == [(place + 40) % 80]
        assert around.near.tolist() == [True]
        assert around.cosines.max() <= 1
        assert around.cosines[0] == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_neighbourhood_is_at_most_all_others(count: int) -> None:
    units = random_units(count)
    around = neighbourhood(units, two_of(units), count - 1, 10)
    assert sorted(around.indices.tolist()) == list(range(count - 1))
    assert around.near.tolist() == [True] * (count - 1)
