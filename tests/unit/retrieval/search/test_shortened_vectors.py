"""First dimensions and principal components: all are the whole vectors, fewer are what scikit-learn rebuilds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.util import truncate_embeddings
from sklearn.decomposition import PCA

from components.core.numerics.similarity import cosine_similarity, normalise_rows
from components.core.retrieval.search.ranking import ranking_order
from components.core.retrieval.search.shortened_vectors import keep_first_dimensions, keep_principal_components

_RANDOM = np.random.default_rng(3)
# Dimensions of different spread and a common mean, as sentence vectors have.
_VECTORS = normalise_rows(
    (_RANDOM.normal(size=(40, 12)) * np.linspace(2, 0.2, 12) + _RANDOM.normal(size=12)).astype(np.float32)
)
_QUESTIONS = normalise_rows(_RANDOM.normal(size=(5, 12)).astype(np.float32))


def test_first_dimensions_are_compared_by_the_cosine_of_the_parts_that_are_kept() -> None:
    for size in (1, 5, 12):
        shortened = keep_first_dimensions(_VECTORS, size)
        assert (shortened.size, shortened.bytes_per_passage) == (size, 4 * size)
        expected = cosine_similarity(_QUESTIONS[:, :size], _VECTORS[:, :size])
        np.testing.assert_allclose([shortened.scores(each) for each in _QUESTIONS], expected, atol=1e-6)
        theirs = truncate_embeddings(_VECTORS, size)
        np.testing.assert_allclose(shortened.unit_vectors, normalise_rows(theirs), atol=1e-7)


def test_first_dimensions_that_are_all_zero_are_like_nothing() -> None:
    shortened = keep_first_dimensions(np.array([[0.0, 1.0], [0.6, 0.8]]), 1)
    assert shortened.scores(np.array([1.0, 0.0])).tolist() == [0, 1]
    assert shortened.scores(np.array([0.0, 1.0])).tolist() == [0, 0]


def test_more_dimensions_than_there_are_keep_all() -> None:
    assert keep_first_dimensions(_VECTORS, 99).size == 12
    assert keep_principal_components(_VECTORS, 99).size == 12


@pytest.mark.parametrize("size", [1, 4, 11])
def test_the_score_by_principal_components_is_the_cosine_with_what_scikit_learn_rebuilds(size: int) -> None:
    pca = PCA(size, svd_solver="full").fit(_VECTORS.astype(np.float64))
    rebuilt = pca.inverse_transform(pca.transform(_VECTORS.astype(np.float64)))
    found = keep_principal_components(_VECTORS, size)
    np.testing.assert_allclose(
        [found.scores(each) for each in _QUESTIONS], cosine_similarity(_QUESTIONS, rebuilt), atol=1e-6
    )
    assert found.bytes_per_passage == 4 * size


def test_the_variance_that_is_kept_is_that_of_a_decomposition_by_hand() -> None:
    centred = _VECTORS.astype(np.float64) - _VECTORS.astype(np.float64).mean(axis=0)
    strengths, directions = np.linalg.eigh(centred.T @ centred)
    for size in (1, 4):
        found = keep_principal_components(_VECTORS, size)
        assert found.kept == pytest.approx(strengths[::-1][:size].sum() / strengths.sum())
        # The same directions, whichever way round an eigenvector points.
        np.testing.assert_allclose(np.abs((found.directions @ directions[:, ::-1])[:, :size]), np.eye(size), atol=1e-9)


def test_a_direction_points_to_where_its_largest_number_is_positive() -> None:
    for vectors in (_VECTORS, -_VECTORS, _VECTORS[::-1]):
        directions = keep_principal_components(vectors, 6).directions
        assert (directions[np.arange(6), np.abs(directions).argmax(axis=1)] > 0).all()


@given(st.integers(2, 30), st.integers(2, 16), st.integers(0, 2**32 - 1))
def test_as_many_dimensions_as_there_are_rank_as_whole_vectors_do(passages: int, width: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = normalise_rows(random.normal(size=(passages, width)).astype(np.float32))
    question = normalise_rows(random.normal(size=width).astype(np.float32))
    cosines = vectors @ question
    first, components = keep_first_dimensions(vectors, width), keep_principal_components(vectors, width)
    # Fewer passages than dimensions differ in fewer directions, and these rebuild them exactly.
    assert components.size <= min(width, passages - 1)
    assert components.kept == pytest.approx(1)
    for scores in (first.scores(question), components.scores(question)):
        np.testing.assert_allclose(scores, cosines, atol=2e-6)
    assert ranking_order(first.scores(question)).tolist() == ranking_order(cosines).tolist()


@pytest.mark.parametrize("passages", [1, 3])
def test_passages_that_do_not_differ_need_no_direction(passages: int) -> None:
    same = np.tile(np.array([[0.6, 0.8]]), (passages, 1))
    found = keep_principal_components(same, 2)
    assert (found.size, found.bytes_per_passage, found.kept) == (0, 0, 1)
    assert found.scores(np.array([1.0, 0.0])) == pytest.approx([0.6] * passages)


def test_a_passage_that_is_rebuilt_as_nothing_is_like_nothing() -> None:
    # Mean (0, 0): along the first direction alone, the third passage is rebuilt as the mean.
    vectors = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.1], [0.0, -0.1]])
    assert keep_principal_components(vectors, 1).scores(np.array([0.0, 1.0])) == pytest.approx([0, 0, 0, 0])
    assert keep_principal_components(vectors, 1).scores(np.array([1.0, 0.0])) == pytest.approx([1, -1, 0, 0])
