"""Attention between words, through all layers and shrunk for a picture: against loops, torch and cases by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from components.core import FutureMasked, SelfOnly
from components.core.attention.quantization import pool_by_magnitude, pool_by_maximum
from components.core.model.attention import attention_rollout, softmax, word_attention
from tests.support.reference import SENTENCES, Opened, assert_close

# Between words


def _groups(sizes: list[int]) -> list[list[int]]:
    """Groups of so many neighbouring tokens."""
    ends = np.cumsum(sizes).tolist()
    return [list(range(end - size, end)) for size, end in zip(sizes, ends, strict=True)]


def _between_by_loops(weights: np.ndarray, words: list[list[int]]) -> np.ndarray:
    """(S, S) to (W, W)."""
    result = np.zeros((len(words), len(words)))
    for a, giving in enumerate(words):
        for b, receiving in enumerate(words):
            given_by_pieces = [sum(float(weights[i, j]) for j in receiving) for i in giving]
            result[a, b] = sum(given_by_pieces) / len(given_by_pieces)
    return result


def test_a_split_word_gives_its_pieces_mean_and_receives_their_sum_worked_by_hand() -> None:
    weights = np.array(
        [
            [0.1, 0.2, 0.3, 0.4],
            [0.4, 0.3, 0.2, 0.1],
            [0.0, 0.5, 0.5, 0.0],
            [1.0, 0.0, 0.0, 0.0],
        ]
    )
    expected = [
        [0.1, 0.5, 0.4],  # 0.2 + 0.3
        [0.2, 0.75, 0.05],  # means of 0.4 and 0.0, of 0.5 and 1.0, of 0.1 and 0.0
        [1.0, 0.0, 0.0],
    ]
    np.testing.assert_allclose(word_attention(weights, [[0], [1, 2], [3]]), expected, rtol=1e-12)
    np.testing.assert_allclose(word_attention(weights, [[0, 1, 2, 3]]), [[1]], rtol=1e-12)


@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=6), seed=st.integers(0, 1000))
def test_attention_between_words_is_what_loops_over_the_pieces_give(sizes: list[int], seed: int) -> None:
    words = _groups(sizes)
    weights = softmax(np.random.default_rng(seed).normal(size=(2, 3, sum(sizes), sum(sizes))))
    between = word_attention(weights, words)
    assert between.shape == (2, 3, len(words), len(words))
    by_loops = [[_between_by_loops(head, words) for head in layer] for layer in weights]
    np.testing.assert_allclose(between, by_loops, rtol=1e-12)
    np.testing.assert_allclose(between.sum(axis=-1), 1, rtol=1e-12)


def test_where_every_word_is_one_token_nothing_changes() -> None:
    weights = softmax(np.random.default_rng(0).normal(size=(2, 5, 5)).astype(np.float32))
    between = word_attention(weights, _groups([1] * 5))
    np.testing.assert_array_equal(between, weights)
    assert between.dtype == np.float32


# Rollout


def _rollout_by_loops(attentions: np.ndarray) -> np.ndarray:
    """Abnar & Zuidema's equation, number by number, from the first layer to the last: (L, H, S, S) to (S, S)."""
    layers, heads, size, _ = attentions.shape
    rolled = [[float(i == j) for j in range(size)] for i in range(size)]
    for layer in range(layers):
        step = [
            [0.5 * sum(float(attentions[layer, h, i, j]) for h in range(heads)) / heads for j in range(size)]
            for i in range(size)
        ]
        for i in range(size):
            step[i][i] += 0.5
        rolled = [[sum(step[i][k] * rolled[k][j] for k in range(size)) for j in range(size)] for i in range(size)]
    return np.array(rolled)


def test_the_last_layer_looks_at_what_the_first_mixed_worked_by_hand() -> None:
    first, second = [[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]
    # With half of each token left where it is: [[1, 0], [½, ½]], then [[½, ½], [0, 1]] times that.
    np.testing.assert_array_equal(attention_rollout(np.array([[first], [second]])), [[0.75, 0.25], [0.5, 0.5]])
    # The other way round it would be something else.
    np.testing.assert_array_equal(attention_rollout(np.array([[second], [first]])), [[0.5, 0.5], [0.25, 0.75]])


def test_the_heads_of_a_layer_are_averaged_worked_by_hand() -> None:
    heads = [[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]]
    np.testing.assert_array_equal(attention_rollout(np.array([heads])), [[0.75, 0.25], [0.25, 0.75]])


@given(layers=st.integers(1, 4), heads=st.integers(1, 3), size=st.integers(1, 6), seed=st.integers(0, 1000))
def test_rollout_is_what_loops_give_and_its_rows_sum_to_one(layers: int, heads: int, size: int, seed: int) -> None:
    weights = softmax(np.random.default_rng(seed).normal(size=(layers, heads, size, size)))
    rolled = attention_rollout(weights)
    np.testing.assert_allclose(rolled, _rollout_by_loops(weights), rtol=1e-12)
    np.testing.assert_allclose(rolled.sum(axis=-1), 1, rtol=1e-12)


@pytest.mark.parametrize("text", SENTENCES)
def test_rollout_of_a_trace_is_that_of_hugging_faces_attentions(bundled: Opened, text: str) -> None:
    attentions = torch.from_numpy(bundled.reference(text).attentions).double()
    steps = [torch.lerp(layer.mean(dim=0), torch.eye(layer.shape[-1], dtype=torch.double), 0.5) for layer in attentions]
    expected = torch.linalg.multi_dot(steps[::-1]).numpy()
    rolled = attention_rollout(bundled.encoder.trace(text).attention_weights())
    assert_close(rolled, expected)
    assert_close(rolled.sum(axis=-1), 1)


def test_tokens_that_see_only_themselves_stem_from_themselves(bundled: Opened) -> None:
    trace = bundled.encoder.trace(SENTENCES[1], [SelfOnly()])
    np.testing.assert_array_equal(attention_rollout(trace.attention_weights()), np.eye(trace.num_tokens))


def test_with_the_future_masked_nothing_stems_from_a_later_token(bundled: Opened) -> None:
    trace = bundled.encoder.trace(SENTENCES[2], [FutureMasked()])
    rolled = attention_rollout(trace.attention_weights())
    np.testing.assert_array_equal(np.triu(rolled, 1), 0)
    assert (np.diag(rolled) >= 0.5**trace.num_layers).all()


# Shrunk


def test_the_number_farthest_from_zero_stands_for_its_block_with_its_sign_worked_by_hand() -> None:
    differences = np.array(
        [
            [0.1, -0.2, 0.3, 0.0],
            [0.0, 0.1, -0.1, 0.2],
            [-0.5, -0.4, 0.0, 0.0],
            [0.4, -0.3, 0.0, 0.0],
        ]
    )
    pooled, block = pool_by_magnitude(differences, most=2)
    np.testing.assert_array_equal(pooled, [[-0.2, 0.3], [-0.5, 0.0]])
    assert block == 2
    # A block at the edge may be cut, and one may hold a single sign.
    pooled, block = pool_by_magnitude(differences[:3, :3], most=2)
    np.testing.assert_array_equal(pooled, [[-0.2, 0.3], [-0.5, 0.0]])
    assert block == 2


@given(heads=st.integers(1, 3), size=st.integers(1, 30), most=st.integers(1, 40), seed=st.integers(0, 1000))
def test_pooling_by_magnitude_takes_what_is_farthest_from_zero_in_each_block(
    heads: int, size: int, most: int, seed: int
) -> None:
    matrices = np.random.default_rng(seed).normal(size=(heads, size, size))
    pooled, block = pool_by_magnitude(matrices, most)
    assert pooled.shape[-1] <= most
    rows = range(0, size, block)
    by_force = [[[max(m[i : i + block, j : j + block].flat, key=abs) for j in rows] for i in rows] for m in matrices]
    np.testing.assert_array_equal(pooled, by_force)
    assert block == pool_by_maximum(matrices, most)[1]


def test_matrices_that_are_small_enough_are_not_shrunk() -> None:
    matrices = np.random.default_rng(0).normal(size=(2, 5, 5))
    pooled, block = pool_by_magnitude(matrices, most=5)
    np.testing.assert_array_equal(pooled, matrices)
    assert block == 1


@given(size=st.integers(1, 12), most=st.integers(1, 12), seed=st.integers(0, 1000))
def test_turning_every_sign_turns_the_sign_of_every_block(size: int, most: int, seed: int) -> None:
    matrices = np.random.default_rng(seed).normal(size=(size, size))
    np.testing.assert_array_equal(pool_by_magnitude(-matrices, most)[0], -pool_by_magnitude(matrices, most)[0])
