"""Every step from two vectors to a layer's output is the one that the model took."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import torch

from components.core import Encoder, FutureMasked, HeadsOff, HeadUniform, Intervention, SelfOnly
from components.core.attention.weight_derivation import WeightDerivation, derive_weight, project_heads
from components.core.model import loading
from components.core.model.layers import OutputProjection
from components.core.model.loading import BUNDLED_NAME
from tests.support.reference import SENTENCES, Opened, assert_close, output_projections
from tests.support.tiny_models import HEADS, SUPPORTED, WINDOW

TEXT = SENTENCES[2]
OpenModel = Callable[[str], Opened]


def _through_projections(opened: Opened, text: str, **inputs: torch.Tensor) -> list[tuple[np.ndarray, np.ndarray]]:
    """What a plain model's output projections are handed and return, layer by layer: (S, H·d) and (S, D)."""
    model = opened.hugging_face()
    seen: list[tuple[np.ndarray, np.ndarray]] = []
    for projection in output_projections(model):
        projection.register_forward_hook(
            lambda _, given, returned: seen.append((given[0][0].cpu().numpy(), returned[0].cpu().numpy()))
        )
    tokens = opened.reference(text, model, **inputs).hidden_states.shape[1]
    return [(given.reshape(tokens, -1), returned.reshape(tokens, -1)) for given, returned in seen]


def _consistent(one: WeightDerivation) -> None:
    """The steps follow from one another."""
    assert one.dot == pytest.approx(sum(float(product) for product in one.products), abs=1e-4)
    assert one.scaled == pytest.approx(one.dot * one.scaling)
    exponentials = np.exp(one.scores.astype(float) - one.scores.astype(float).max())
    assert_close(one.exponentials, exponentials)
    assert_close(one.weights, exponentials / exponentials.sum())
    assert one.weight == pytest.approx(exponentials[one.key_index] / exponentials.sum(), abs=1e-5)
    assert one.score == one.scores[one.key_index]
    assert one.weight == one.weights[one.key_index]
    assert_close(one.weighted_values, [weight * value for weight, value in zip(one.weights, one.values, strict=True)])


# By hand


def test_one_weight_by_hand() -> None:
    one = WeightDerivation(
        query=np.array([1.0, 2.0]),
        key=np.array([3.0, -1.0]),
        scaling=0.5,
        scores=np.array([0.5, 0.5 + np.log(3)]),
        weights=np.array([0.25, 0.75]),
        values=np.array([[4.0, 0.0], [0.0, 8.0]]),
        head_output=np.array([1.0, 6.0]),
        joined=np.array([[1.0, 6.0]]),
        key_index=0,
    )
    assert one.products.tolist() == [3, -2]
    assert (one.dot, one.scaled, one.score, one.weight) == (1, 0.5, 0.5, 0.25)
    assert_close(one.exponentials, [1 / 3, 1])
    assert one.weighted_values.tolist() == [[1, 0], [0, 6]]
    _consistent(one)


def test_what_heads_add_by_hand() -> None:
    # Three dimensions out of two heads of two: head 1 reads the left half of the matrix, head 2 the right half.
    projection = OutputProjection(np.array([[1.0, 2, 3, 4], [0, 1, 0, 1], [5, 0, 0, -5]]), np.array([1.0, 1, 1]))
    added = project_heads(np.array([[1.0, 10], [100, 1000]]), projection)
    assert added.tolist() == [[21, 10, 5], [4300, 1000, -5000]]


# What the model did


def test_every_step_of_a_weight_agrees_with_the_trace_and_with_hugging_face(opened: Opened) -> None:
    trace, expected = opened.encoder.trace(TEXT), opened.reference(TEXT)
    inputs = [given for given, _ in _through_projections(opened, TEXT)]
    places = (0, trace.num_tokens // 2, trace.num_tokens - 1)
    for layer, head, query, key in product(range(trace.num_layers), (0, 2, HEADS - 1), places, places):
        one = derive_weight(trace, layer, head, query, key)
        _consistent(one)
        assert_close(one.weights, expected.attentions[layer, head, query])
        assert one.weight == pytest.approx(float(expected.attentions[layer, head, query, key]), abs=1e-5)
        assert one.score == trace.attention_scores()[layer, head, query, key]
        np.testing.assert_array_equal(one.query, trace.queries[layer, head, query])
        np.testing.assert_array_equal(one.key, trace.keys[layer, head, key])
        np.testing.assert_array_equal(one.values, trace.values[layer, head])
        assert one.scaling == pytest.approx(len(one.query) ** -0.5)
        if np.isfinite(one.score) and one.score > -1e30:  # not masked by a window
            assert one.scaled == pytest.approx(one.score, abs=1e-4)
        joined = inputs[layer][query].reshape(trace.num_heads, -1)
        assert_close(one.joined, joined)
        assert_close(one.head_output, joined[head])
        assert_close(one.weighted_values.sum(axis=0), joined[head])


@pytest.mark.parametrize("text", [TEXT, SENTENCES[0]])
def test_what_all_heads_add_and_the_bias_sum_to_what_the_models_projection_returned(opened: Opened, text: str) -> None:
    trace = opened.encoder.trace(text)
    returned = [output for _, output in _through_projections(opened, text)]
    assert len(returned) == trace.num_layers
    for layer, expected in enumerate(returned):
        projection = opened.encoder.output_projection(layer)
        assert projection is not None
        for query in range(trace.num_tokens):
            added = project_heads(derive_weight(trace, layer, 1, query, 0).joined, projection)
            assert added.shape == (trace.num_heads, opened.encoder.hidden_size)
            assert_close(added.sum(axis=0) + projection.bias, expected[query], atol=2e-5)


def test_what_one_head_adds_is_what_is_missing_when_the_model_reads_nothing_from_it(opened: Opened) -> None:
    trace, layer, head, query = opened.encoder.trace(TEXT), 0, 2, 3
    projection = opened.encoder.output_projection(layer)
    assert projection is not None
    given, returned = _through_projections(opened, TEXT)[layer]
    width = given.shape[1] // trace.num_heads
    without = torch.from_numpy(given[query].copy())
    without[head * width : (head + 1) * width] = 0
    linear = output_projections(opened.hugging_face())[layer]
    with torch.inference_mode():
        missing = returned[query] - linear(without.to(linear.weight.device)).cpu().numpy()
    added = project_heads(derive_weight(trace, layer, head, query, 0).joined, projection)
    assert_close(added[head], missing)


def test_the_output_projection_is_the_models_own_module_by_name(opened: Opened) -> None:
    model = opened.hugging_face()
    linears = output_projections(model)
    order = list(range(len(linears)))
    if "albert" in str(opened.directory):
        assert (len(order), opened.encoder.num_layers) == (2, 4)
        order = [0, 0, 1, 1]  # four layers in two groups
    assert len(order) == opened.encoder.num_layers
    for layer, number in enumerate(order):
        projection = opened.encoder.output_projection(layer)
        assert projection is not None
        np.testing.assert_array_equal(projection.weight, linears[number].weight.detach().cpu().numpy())
        bias = linears[number].bias
        expected = np.zeros(len(projection.weight)) if bias is None else bias.detach().cpu().numpy()
        np.testing.assert_array_equal(projection.bias, expected)
        assert not projection.weight.flags.writeable


class _NotLinear(torch.nn.Module):
    """Twice what a linear layer gives, in a module of another kind."""

    def __init__(self, linear: torch.nn.Linear) -> None:
        super().__init__()
        self.weight, self.bias = linear.weight, linear.bias

    def forward(self, joined: torch.Tensor) -> torch.Tensor:
        return 2 * torch.nn.functional.linear(joined, self.weight, self.bias)


def test_a_layer_that_joins_its_heads_otherwise_has_no_output_projection(open_model: OpenModel) -> None:
    directory = str(open_model("bert").directory)
    pipeline = loading.open_model(directory)
    output = loading.transformer_of(directory, pipeline).get_submodule("encoder.layer.1.attention.output")
    assert isinstance(output.dense, torch.nn.Linear)
    output.dense = _NotLinear(output.dense)
    encoder = Encoder(directory, pipeline)
    assert [encoder.output_projection(layer) is None for layer in range(3)] == [False, True, False]
    trace = encoder.trace(TEXT)
    assert_close(derive_weight(trace, 1, 0, 1, 2).weights, trace.attention_weights(1, 0)[1])


def test_a_pair_of_texts_can_be_taken_apart(bundled: Opened) -> None:
    first, second = "Squatch eats pizza", "it eats Squatch"
    encoded = bundled.tokenizer(first, second, return_tensors="pt")
    trace = bundled.encoder.trace(first, second=second)
    one = derive_weight(trace, 3, 1, 6, 2)
    _consistent(one)
    assert_close(one.weights, bundled.reference(first, **encoded).attentions[3, 1, 6])
    projection = bundled.encoder.output_projection(3)
    assert projection is not None
    _, returned = _through_projections(bundled, first, **encoded)[3]
    assert_close(project_heads(one.joined, projection).sum(axis=0) + projection.bias, returned[6])


# Masks and changes


def test_beyond_a_window_a_score_is_masked_and_the_weight_is_0(open_model: OpenModel) -> None:
    trace = open_model("modernbert").encoder.trace(TEXT)
    near, far = (derive_weight(trace, 1, 2, 2, 2 + distance) for distance in (WINDOW, WINDOW + 1))
    assert near.score == pytest.approx(near.scaled, abs=1e-4)
    assert near.weight > 0
    assert far.score < -1e30
    assert np.isfinite(far.scaled)
    assert abs(far.scaled) < 1e3
    assert (far.weight, far.exponentials[far.key_index]) == (0, 0)
    assert not far.weighted_values[far.key_index].any()


@pytest.mark.parametrize("name", [BUNDLED_NAME, *SUPPORTED])
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_with_the_future_masked_a_later_key_has_score_minus_infinity_and_weight_0(
    open_model: OpenModel, name: str
) -> None:
    trace = open_model(name).encoder.trace(TEXT, [FutureMasked()])
    for layer, head in product(range(trace.num_layers), (0, 3)):
        later, earlier = derive_weight(trace, layer, head, 2, 3), derive_weight(trace, layer, head, 2, 1)
        assert (later.score, later.weight, later.exponentials[3]) == (-np.inf, 0, 0)
        assert np.isfinite(later.scaled)
        assert not later.weighted_values[3:].any()
        assert earlier.score == pytest.approx(earlier.scaled, abs=1e-4)
        assert earlier.weight > 0
        assert_close(earlier.weights[:3].sum(), 1)
        assert_close(later.weighted_values.sum(axis=0), later.head_output)


def test_a_uniform_head_has_score_0_and_looks_at_all_alike_whatever_its_products_say(opened: Opened) -> None:
    trace = opened.encoder.trace(TEXT, [HeadUniform(0, 2)])
    one = derive_weight(trace, 0, 2, 2, 5)
    assert_close(one.scores, np.zeros(trace.num_tokens))
    assert_close(one.weights, np.full(trace.num_tokens, 1 / trace.num_tokens))
    assert abs(one.scaled) > 1e-3
    assert_close(one.head_output, trace.values[0, 2].mean(axis=0))
    other = derive_weight(trace, 0, 1, 2, 5)
    assert other.score == pytest.approx(other.scaled, abs=1e-4)


def test_a_head_that_is_off_still_weighs_but_gives_and_adds_nothing(opened: Opened) -> None:
    untouched, trace = opened.encoder.trace(TEXT), opened.encoder.trace(TEXT, [HeadsOff({(0, 2)})])
    one, before = (derive_weight(each, 0, 2, 2, 5) for each in (trace, untouched))
    np.testing.assert_array_equal(one.weights, before.weights)
    np.testing.assert_array_equal(one.weighted_values, before.weighted_values)
    assert_close(one.weighted_values.sum(axis=0), before.head_output)
    assert not one.head_output.any()
    assert not one.joined[2].any()
    np.testing.assert_array_equal(np.delete(one.joined, 2, axis=0), np.delete(before.joined, 2, axis=0))
    projection = opened.encoder.output_projection(0)
    assert projection is not None
    assert not project_heads(one.joined, projection)[2].any()
    other = derive_weight(trace, 0, 1, 2, 5)
    assert_close(other.head_output, derive_weight(untouched, 0, 1, 2, 5).head_output)


@pytest.mark.parametrize("change", [HeadsOff({(1, 0)}), SelfOnly(), FutureMasked()])
def test_a_changed_reading_adds_up_as_well(encoder: Encoder, change: Intervention) -> None:
    trace = encoder.trace(TEXT, [change])
    for head in (0, 5):
        one = derive_weight(trace, 1, head, 4, 4)
        _consistent(one)
        off = isinstance(change, HeadsOff) and head == 0
        assert_close(one.head_output, 0 * one.head_output if off else one.weighted_values.sum(axis=0))
        np.testing.assert_array_equal(one.joined[head], one.head_output)
