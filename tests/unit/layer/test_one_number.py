"""One number on its way through a layer: each line that a page writes adds up."""

import math
from typing import Any

import numpy as np
import pytest

from components.core.layer.layer_steps import layer_steps
from components.core.layer.one_neuron import derive_neuron
from components.core.layer.one_number import NormalisedNumber, derive_number
from tests.support.reference import Opened


def _near(number: float) -> Any:
    return pytest.approx(number, abs=2e-5)


def _check(norm: NormalisedNumber) -> None:
    assert (norm.number - norm.mean) / norm.deviation * norm.gain + norm.bias == _near(norm.result)


@pytest.mark.parametrize(("layer", "token", "dimension", "neuron"), [(0, 1, 0, 0), (1, 2, 7, 5), (1, 0, 31, 47)])
def test_every_line_adds_up(opened: Opened, layer: int, token: int, dimension: int, neuron: int) -> None:
    encoder = opened.encoder
    trace = encoder.trace("the pizza came out of the oven")
    steps, parts = layer_steps(encoder, trace, layer), encoder.layer_parts(layer)
    assert steps is not None
    assert parts is not None
    made = derive_number(steps, parts, token, dimension, neuron)
    assert made.came_in == trace.hidden_states[layer][token, dimension]
    assert made.came_in + made.attention == _near(made.attention_sum)
    assert made.first_norm is not None
    _check(made.first_norm)
    inner = made.neuron
    assert made.first_norm.result == _near(float(inner.inputs[dimension]))
    assert float(inner.products.sum()) + inner.bias == _near(inner.before)
    gate = 1.0 if inner.gate is None else inner.gate
    assert (inner.gate is not None) == parts.is_gated
    assert inner.activated * gate == _near(inner.hidden)
    assert made.hidden_all[neuron] == inner.hidden
    assert made.brought[neuron] == _near(float(inner.adds[dimension]))
    assert float(made.brought.sum()) + made.network_bias == _near(made.network)
    assert made.halfway + made.network == _near(made.network_sum)
    if made.last_norm is None:
        assert made.out == made.network_sum
    else:
        _check(made.last_norm)
        assert made.last_norm.result == _near(made.out)
    # The last layer of a model that normalises first is normalised once more before it is a context vector.
    if layer + 1 < trace.num_layers or not parts.normalises_first:
        assert made.out == _near(float(trace.hidden_states[layer + 1][token, dimension]))


def test_a_neuron_of_the_bundled_model_goes_through_the_exact_gelu(bundled: Opened) -> None:
    encoder = bundled.encoder
    trace = encoder.trace("Squatch eats pizza")
    steps, parts = layer_steps(encoder, trace, 2), encoder.layer_parts(2)
    assert steps is not None
    assert parts is not None
    for neuron in np.argsort(-steps.hidden[3])[:5]:
        made = derive_neuron(steps, parts, 3, int(neuron))
        share = 0.5 * (1 + math.erf(made.before / math.sqrt(2)))
        assert made.before * share == _near(made.activated)
