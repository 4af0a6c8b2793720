"""How one number of a token comes through a layer: both sums, both LayerNorms, and one neuron of the network.

D hidden size, F hidden neurons.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from torch import nn

from components.core.layer.layer_steps import LayerSteps
from components.core.layer.one_neuron import NeuronDerivation, bias_of, derive_neuron
from components.core.model.layer_norm import NormalisedNumber
from components.core.model.layer_parts import LayerParts
from components.core.model.opened_model import array_of, layer_norm_of


@dataclass(frozen=True, eq=False)
class NumberDerivation:
    """One dimension of a token's vector on its way through a layer, and one neuron on its way to it."""

    came_in: float
    attention: float
    attention_sum: float
    first_norm: NormalisedNumber | None  # between the first sum and the network; None where there is none
    halfway: float
    neuron: NeuronDerivation
    hidden_all: Float[np.ndarray, " F"]
    brought: Float[np.ndarray, " F"]  # what each neuron brings to the dimension
    network_bias: float
    network: float
    network_sum: float
    last_norm: NormalisedNumber | None
    out: float


def derive_number(steps: LayerSteps, parts: LayerParts, token: int, dimension: int, neuron: int) -> NumberDerivation:
    """Derive one dimension of one token's vector in a layer. token, dimension, neuron: counted from 0."""
    out_of = parts.network_out
    row = array_of(out_of.weight[dimension])
    # The first LayerNorm between attention and network, and the last one of the layer.
    first = parts.network_norm if parts.normalises_first else parts.attention_norm
    last = None if parts.normalises_first else parts.network_norm
    return NumberDerivation(
        came_in=float(steps.came_in[token, dimension]),
        attention=float(steps.attention[token, dimension]),
        attention_sum=float(steps.attention_sum[token, dimension]),
        first_norm=_normalised(first, steps.attention_sum[token], dimension),
        halfway=float(steps.halfway[token, dimension]),
        neuron=derive_neuron(steps, parts, token, neuron),
        hidden_all=steps.hidden[token],
        brought=steps.hidden[token] * row,
        network_bias=bias_of(out_of, dimension),
        network=float(steps.network[token, dimension]),
        network_sum=float(steps.network_sum[token, dimension]),
        last_norm=None if last is None else _normalised(last, steps.network_sum[token], dimension),
        out=float(steps.out[token, dimension]),
    )


def _normalised(module: nn.Module, vector: Float[np.ndarray, " D"], dimension: int) -> NormalisedNumber | None:
    """Return how a LayerNorm makes one dimension; None for a module that is none."""
    norm = layer_norm_of(module)
    return None if norm is None else norm.derive(vector, dimension)
