"""Clusters of sentence vectors, against scikit-learn and cases by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import (
    silhouette_samples,
    silhouette_score,
)

from components.core.mapping import clustering as module
from components.core.mapping.clustering import (
    NOISE,
    hdbscan,
    k_means,
    silhouettes,
)
from components.core.numerics.similarity import normalise_rows

# Nothing that scikit-learn warns of may reach a reader's terminal.
pytestmark = pytest.mark.filterwarnings("error")


def _groups(sizes: tuple[int, ...], spread: float = 0.25, seed: int = 0, dimensions: int = 16) -> np.ndarray:
    """Unit rows around as many random directions, each scattered by about so much, in random order."""
    rng = np.random.default_rng(seed)
    middles = np.repeat(normalise_rows(rng.normal(size=(len(sizes), dimensions))), sizes, axis=0)
    scattered = middles + spread * normalise_rows(rng.normal(size=middles.shape))
    return normalise_rows(rng.permutation(scattered)).astype(np.float32)


def _points(labels: list[int]) -> np.ndarray:
    """Unit rows, equal where the labels are."""
    return np.eye(8, dtype=np.float32)[labels]


def _same_groups(ones: np.ndarray, others: np.ndarray) -> bool:
    return len(set(zip(ones.tolist(), others.tolist(), strict=True))) == len(set(ones)) == len(set(others))


def _is_numbered_by_size(found: np.ndarray) -> bool:
    """Numbers without a gap from 0, sizes that never grow, and of equal sizes the earlier first member first."""
    numbers = sorted(set(found.tolist()) - {NOISE})
    keys = [(-int((found == number).sum()), int((found == number).argmax())) for number in numbers]
    return numbers == list(range(len(numbers))) and keys == sorted(keys)


@pytest.mark.parametrize(("k", "seed"), [(1, 0), (2, 0), (4, 1), (9, 2)])
def test_k_means_is_scikit_learns_up_to_the_numbers(k: int, seed: int) -> None:
    units = _groups((5, 20, 9, 20), spread=0.8)
    found = k_means(units, k, seed)
    assert _same_groups(found, KMeans(k, n_init=10, random_state=seed).fit_predict(units))
    assert _is_numbered_by_size(found)


def test_k_means_takes_the_best_of_ten_starts() -> None:
    units = normalise_rows(np.random.default_rng(0).normal(size=(60, 16))).astype(np.float32)
    one_start = KMeans(9, n_init=1, random_state=0).fit_predict(units)
    assert not _same_groups(k_means(units, 9), one_start)
    assert _same_groups(k_means(units, 9), KMeans(9, n_init=10, random_state=0).fit_predict(units))


def test_k_means_of_one_seed_is_always_the_same_and_of_others_need_not_be() -> None:
    units = normalise_rows(np.random.default_rng(0).normal(size=(120, 16))).astype(np.float32)
    np.testing.assert_array_equal(k_means(units, 9, seed=3), k_means(units, 9, seed=3))
    assert any(not np.array_equal(k_means(units, 9), k_means(units, 9, seed=seed)) for seed in range(1, 4))


def test_groups_that_lie_apart_are_found() -> None:
    labels = [2, 2, 5, 5, 5, 1]
    assert k_means(_points(labels), 3).tolist() == [1, 1, 0, 0, 0, 2]


def test_of_equal_sizes_the_cluster_of_the_first_sentence_has_the_lower_number() -> None:
    assert k_means(_points([7, 0, 3, 0, 7, 3]), 3).tolist() == [0, 1, 2, 1, 0, 2]


@pytest.mark.parametrize("labels", [[], [0], [0, 0], [0, 1], [0, 1, 0], [0, 1, 2], [4] * 7])
@pytest.mark.parametrize("k", [1, 2, 3, 50])
def test_of_few_distinct_sentences_k_means_makes_no_more_clusters_than_there_are(labels: list[int], k: int) -> None:
    found = k_means(_points(labels), k)
    assert found.shape == (len(labels),)
    assert len(set(found.tolist())) == min(k, len(set(labels)))
    assert _is_numbered_by_size(found)


def test_sentences_that_differ_in_a_last_digit_only_make_k_means_neither_warn_nor_fail() -> None:
    units = _groups((1,) * 6, dimensions=384)
    found = k_means(np.concatenate([units, np.nextafter(units, np.float32(2))]), 12)
    assert 6 <= len(set(found.tolist())) < 12
    assert _is_numbered_by_size(found)


def test_a_zero_with_a_sign_is_a_zero() -> None:
    assert k_means(np.array([[1, 0.0], [1, -0.0]], dtype=np.float32), 2).tolist() == [0, 0]
    assert np.isnan(silhouettes(np.array([[1, 0.0], [1, -0.0], [0, 1]], dtype=np.float32), [2])).all()


def test_no_cluster_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="n_clusters"):
        k_means(_groups((5,)), 0)


@pytest.mark.parametrize("smallest", [2, 5, 12])
def test_hdbscan_is_scikit_learns_up_to_the_numbers(smallest: int) -> None:
    units = _groups((5, 30, 14, 30, 1, 1, 1), spread=0.9)
    found = hdbscan(units, smallest)
    expected = HDBSCAN(smallest, min_samples=2, cluster_selection_method="leaf", copy=True).fit_predict(units)
    np.testing.assert_array_equal(found == NOISE, expected == NOISE)
    assert _same_groups(found, expected)
    assert _is_numbered_by_size(found)
    assert len(set(found.tolist())) > 2
    assert NOISE in found
    sizes = np.bincount(found[found != NOISE])
    assert sizes.min() >= smallest


def test_hdbscan_leaves_the_vectors_as_they_are_and_always_finds_the_same() -> None:
    units = _groups((9, 9, 3), spread=0.7)
    before = units.copy()
    np.testing.assert_array_equal(hdbscan(units, 3), hdbscan(units, 3))
    np.testing.assert_array_equal(units, before)


@pytest.mark.parametrize("labels", [[], [0], [0, 0], [0, 1], [0, 1, 2], [4] * 7])
@pytest.mark.parametrize("smallest", [2, 3, 9])
def test_where_there_are_no_two_groups_hdbscan_calls_all_noise(labels: list[int], smallest: int) -> None:
    assert hdbscan(_points(labels), smallest).tolist() == [NOISE] * len(labels)


def test_hdbscan_finds_groups_of_equal_sentences() -> None:
    assert hdbscan(_points([1, 1, 1, 6, 6, 6, 6]), 3).tolist() == [1, 1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("count", [0, 9])
def test_a_smallest_cluster_of_one_is_refused_however_many_sentences_there_are(count: int) -> None:
    with pytest.raises(ValueError, match="at least 1 was asked for"):
        hdbscan(_groups((count,)), 1)


def test_silhouettes_are_scikit_learns_for_each_k() -> None:
    units = _groups((15, 20, 9), spread=0.8)
    expected = [silhouette_score(units.astype(np.float64), k_means(units, k, 1), metric="cosine") for k in (5, 2, 3)]
    np.testing.assert_allclose(silhouettes(units, [5, 2, 3], seed=1), expected, atol=1e-6)
    assert np.argmax(silhouettes(units, range(2, 8))) == 1


def test_a_k_that_is_not_possible_has_no_silhouette() -> None:
    scores = silhouettes(_points([0, 0, 1, 2, 3]), [-1, 0, 1, 2, 3, 4, 5, 90])
    assert np.isnan(scores).tolist() == [True, True, True, False, False, True, True, True]


@pytest.mark.parametrize("labels", [[], [0], [0, 0], [0, 1], [3] * 9])
def test_few_or_equal_sentences_have_no_silhouettes(labels: list[int]) -> None:
    assert np.isnan(silhouettes(_points(labels), [2, 3])).all()
    assert silhouettes(_points(labels), []).shape == (0,)


def test_three_sentences_two_of_them_near_have_the_silhouette_worked_out_by_hand() -> None:
    units = np.array([[1, 0], [0.8, 0.6], [0, 1]])
    # Distances 0.2, 1 and 0.4: {0, 1} and {2}, which alone counts as 0.
    assert silhouettes(units, [2])[0] == pytest.approx((0.8 / 1 + 0.2 / 0.4 + 0) / 3)


def test_of_many_sentences_a_sample_stands_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    units = _groups((150, 100, 50), spread=1.2)
    whole = silhouettes(units, [2, 3])
    monkeypatch.setattr(module, "SILHOUETTE_SAMPLE", 120)
    sampled = silhouettes(units, [2, 3])
    np.testing.assert_array_equal(sampled, silhouettes(units, [2, 3]))
    assert (sampled != whole).all()
    assert (sampled != silhouettes(units, [2, 3], seed=1)).all()
    np.testing.assert_allclose(sampled, whole, atol=0.05)
    # Clusters of all, measured on 120: their mean is scikit-learn's for the same 120.
    places = np.sort(np.random.default_rng(0).choice(300, 120, replace=False))
    expected = silhouette_samples(units[places].astype(np.float64), k_means(units, 3)[places], metric="cosine").mean()
    assert sampled[1] == pytest.approx(expected, abs=1e-6)


def test_a_sample_that_lies_in_one_cluster_has_no_silhouette(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILHOUETTE_SAMPLE", 2)
    units = _points([0] * 60 + [1, 2])
    assert np.isnan(silhouettes(units, [2])).all()


@given(labels=st.lists(st.integers(0, 7), max_size=20), k=st.integers(1, 9))
def test_numbers_do_not_depend_on_what_the_labels_were(labels: list[int], k: int) -> None:
    found = k_means(_points(labels), k)
    assert _is_numbered_by_size(found)
    # Sentences that are equal are never parted.
    assert len(set(zip(labels, found.tolist(), strict=True))) == len(set(labels))
