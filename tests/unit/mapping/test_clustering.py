"""Clusters of sentence vectors, their words and their agreement with labels, against scikit-learn and by hand."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import (
    adjusted_rand_score,
    completeness_score,
    homogeneity_score,
    silhouette_samples,
    silhouette_score,
    v_measure_score,
)
from sklearn.metrics.cluster import contingency_matrix

from components.core.mapping import clustering as module
from components.core.mapping.clustering import (
    NOISE,
    agreement,
    class_tf_idf,
    describe_clusters,
    hdbscan,
    k_means,
    silhouettes,
)
from components.core.numerics.similarity import normalise_rows
from components.core.text.content_words import content_words_in

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
    expected = HDBSCAN(min_cluster_size=smallest, copy=True).fit_predict(units)
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


def test_clusters_are_described_the_largest_first_and_noise_last() -> None:
    units = _points([1, 1, 2, 2, 2, 7])
    described = describe_clusters(_FOUND, units, _SENTENCES)
    assert [cluster.number for cluster in described] == [0, 1, NOISE]
    assert [cluster.members.tolist() for cluster in described] == [[2, 3, 4], [0, 1], [5]]
    noisy = describe_clusters(np.array([0, NOISE, NOISE, 0, NOISE, NOISE]), units, _SENTENCES)
    assert [cluster.number for cluster in noisy] == [0, NOISE]
    # Numbers that do not go by size are put in order too.
    assert [cluster.number for cluster in describe_clusters(np.array([0, 4, 4, 2, 2, 2]), units, _SENTENCES)] == [
        2,
        4,
        0,
    ]


def test_the_words_of_a_cluster_are_the_most_telling_first_then_alphabetical() -> None:
    dogs, pizzas, noise = describe_clusters(_FOUND, _points([1, 1, 2, 2, 2, 7]), _SENTENCES)
    # "dog" occurs three times, "cat" and "sleeps" twice, and the others once; five are shown.
    assert dogs.words == ("dog", "cat", "sleeps", "barks", "chases")
    assert pizzas.words == ("cheese", "pizza", "bakes", "needs", "squatch")
    assert noise.words == ()


def test_a_word_that_other_clusters_hold_too_is_less_telling() -> None:
    sentences = ["dog cat", "dog mouse", "dog fish"]
    first, *_ = describe_clusters(
        np.array([0, 0, 1]), _points([0, 0, 1]), ["dog cat", "dog cat", "dog dog dog dog fish"]
    )
    assert first.words == ("cat", "dog")
    # So it is if the others are noise: it counts as a class.
    first, _ = describe_clusters(
        np.array([0, 0, NOISE]), _points([0, 0, 1]), ["dog cat", "dog cat", "dog dog dog dog fish"]
    )
    assert first.words == ("cat", "dog")
    assert describe_clusters(np.array([0, 0, 0]), _points([0, 0, 0]), sentences)[0].words == (
        "dog",
        "cat",
        "fish",
        "mouse",
    )


def test_function_words_never_tell_a_cluster() -> None:
    sentences = ["It’s not that they don't eat, it isn't that we can’t.", "It's Squatch's. They’ll eat what we don’t."]
    assert describe_clusters(np.array([0, 0]), _points([0, 0]), sentences)[0].words == ("eat", "squatch")


@pytest.mark.parametrize("texts", [["😀", "👍🏽", "❤️"], ["", " ", "..."], ["the", "it's", "don't"]])
def test_texts_without_content_words_have_clusters_without_words(texts: list[str]) -> None:
    described = describe_clusters(np.array([0, 0, 1]), _points([0, 0, 1]), texts)
    assert [cluster.words for cluster in described] == [(), ()]


def test_a_cluster_without_words_stands_beside_one_with() -> None:
    described = describe_clusters(np.array([0, 0, 1]), _points([0, 0, 1]), ["😀", "👍🏽", "Pizza"])
    assert [cluster.words for cluster in described] == [(), ("pizza",)]


def test_the_middle_of_a_cluster_is_the_member_nearest_its_mean_direction() -> None:
    angles = np.array([0.0, 0.9, 0.3, 0.5])
    units = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    cluster = describe_clusters(np.zeros(4, dtype=int), units, ["a"] * 4)[0]
    mean = units.mean(axis=0)
    direction = np.arctan2(mean[1], mean[0])
    assert cluster.central == int(np.abs(angles - direction).argmin()) == 3
    assert cluster.tightness == pytest.approx(np.cos(angles - direction).mean(), abs=1e-6)


def test_equal_sentences_are_as_tight_as_can_be_and_the_first_is_their_middle() -> None:
    row = normalise_rows(np.random.default_rng(0).normal(size=(1, 384))).astype(np.float32)
    cluster = describe_clusters(np.zeros(7, dtype=int), np.repeat(row, 7, axis=0), ["same"] * 7)[0]
    assert cluster.tightness == pytest.approx(1)
    assert cluster.central == 0


def test_noise_has_a_tightness_and_no_middle() -> None:
    noise = describe_clusters(np.array([NOISE, NOISE]), np.array([[1.0, 0.0], [0.0, 1.0]]), ["dog", "cat"])[0]
    assert noise.central is None
    assert noise.tightness == pytest.approx(np.sqrt(0.5))


def test_opposite_sentences_have_no_direction_and_no_tightness() -> None:
    cluster = describe_clusters(np.array([0, 0]), np.array([[1.0, 0.0], [-1.0, 0.0]]), ["dog", "cat"])[0]
    assert (cluster.central, cluster.tightness) == (0, 0)


def test_of_no_sentences_there_is_nothing_to_describe() -> None:
    assert describe_clusters(np.empty(0, dtype=int), np.empty((0, 8), dtype=np.float32), []) == ()


@given(data=st.data(), found=st.lists(st.integers(NOISE, 4), min_size=1, max_size=12).map(np.array))
def test_described_clusters_share_out_all_sentences_and_their_words_occur_in_them(
    data: st.DataObject, found: np.ndarray
) -> None:
    texts = st.lists(st.sampled_from(["dog", "Dog's", "cat", "don't", "it", "é", "7", "😀"]), max_size=6).map(" ".join)
    sentences = data.draw(st.lists(texts, min_size=len(found), max_size=len(found)))
    units = normalise_rows(np.random.default_rng(0).normal(size=(len(found), 5))).astype(np.float32)
    described = describe_clusters(found, units, sentences)
    assert sorted(place for cluster in described for place in cluster.members) == list(range(len(found)))
    for cluster in described:
        assert (found[cluster.members] == cluster.number).all()
        occurring = {word for place in cluster.members for word in content_words_in(sentences[place])}
        assert len(set(cluster.words)) == len(cluster.words)
        # Fewer than 6 words can occur, so all of them are shown.
        assert set(cluster.words) == (set() if cluster.number == NOISE else occurring)
        assert cluster.central is None if cluster.number == NOISE else cluster.central in cluster.members
        assert -1e-6 <= cluster.tightness <= 1 + 1e-6


@given(labels=st.lists(st.integers(0, 7), max_size=20), k=st.integers(1, 9))
def test_numbers_do_not_depend_on_what_the_labels_were(labels: list[int], k: int) -> None:
    found = k_means(_points(labels), k)
    assert _is_numbered_by_size(found)
    # Sentences that are equal are never parted.
    assert len(set(zip(labels, found.tolist(), strict=True))) == len(set(labels))


def test_class_tf_idf_of_two_classes_worked_out_by_hand() -> None:
    # Words: dog, cat, the. Class 0 holds 6 words and class 1 holds 2, which is 4 on average.
    counts = np.array([[3, 1, 2], [0, 1, 1]])
    expected = [[3 * log(1 + 4 / 3), log(1 + 4 / 2), 2 * log(1 + 4 / 3)], [0, log(1 + 4 / 2), log(1 + 4 / 3)]]
    np.testing.assert_allclose(class_tf_idf(counts).toarray(), expected)
    np.testing.assert_allclose(class_tf_idf(csr_array(counts)).toarray(), expected)


def test_class_tf_idf_leaves_the_counts_as_they_are() -> None:
    counts = csr_array(np.array([[3.0, 1.0], [0.0, 1.0]]))
    class_tf_idf(counts)
    assert counts.toarray().tolist() == [[3, 1], [0, 1]]


def test_a_word_that_never_occurs_weighs_nothing() -> None:
    stored_zeros = csr_array((np.array([2, 0]), np.array([0, 1]), np.array([0, 2])), shape=(1, 2))
    for counts in (np.array([[2, 0]]), stored_zeros):
        np.testing.assert_allclose(class_tf_idf(counts).toarray(), [[2 * log(2), 0]])


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (2, 0), (2, 3)])
def test_class_tf_idf_of_nothing_is_nothing(shape: tuple[int, int]) -> None:
    weights = class_tf_idf(np.zeros(shape, dtype=int))
    assert weights.shape == shape
    assert weights.nnz == 0


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
