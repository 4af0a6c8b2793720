"""One byte a dimension: the codes of sentence-transformers, and scores that are wrong by half a step at most."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.util.quantization import quantize_embeddings

from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.search.int8_vectors import quantize_int8

_RANDOM = np.random.default_rng(4)
_VECTORS = normalise_rows(_RANDOM.normal(size=(150, 24)).astype(np.float32))
_QUESTION = normalise_rows(_RANDOM.normal(size=24).astype(np.float32))


def test_codes_are_those_of_sentence_transformers() -> None:
    np.testing.assert_array_equal(quantize_int8(_VECTORS).codes, quantize_embeddings(_VECTORS, "int8"))
    assert quantize_int8(_VECTORS).bytes_per_passage == 24


def test_a_quantization_worked_by_hand() -> None:
    # From −1 to 1.55 in steps of 0.01: 0.004 is 100.4 steps above −1, so the middle of its step is 100.5 above.
    quantized = quantize_int8(np.array([[-1.0], [0.004], [1.55]]))
    assert quantized.codes.ravel().tolist() == [-128, -28, 127]
    assert quantized.decoded().ravel() == pytest.approx([-0.995, 0.005, 1.555], abs=1e-6)
    assert quantized.scores(np.array([2.0])) == pytest.approx([-1.99, 0.01, 3.11], abs=1e-5)


def test_scores_are_products_with_decoded_vectors_one_number_after_the_other() -> None:
    quantized = quantize_int8(_VECTORS)
    expected = []
    for codes in quantized.codes.tolist():
        numbers = (
            float(start) + (code + 128.5) * float(width)
            for code, start, width in zip(codes, quantized.starts, quantized.widths, strict=True)
        )
        expected.append(sum(float(asked) * number for asked, number in zip(_QUESTION, numbers, strict=True)))
    np.testing.assert_allclose(quantized.scores(_QUESTION), expected, atol=1e-6)


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_no_number_is_wrong_by_more_than_half_a_step(passages: int, width: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(passages, width)).astype(np.float32)
    quantized = quantize_int8(vectors)
    assert (np.abs(quantized.decoded() - vectors) <= quantized.widths / 2 + 1e-5).all()


def test_a_dimension_in_which_all_passages_are_equal_stays_exact() -> None:
    quantized = quantize_int8(np.array([[0.25, 0.0], [0.25, 1.0]]))
    assert quantized.decoded()[:, 0].tolist() == [0.25, 0.25]
    assert quantize_int8(np.array([[0.3, -0.2]])).decoded() == pytest.approx(np.array([[0.3, -0.2]]))
