"""Members, central sentences and characteristic words of clusters, and the weights of the words."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from components.core.mapping.clustering import (
    NOISE,
    class_tf_idf,
    describe_clusters,
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
