"""One hidden neuron of a layer's network for one token: what it adds up, and what it adds.

D hidden size, F hidden neurons.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from components.core.layer.layer_steps import LayerSteps
from components.core.model.layer_parts import LayerParts
from components.core.model.opened_model import array_of


@dataclass(frozen=True, eq=False)
class NeuronDerivation:
    """A neuron from its inputs to what it adds to the token's vector."""

    inputs: Float[np.ndarray, " D"]  # of the network
    weights: Float[np.ndarray, " D"]  # its row of the first matrix
    bias: float
    before: float  # before its activation
    activated: float  # after it
    gate: float | None  # what a gated network multiplies it with
    hidden: float  # its value, as the second matrix gets it
    adds: Float[np.ndarray, " D"]  # its value times its column of the second matrix

    @property
    def products(self) -> Float[np.ndarray, " D"]:
        """Input times weight, dimension by dimension."""
        return self.inputs * self.weights


def derive_neuron(steps: LayerSteps, parts: LayerParts, token: int, neuron: int) -> NeuronDerivation:
    """Derive one neuron of one token in a layer. token, neuron: counted from 0."""
    into = parts.network_in
    before, hidden = float(steps.hidden_before[token, neuron]), float(steps.hidden[token, neuron])
    with torch.inference_mode():
        activated = float(parts.activation(torch.tensor([before], device=into.weight.device))[0])
        # Rows and columns alone: the whole matrix would be copied for one of its 1,536.
        weights, column = array_of(into.weight[neuron]), array_of(parts.network_out.weight[:, neuron])
    gate = None
    if parts.is_gated:
        row_of_gate = parts.hidden_width + neuron
        gate = float(array_of(into.weight[row_of_gate]) @ steps.network_input[token] + bias_of(into, row_of_gate))
    return NeuronDerivation(
        inputs=steps.network_input[token],
        weights=weights,
        bias=bias_of(into, neuron),
        before=before,
        activated=activated,
        gate=gate,
        hidden=hidden,
        adds=np.float32(hidden) * column,
    )


def bias_of(linear: nn.Linear, row: int) -> float:
    """Return one number of a linear layer's bias; 0 where it has none."""
    return 0.0 if linear.bias is None else float(linear.bias.detach()[row])
