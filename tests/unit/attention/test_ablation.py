"""What is lost without a head is what a plain model loses when nothing is read from that head."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from components.core import (
    Encoder,
    FutureMasked,
    HeadsOff,
    HeadUniform,
    Intervention,
    InterventionError,
    PositionsOff,
    PositionsReordered,
)
from components.core.attention.ablation import InterventionEffect, cosines_without_each_head
from components.core.model.attention import attention_moved, mean_or_nan
from tests.support.reference import SENTENCES, Opened, assert_close, cosine, output_projections
from tests.support.tiny_models import HEADS, LAYERS, LIMIT

TEXT = SENTENCES[2]
OpenModel = Callable[[str], Opened]


def _assert_as_one_by_one(
    cosines: np.ndarray, encoder: Encoder, text: str, second: str | None = None, also: tuple[Intervention, ...] = ()
) -> None:
    """Each cosine is that of two traces' sentence vectors; of the bundled model's 72 heads every fifth is tried."""
    assert cosines.shape == (encoder.num_layers, encoder.num_heads)
    whole = encoder.trace(text, also, second=second).sentence_vector
    for layer, head in list(np.ndindex(cosines.shape))[:: 1 if encoder.num_heads == HEADS else 5]:
        without = encoder.trace(text, [*also, HeadsOff({(layer, head)})], second=second).sentence_vector
        assert_close(cosines[layer, head], cosine(without, whole))


def _plain_means(opened: Opened, text: str, pairs: list[tuple[int, int]]) -> list[np.ndarray]:
    """The mean context vector that a plain model gives if nothing is read from one head, for each of `pairs`."""
    model = opened.hugging_face()
    now = {"layer": 0, "off": -1, "head": -1}  # the layer that is read, and whose head is off

    def hook(_: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        now["layer"] += 1
        if now["layer"] - 1 != now["off"]:
            return inputs
        joined = inputs[0].clone()
        heads = joined.reshape(joined.shape[0], joined.shape[1], opened.encoder.num_heads, -1)
        heads[:, :, now["head"]] = 0
        return (heads.reshape(joined.shape), *inputs[1:])

    for projection in output_projections(model):
        projection.register_forward_pre_hook(hook)
    means = []
    for layer, head in pairs:
        now.update(layer=0, off=layer, head=head)
        means.append(opened.reference(text, model).hidden_states[-1].mean(axis=0))
    return means


# Every head by itself


@pytest.mark.parametrize(("text", "second"), [(TEXT, None), ("it", None), ("Squatch eats pizza", "it eats the oven")])
def test_without_each_head_in_one_go_is_without_each_head_one_by_one(
    opened: Opened, text: str, second: str | None
) -> None:
    encoder = opened.encoder
    cosines = cosines_without_each_head(encoder, encoder.tokenize(text, second=second))
    _assert_as_one_by_one(cosines, encoder, text, second)
    assert cosines.min() < 1 - 1e-4


@pytest.mark.parametrize("also", [PositionsOff(), FutureMasked(), HeadsOff({(1, 2)}), HeadUniform(0, 1)])
def test_heads_are_switched_off_beside_any_other_change(opened: Opened, also: Intervention) -> None:
    encoder = opened.encoder
    cosines = cosines_without_each_head(encoder, encoder.tokenize(TEXT), [also])
    _assert_as_one_by_one(cosines, encoder, TEXT, also=(also,))
    assert not np.allclose(cosines, cosines_without_each_head(encoder, encoder.tokenize(TEXT)), atol=1e-4)
    if isinstance(also, HeadsOff):
        assert_close(cosines[1, 2], 1)  # it is off already


def test_an_order_of_positions_is_kept_while_heads_are_switched_off(encoder: Encoder) -> None:
    text = "Squatch eats pizza"
    backwards = PositionsReordered(tuple(reversed(range(len(encoder.tokenize(text).tokens)))))
    cosines = cosines_without_each_head(encoder, encoder.tokenize(text), iter([backwards]))
    _assert_as_one_by_one(cosines, encoder, text, also=(backwards,))


def test_without_a_head_the_sentence_vector_is_that_of_a_plain_model_that_reads_nothing_from_it(
    opened: Opened,
) -> None:
    cosines = cosines_without_each_head(opened.encoder, opened.encoder.tokenize(TEXT))
    pairs = list(np.ndindex(cosines.shape))[:: 1 if opened.encoder.num_heads == HEADS else 7]
    whole, *without = _plain_means(opened, TEXT, [(-1, -1), *pairs])
    for pair, mean in zip(pairs, without, strict=True):
        assert_close(cosines[pair], cosine(mean, whole))


def test_a_text_of_many_batches_is_measured_as_one_of_few(open_model: OpenModel) -> None:
    encoder = open_model("bert").encoder
    text = "pizza " * (LIMIT - 2)
    seen: list[tuple[int, int]] = []
    cosines = cosines_without_each_head(
        encoder, encoder.tokenize(text), progress=lambda done, count: seen.append((done, count))
    )
    assert len(seen) > 1
    _assert_as_one_by_one(cosines, encoder, text)


@pytest.mark.parametrize("words", [1, 20, LIMIT - 2])
def test_progress_counts_heads_up_to_all_of_them(open_model: OpenModel, words: int) -> None:
    encoder = open_model("bert").encoder
    seen: list[tuple[int, int]] = []
    cosines_without_each_head(
        encoder, encoder.tokenize("pizza " * words), progress=lambda done, count: seen.append((done, count))
    )
    assert {count for _, count in seen} == {LAYERS * HEADS}
    counted = [done for done, _ in seen]
    assert counted == sorted(counted)
    assert counted[0] > 0
    assert counted[-1] == LAYERS * HEADS


def test_progress_may_stop_the_measurement(encoder: Encoder) -> None:
    class StopError(Exception):
        pass

    seen = []

    def stop(done: int, _: int) -> None:
        seen.append(done)
        raise StopError

    before = encoder.trace(TEXT).hidden_states
    with pytest.raises(StopError):
        cosines_without_each_head(encoder, encoder.tokenize(TEXT), progress=stop)
    assert len(seen) == 1
    assert seen[0] < encoder.num_layers * encoder.num_heads
    np.testing.assert_array_equal(encoder.trace(TEXT).hidden_states, before)


def test_a_head_that_does_not_exist_is_refused_beside_the_others(encoder: Encoder) -> None:
    with pytest.raises(InterventionError, match="Layer 7, head 1 does not exist"):
        cosines_without_each_head(encoder, encoder.tokenize(TEXT), [HeadUniform(6, 0)])


def test_each_reading_of_a_gated_batch_has_its_own_heads_at_work(opened: Opened) -> None:
    encoder = opened.encoder
    gates = np.ones((3, encoder.num_layers, encoder.num_heads))
    gates[1, 0, [1, 2]] = 0
    gates[2] = 0
    vectors = encoder.sentence_vectors_gated(encoder.tokenize(TEXT), gates)
    all_heads = {(layer, head) for layer, head in np.ndindex(*gates.shape[1:])}
    for vector, off in zip(vectors, (set(), {(0, 1), (0, 2)}, all_heads), strict=True):
        assert_close(vector, encoder.trace(TEXT, [HeadsOff(off)]).sentence_vector)
    np.testing.assert_array_equal(
        encoder.sentence_vectors_gated(encoder.tokenize(TEXT), gates), vectors
    )  # nothing of it stays


# One change, looked at closely


@pytest.mark.parametrize(("text", "second"), [(TEXT, None), ("it", None), ("it eats", "Squatch")])
def test_a_reading_beside_itself_shows_no_effect(opened: Opened, text: str, second: str | None) -> None:
    trace = opened.encoder.trace(text, second=second)
    effect = InterventionEffect(trace, opened.encoder.trace(text, second=second))
    assert effect.sentence_cosine == pytest.approx(1, abs=1e-6)
    assert effect.token_cosines.shape == (trace.num_layers + 1, trace.num_tokens)
    assert_close(effect.token_cosines, np.ones_like(effect.token_cosines))
    assert effect.attention_moved.shape == (trace.num_layers, trace.num_heads)
    assert not effect.attention_moved.any()
    assert not effect.attention_difference(1, 2).any()
    assert effect.moved_most() is None


def test_the_token_that_moved_most_is_a_typed_one(encoder: Encoder) -> None:
    effect = InterventionEffect(encoder.trace(TEXT), encoder.trace(TEXT, [HeadsOff({(5, 3)})]))
    cosines = effect.token_cosines[-1].copy()
    cosines[[0, -1]] = 2  # [CLS] and [SEP]
    assert effect.moved_most() == cosines.argmin()


@pytest.mark.parametrize(("text", "second"), [(TEXT, None), ("it", None), ("it eats", "Squatch")])
def test_an_effect_is_what_two_readings_differ_by_vector_by_vector_and_row_by_row(
    opened: Opened, text: str, second: str | None
) -> None:
    encoder = opened.encoder
    untouched, changed = (encoder.trace(text, given, second=second) for given in ((), [HeadUniform(1, 2)]))
    effect = InterventionEffect(untouched, changed)
    assert effect.sentence_cosine == pytest.approx(cosine(untouched.sentence_vector, changed.sentence_vector), abs=1e-6)
    for layer, token in np.ndindex(effect.token_cosines.shape):
        expected = cosine(untouched.hidden_states[layer, token], changed.hidden_states[layer, token])
        assert effect.token_cosines[layer, token] == pytest.approx(expected, abs=1e-5)
    before, after = untouched.attention_weights(), changed.attention_weights()
    for layer, head in np.ndindex(effect.attention_moved.shape):
        # What a row gives less to some, it gives more to others: the sum of what is gained is what moved.
        gains = [np.clip(b - a, 0, None).sum() for a, b in zip(before[layer, head], after[layer, head], strict=True)]
        assert effect.attention_moved[layer, head] == pytest.approx(np.mean(gains), abs=1e-5)
        assert_close(effect.attention_difference(layer, head), after[layer, head] - before[layer, head])
    assert_close(effect.token_cosines[:2], np.ones((2, untouched.num_tokens)))  # the second layer was changed
    assert not effect.attention_moved[0].any()
    assert np.flatnonzero(effect.attention_moved[1] > 1e-6).tolist() == [2]
    visible = before[1, 2] > 0  # ModernBERT's second layer looks through a window
    uniform = visible / visible.sum(axis=-1, keepdims=True)
    assert_close(effect.attention_difference(1, 2), uniform - before[1, 2])


def test_a_head_off_in_the_last_layer_moves_no_attention_but_the_last_context_vectors(encoder: Encoder) -> None:
    effect = InterventionEffect(encoder.trace(TEXT), encoder.trace(TEXT, [HeadsOff({(5, 3)})]))
    assert not effect.attention_moved.any()
    assert_close(effect.token_cosines[:6], np.ones_like(effect.token_cosines[:6]))
    assert effect.token_cosines[6].max() < 1 - 1e-5
    assert effect.sentence_cosine < 1 - 1e-5


def test_the_effect_of_a_head_off_is_that_of_a_plain_model_that_reads_nothing_from_it(bundled: Opened) -> None:
    encoder = bundled.encoder
    effect = InterventionEffect(encoder.trace(TEXT), encoder.trace(TEXT, [HeadsOff({(3, 1)})]))
    whole, without = _plain_means(bundled, TEXT, [(-1, -1), (3, 1)])
    assert effect.sentence_cosine == pytest.approx(cosine(whole, without), abs=1e-6)
    assert effect.attention_moved[4:].min() > 0


# Attention moved, by hand


def test_attention_moved_by_hand() -> None:
    before = np.array([[1.0, 0.0, 0.0], [0.2, 0.3, 0.5], [0.0, 0.0, 1.0]])
    after = np.array([[0.0, 0.0, 1.0], [0.3, 0.3, 0.4], [0.0, 0.0, 1.0]])
    assert attention_moved(before, after) == pytest.approx((1 + 0.1 + 0) / 3)
    assert attention_moved(after, before) == pytest.approx((1 + 0.1 + 0) / 3)
    stacked = attention_moved(np.stack([before, before])[None], np.stack([after, before])[None])
    assert_close(stacked, [[1.1 / 3, 0]])


@pytest.mark.filterwarnings("error")
def test_a_mean_of_nothing_is_not_a_number() -> None:
    assert mean_or_nan(np.array([[1.0, 3.0], [0.0, 1.0]])).tolist() == [2, 0.5]
    nothing = mean_or_nan(np.zeros((2, 3, 0), dtype=np.float32))
    assert nothing.shape == (2, 3)
    assert nothing.dtype == np.float32
    assert np.isnan(nothing).all()
