"""How one number of a token comes through a layer: both sums, both LayerNorms, and one neuron of the network.

D hidden size, F hidden neurons.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from components.core.layer.layer_steps import LayerSteps
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
    inputs: Float[np.ndarray, " D"]  # of the network
    weights: Float[np.ndarray, " D"]  # of the neuron
    neuron_bias: float
    before: float  # the neuron before its activation
    activated: float  # after it
    gate: float | None  # what a gated network multiplies it with
    hidden: float  # the neuron's value, as the second matrix gets it
    hidden_all: Float[np.ndarray, " F"]
    brought: Float[np.ndarray, " F"]  # what each neuron brings to the dimension
    network_bias: float
    network: float
    network_sum: float
    last_norm: NormalisedNumber | None
    out: float

    @property
    def products(self) -> Float[np.ndarray, " D"]:
        """Input times weight of the neuron, dimension by dimension."""
        return self.inputs * self.weights


def derive_number(steps: LayerSteps, parts: LayerParts, token: int, dimension: int, neuron: int) -> NumberDerivation:
    """Derive one dimension of one token's vector in a layer. token, dimension, neuron: counted from 0."""
    into, out_of = parts.network_in, parts.network_out
    before = steps.hidden_before[token, neuron]
    with torch.inference_mode():
        activated = float(parts.activation(torch.tensor([before], device=into.weight.device))[0])
        # Rows alone: the whole matrix would be copied for one of its 1,536 rows.
        weights, row = array_of(into.weight[neuron]), array_of(out_of.weight[dimension])
    gate = None
    if parts.is_gated:
        row_of_gate = parts.hidden_width + neuron
        gate = float(array_of(into.weight[row_of_gate]) @ steps.network_input[token] + _bias(into, row_of_gate))
    # The first LayerNorm between attention and network, and the last one of the layer.
    first = parts.network_norm if parts.normalises_first else parts.attention_norm
    last = None if parts.normalises_first else parts.network_norm
    return NumberDerivation(
        came_in=float(steps.came_in[token, dimension]),
        attention=float(steps.attention[token, dimension]),
        attention_sum=float(steps.attention_sum[token, dimension]),
        first_norm=_normalised(first, steps.attention_sum[token], dimension),
        halfway=float(steps.halfway[token, dimension]),
        inputs=steps.network_input[token],
        weights=weights,
        neuron_bias=_bias(into, neuron),
        before=float(before),
        activated=activated,
        gate=gate,
        hidden=float(steps.hidden[token, neuron]),
        hidden_all=steps.hidden[token],
        brought=steps.hidden[token] * row,
        network_bias=_bias(out_of, dimension),
        network=float(steps.network[token, dimension]),
        network_sum=float(steps.network_sum[token, dimension]),
        last_norm=None if last is None else _normalised(last, steps.network_sum[token], dimension),
        out=float(steps.out[token, dimension]),
    )


def _bias(linear: nn.Linear, row: int) -> float:
    return 0.0 if linear.bias is None else float(linear.bias.detach()[row])


def _normalised(module: nn.Module, vector: Float[np.ndarray, " D"], dimension: int) -> NormalisedNumber | None:
    """Return how a LayerNorm makes one dimension; None for a module that is none."""
    norm = layer_norm_of(module)
    return None if norm is None else norm.derive(vector, dimension)
