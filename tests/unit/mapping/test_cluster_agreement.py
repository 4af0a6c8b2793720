"""The agreement of clusters with labels, against scikit-learn and cases by hand."""

import numpy as np
import pytest
from sklearn.metrics import (
    adjusted_rand_score,
    completeness_score,
    homogeneity_score,
    v_measure_score,
)
from sklearn.metrics.cluster import contingency_matrix

from components.core.mapping.clustering import (
    NOISE,
    agreement,
    describe_clusters,
    v_measure_by_chance,
)

# Nothing that scikit-learn warns of may reach a reader's terminal.
pytestmark = pytest.mark.filterwarnings("error")

_SENTENCES = (
    "Squatch bakes a pizza.",
    "The pizza needs cheese and more cheese.",
    "My dog chases the cat.",
    "The dog sleeps, the cat sleeps, and so does the mouse.",
    "A dog barks.",
    "Rain.",
)
_FOUND = np.array([1, 1, 0, 0, 0, NOISE])


@pytest.mark.parametrize("seed", range(4))
def test_agreement_is_scikit_learns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.choice(["Cooking", "Animals", "Weather"], size=60).tolist()
    found = rng.integers(NOISE, 4, size=60)
    compared = agreement(labels, found)
    assert compared.adjusted_rand == pytest.approx(adjusted_rand_score(labels, found))
    assert compared.v_measure == pytest.approx(v_measure_score(labels, found))
    assert compared.homogeneity == pytest.approx(homogeneity_score(labels, found))
    assert compared.completeness == pytest.approx(completeness_score(labels, found))
    # scikit-learn has both sides in ascending order.
    table = compared.table[np.argsort(compared.labels)][:, np.argsort(compared.clusters)]
    np.testing.assert_array_equal(table, contingency_matrix(labels, found))


def test_labels_come_in_order_of_appearance_and_clusters_as_they_are_described() -> None:
    labels = ["Food", "Food", "Animals", "Animals", "Food", "Weather"]
    compared = agreement(labels, _FOUND)
    assert compared.labels == ("Food", "Animals", "Weather")
    assert compared.clusters == (0, 1, NOISE)
    assert compared.clusters == tuple(cluster.number for cluster in describe_clusters(_FOUND, np.eye(6), _SENTENCES))
    assert compared.table.tolist() == [[1, 2, 0], [2, 0, 0], [0, 0, 1]]


def test_clusters_that_are_the_labels_agree_wholly_and_one_cluster_of_all_not_at_all() -> None:
    labels = ["b", "b", "a", "a", "a", "c"]
    whole = agreement(labels, _FOUND)
    assert (whole.adjusted_rand, whole.homogeneity, whole.completeness, whole.v_measure) == pytest.approx((1, 1, 1, 1))
    nothing = agreement(labels, np.zeros(6, dtype=int))
    assert (nothing.adjusted_rand, nothing.homogeneity, nothing.v_measure) == pytest.approx((0, 0, 0))
    assert nothing.completeness == pytest.approx(1)


def test_clusters_that_only_halve_the_labels_are_homogeneous_and_not_complete() -> None:
    compared = agreement(["a", "a", "a", "a", "b", "b"], np.array([0, 0, 1, 1, 2, 2]))
    assert compared.homogeneity == pytest.approx(1)
    assert compared.completeness < 0.7


@pytest.mark.parametrize("count", [0, 1, 50])
def test_a_label_of_its_own_for_each_sentence_is_no_trouble(count: int) -> None:
    compared = agreement([f"label {place}" for place in range(count)], np.zeros(count, dtype=int))
    assert compared.table.shape == (count, min(count, 1))
    assert np.isfinite([compared.adjusted_rand, compared.v_measure]).all()


def test_by_chance_the_v_measure_is_that_of_many_shufflings_and_grows_with_the_number_of_groups() -> None:
    draws = np.random.default_rng(3)
    labels = [f"label {number % 10}" for number in range(240)]
    found = {}
    for groups in (2, 10, 40):
        clusters = np.arange(240) % groups
        every = [v_measure_score(labels, draws.permutation(clusters)) for _ in range(200)]
        found[groups] = v_measure_by_chance(labels, draws.permutation(clusters))
        assert found[groups] == pytest.approx(np.mean(every), abs=0.01)
    assert found[2] < 0.02 < 0.06 < found[10] < 0.2 < found[40]
