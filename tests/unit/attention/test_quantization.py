"""Weights as bytes: every number that is read back is right to its last digit, and a largest weight is never lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from components.core import Encoder
from components.core.attention.quantization import QuantizedWeights, quantize_weights
from components.core.model.attention import TokenSelection

_WEIGHTS = arrays(np.float32, (2, 3, 4), elements=st.floats(0, 1, width=32))


def printed(packed: QuantizedWeights) -> list[str]:
    """What a browser prints of the bytes: whole numbers, divided by a power of ten, with so many decimals."""
    whole = np.frombuffer(packed.data, dtype="<u2" if packed.decimals == 4 else "u1")
    return [f"{int(number) / 10**packed.decimals:.{packed.decimals}f}" for number in whole]


@given(_WEIGHTS)
def test_four_decimals_are_those_of_the_weight_itself(weights: np.ndarray) -> None:
    packed = quantize_weights(weights, most_bytes=48)
    assert (packed.decimals, packed.block, len(packed.data)) == (4, 1, 48)
    assert printed(packed) == [f"{float(weight):.4f}" for weight in weights.ravel()]


@given(_WEIGHTS)
def test_two_decimals_are_those_of_the_weight_itself_where_four_do_not_fit(weights: np.ndarray) -> None:
    packed = quantize_weights(weights, most_bytes=47)
    assert (packed.decimals, packed.block, len(packed.data)) == (2, 1, 24)
    assert printed(packed) == [f"{float(weight):.2f}" for weight in weights.ravel()]


@given(_WEIGHTS)
def test_where_two_do_not_fit_each_block_keeps_its_largest_weight(weights: np.ndarray) -> None:
    packed = quantize_weights(weights, most_bytes=23)
    assert (packed.decimals, packed.block, packed.steps.shape) == (2, 2, (2, 2, 2))
    blocks = [weights[n, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2] for n, i, j in np.ndindex(2, 2, 2)]
    assert printed(packed) == [f"{float(block.max()):.2f}" for block in blocks]


def test_a_tie_is_rounded_as_printing_rounds_it() -> None:
    weights = np.full((1, 1, 3), 1 / 32, dtype=np.float32)  # 0.03125: a head that looks at 32 tokens alike
    assert printed(quantize_weights(weights, 100)) == [f"{1 / 32:.4f}"] * 3


def test_the_weights_are_least_significant_byte_first() -> None:
    assert quantize_weights(np.array([[[0.7006]]]), 2).data == bytes([7006 % 256, 7006 // 256])


@pytest.mark.parametrize(("count", "tokens"), [(72, 117), (72, 118), (72, 166), (72, 167), (72, 512), (384, 128)])
def test_whatever_the_size_no_more_bytes_are_used_than_allowed_and_no_fewer_blocks_than_needed(
    count: int, tokens: int
) -> None:
    most = 2_000_000
    packed = quantize_weights(np.zeros((count, tokens, tokens), dtype=np.float32), most)
    assert len(packed.data) <= most
    if packed.block > 1:
        finer = -(-tokens // (packed.block - 1))
        assert count * finer * finer > most


def test_a_part_holds_the_rows_and_columns_it_names_shared_out_among_the_tokens_that_are_kept(
    encoder: Encoder,
) -> None:
    weights = encoder.trace("Squatch eats pizza").attention_weights()
    assert np.array_equal(TokenSelection((1, 2), (0, 4, 5)).of(weights), weights[:, :, 1:3][..., [0, 4, 5]])
    kept = weights[..., 1:5, 1:5] / weights[..., 1:5, 1:5].sum(axis=-1, keepdims=True)
    part = TokenSelection((2, 3), (4,), only=(1, 2, 3, 4))
    np.testing.assert_allclose(part.of(weights), kept[:, :, 1:3, 3:4], atol=1e-6)
