"""One bit a dimension: sentence-transformers' codes, distances counted sign by sign, and rescoring."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.util.quantization import quantize_embeddings

from components.core.numerics.similarity import cosine_similarity, normalise_rows
from components.core.retrieval.search.binary_vectors import quantize_binary
from components.core.retrieval.search.ranking import exact_search

_RANDOM = np.random.default_rng(6)
_WIDTH = 36  # not a whole number of bytes
_VECTORS = normalise_rows(_RANDOM.normal(size=(200, _WIDTH)).astype(np.float32))
_QUESTIONS = normalise_rows(_RANDOM.normal(size=(8, _WIDTH)).astype(np.float32))


def _differing(question: np.ndarray, passage: np.ndarray) -> int:
    return sum((one > 0) != (other > 0) for one, other in zip(question, passage, strict=True))


def test_codes_are_those_of_sentence_transformers() -> None:
    binary = quantize_binary(_VECTORS)
    np.testing.assert_array_equal(binary.codes, quantize_embeddings(_VECTORS, "ubinary"))
    assert binary.bytes_per_passage == 5
    assert quantize_binary(np.zeros((1, 384))).bytes_per_passage == 48


def test_scores_are_cosines_of_signs_that_were_counted_one_by_one() -> None:
    binary = quantize_binary(_VECTORS)
    for question in _QUESTIONS:
        assert binary.differing_signs(question).tolist() == [_differing(question, each) for each in _VECTORS]
        signs, asked = np.where(_VECTORS > 0, 1.0, -1.0), np.where(question > 0, 1.0, -1.0)
        np.testing.assert_allclose(binary.scores(question), cosine_similarity(asked[None], signs)[0], atol=1e-12)
    np.testing.assert_allclose(binary.signs(np.array([7, 3])), normalise_rows(signs[[7, 3]]), atol=1e-6)


def test_a_search_worked_by_hand() -> None:
    # Of three signs, the question's agree with 2, 3 and 1. Rescored by +1 and −1 over √3: 0.5, 0.9 and −0.5.
    question = np.array([0.7, 0.2, 0.0])
    binary = quantize_binary(np.array([[0.9, -0.1, -0.3], [0.1, 0.9, -0.1], [-0.2, 0.4, 0.5]]))
    assert binary.scores(question) == pytest.approx([1 / 3, 1, -1 / 3])
    assert [each.index for each in binary.search(question, 2)] == [1, 0]
    found = binary.rescored_search(question, 3)
    assert [each.index for each in found] == [1, 0, 2]
    assert [each.score * np.sqrt(3) for each in found] == pytest.approx([0.9, 0.5, -0.5])


def test_rescoring_by_signs_is_that_of_sentence_transformers() -> None:
    # As its semantic_search_faiss does: bits of 0 and 1 times the question, for the first k · factor by distance.
    binary = quantize_binary(_VECTORS)
    codes = quantize_embeddings(_VECTORS, "ubinary")
    for question in _QUESTIONS:
        distances = [_differing(question, each) for each in _VECTORS]
        first = sorted(range(200), key=lambda index: (distances[index], index))[:40]
        bits = np.unpackbits(codes, axis=1)[:, :_WIDTH]
        expected = sorted(first, key=lambda index: -float(question @ bits[index].astype(np.float32)))[:10]
        assert [each.index for each in binary.rescored_search(question, 10)] == expected


def test_rescoring_by_whole_vectors_orders_the_first_passages_by_their_cosines() -> None:
    binary = quantize_binary(_VECTORS)
    for question in _QUESTIONS:
        first = {each.index for each in binary.search(question, 30)}
        allowed = np.isin(np.arange(200), list(first))
        expected = exact_search(_VECTORS, question, 10, allowed)
        found = binary.rescored_search(question, 10, unit_vectors=_VECTORS, factor=3)
        assert [(each.index, each.rank) for each in found] == [(each.index, each.rank) for each in expected]
        assert [each.score for each in found] == pytest.approx([each.score for each in expected], abs=1e-6)


def test_only_what_is_allowed_is_found_and_rescored() -> None:
    binary = quantize_binary(_VECTORS)
    allowed = np.arange(200) % 2 == 0
    for found in (
        binary.search(_QUESTIONS[0], 5, allowed),
        binary.rescored_search(_QUESTIONS[0], 5, allowed, _VECTORS),
    ):
        assert len(found) == 5
        assert all(each.index % 2 == 0 for each in found)


def test_all_passages_rescored_by_whole_vectors_are_the_plain_ranking() -> None:
    found = quantize_binary(_VECTORS).rescored_search(_QUESTIONS[0], 200, unit_vectors=_VECTORS, factor=1)
    assert [each.index for each in found] == [each.index for each in exact_search(_VECTORS, _QUESTIONS[0], 200)]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=20))
def test_passages_with_equal_signs_come_in_their_order(kinds: list[int]) -> None:
    vectors = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])[kinds]
    found = quantize_binary(vectors).search(np.array([0.5, 0.5]), len(kinds))
    agreeing = {0: 2, 1: 1, 2: 1, 3: 0}
    assert [each.index for each in found] == sorted(range(len(kinds)), key=lambda index: -agreeing[kinds[index]])
