"""The arithmetic of attention, against cases worked by hand, torch and brute force."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from components.core.attention.quantization import pool_by_maximum
from components.core.model.attention import attention_scores, renormalise_rows, softmax

_SCORES = arrays.arrays(
    np.float64, arrays.array_shapes(max_dims=3, max_side=6), elements=st.floats(-1e6, 1e6, allow_subnormal=False)
)


@given(scores=_SCORES)
def test_softmax_is_torchs(scores: np.ndarray) -> None:
    expected = torch.softmax(torch.from_numpy(scores), dim=-1).numpy()
    np.testing.assert_allclose(softmax(scores), expected, rtol=1e-12, atol=1e-300)


@given(scores=_SCORES, shift=st.integers(-100, 100))
def test_a_constant_added_to_all_scores_changes_no_weight(scores: np.ndarray, shift: int) -> None:
    np.testing.assert_allclose(softmax(np.round(scores) + shift), softmax(np.round(scores)), rtol=1e-12)


def test_a_score_of_minus_infinity_gets_no_weight() -> None:
    np.testing.assert_array_equal(softmax(np.array([[0.0, -np.inf, 0.0, -np.inf]])), [[0.5, 0, 0.5, 0]])
    np.testing.assert_array_equal(softmax(np.array([-np.inf, -3e38])), [0, 1])


def test_scores_beyond_the_range_of_exp_do_not_overflow() -> None:
    large = np.array([[1e30, 1e30, -1e30], [-3.4e38, -3.4e38, -3.4e38]], dtype=np.float32)
    np.testing.assert_allclose(softmax(large), [[0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3]], rtol=1e-6)


def test_attention_scores_of_two_tokens_worked_by_hand() -> None:
    queries, keys = np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([[3.0, 4.0], [5.0, 6.0]])
    # 1·3 + 2·4 = 11, 1·5 + 2·6 = 17; 0·3 − 1·4 = −4, 0·5 − 1·6 = −6.
    np.testing.assert_array_equal(attention_scores(queries, keys, scaling=0.5), [[5.5, 8.5], [-2, -3]])
    hidden = np.array([[0.0, -np.inf], [0.0, 1.0]])
    np.testing.assert_array_equal(attention_scores(queries, keys, 0.5, hidden), [[5.5, -np.inf], [-2, -2]])


def test_attention_scores_keep_the_precision_of_their_queries() -> None:
    ones = np.ones((2, 3, 4), dtype=np.float32)
    assert attention_scores(ones, ones, scaling=4**-0.5).dtype == np.float32


def test_rows_sum_to_one_again_over_the_tokens_kept() -> None:
    weights = np.array([[0.5, 0.25, 0.25], [0.2, 0.6, 0.2], [0.1, 0.1, 0.8]])
    kept = renormalise_rows(weights, np.array([True, False, True]))
    np.testing.assert_allclose(kept, [[2 / 3, 1 / 3], [1 / 9, 8 / 9]], rtol=1e-12)


def test_a_row_that_gave_everything_to_the_tokens_left_out_stays_zero() -> None:
    weights = np.array([[[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.3, 0.4, 0.3]]])
    with np.errstate(all="raise"):
        kept = renormalise_rows(weights, np.array([True, False, True]))
    np.testing.assert_allclose(kept, np.array([[[0, 0], [0.5, 0.5]]]), rtol=1e-12)


def test_keeping_all_tokens_changes_nothing_and_keeping_none_leaves_nothing() -> None:
    weights = softmax(np.random.default_rng(0).normal(size=(2, 3, 5, 5)))
    np.testing.assert_allclose(renormalise_rows(weights, np.ones(5, dtype=bool)), weights, rtol=1e-12)
    assert renormalise_rows(weights, np.zeros(5, dtype=bool)).shape == (2, 3, 0, 0)


@given(heads=st.integers(1, 3), size=st.integers(1, 40), most=st.integers(1, 50), seed=st.integers(0, 1000))
def test_pooling_takes_the_maximum_of_each_square_block(heads: int, size: int, most: int, seed: int) -> None:
    matrices = np.random.default_rng(seed).normal(size=(heads, size, size))
    pooled, block = pool_by_maximum(matrices, most)
    assert pooled.shape[-1] <= most
    assert block == 1 or -(-size // (block - 1)) > most  # a smaller block would not have done
    rows = range(0, size, block)
    by_force = [[[m[i : i + block, j : j + block].max() for j in rows] for i in rows] for m in matrices]
    np.testing.assert_array_equal(pooled, by_force)


@pytest.mark.parametrize("most", [4, 5, 100])
def test_matrices_that_fit_are_left_alone(most: int) -> None:
    matrices = np.arange(16.0).reshape(4, 4)
    pooled, block = pool_by_maximum(matrices, most)
    assert pooled is matrices
    assert block == 1
