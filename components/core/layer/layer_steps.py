"""The steps of one encoder layer for every token of a trace, from what comes in to what goes on.

Post-norm (Vaswani et al. 2017, "Attention Is All You Need"; Devlin et al. 2019, "BERT"):
    halfway = norm(x + attention(x)),  out = norm(halfway + network(halfway))
Pre-norm (Xiong et al. 2020, "On Layer Normalization in the Transformer Architecture"; ModernBERT):
    halfway = x + attention(norm(x)),  out = halfway + network(norm(halfway))

S tokens, D hidden size, F hidden neurons of the network, H heads of d dimensions.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Float32

from components.core.model.interventions import layer_change
from components.core.model.opened_model import OpenedModel, array_of
from components.core.model.trace import Trace
from components.core.numerics.lanes import lanes
from components.core.numerics.similarity import normalise_rows


@dataclass(frozen=True, eq=False)
class LayerSteps:
    """One layer, step by step. Every array is what the model's own modules make of the trace."""

    came_in: Float32[np.ndarray, "S D"]
    joined: Float32[np.ndarray, "S Hd"]  # all heads' outputs side by side
    attention: Float32[np.ndarray, "S D"]  # what attention adds: the output projection of `joined`
    attention_sum: Float32[np.ndarray, "S D"]  # came_in + attention
    halfway: Float32[np.ndarray, "S D"]  # what the second half starts from
    network_input: Float32[np.ndarray, "S D"]  # `halfway`, normalised where the model normalises first
    hidden_before: Float32[np.ndarray, "S F"]  # the network's hidden neurons before their activation
    hidden: Float32[np.ndarray, "S F"]  # after it, as they are multiplied with the second matrix
    network: Float32[np.ndarray, "S D"]  # what the network adds
    network_sum: Float32[np.ndarray, "S D"]  # halfway + network
    out: Float32[np.ndarray, "S D"]  # what goes on to the next layer

    @property
    def attention_turns(self) -> Float[np.ndarray, " S"]:
        """By how many degrees attention turns each token's vector, its LayerNorm included."""
        return _angles(self.came_in, self.halfway)

    @property
    def network_turns(self) -> Float[np.ndarray, " S"]:
        """By how many degrees the network turns each token's vector, its LayerNorm included."""
        return _angles(self.halfway, self.out)


def layer_steps(model: OpenedModel, trace: Trace, layer: int) -> LayerSteps | None:
    """Derive the steps of one layer, counted from 0; None if the model's layers have parts that are not known."""
    parts = model.layer_parts(layer)
    if parts is None:
        return None
    heads = trace.head_outputs(layer)
    joined = heads.transpose(1, 0, 2).reshape(heads.shape[1], -1)
    device = parts.projection.weight.device
    with lanes.turn(), torch.inference_mode():
        came_in, mixed = (torch.from_numpy(np.array(each)).to(device) for each in (trace.hidden_states[layer], joined))
        steps = parts.steps(came_in, mixed, layer_change(trace.interventions, layer))
    return LayerSteps(**{name: array_of(tensor) for name, tensor in steps.items()})


def turns_of_all_layers(
    model: OpenedModel, trace: Trace, progress: Callable[[int, int], None] | None = None
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return by how many degrees attention, and the network, turn each token in each layer: (L, S) each.

    None if the model's layers have parts that are not known. progress(done, L) is called after each layer.
    """
    turned = np.empty((2, trace.num_layers, trace.num_tokens))
    for layer in range(trace.num_layers):
        # One layer at a time: at 512 tokens the steps of all six would take 80 MB.
        steps = layer_steps(model, trace, layer)
        if steps is None:
            return None
        turned[:, layer] = steps.attention_turns, steps.network_turns
        if progress:
            progress(layer + 1, trace.num_layers)
    return turned[0], turned[1]


def _angles(first: Float[np.ndarray, "S D"], second: Float[np.ndarray, "S D"]) -> Float[np.ndarray, " S"]:
    """Return the angle between two vectors of each token, in degrees.

    Kahan's formula, 2·atan2(‖u − v‖, ‖u + v‖) of unit vectors u and v: small angles keep their digits.
    """
    before, after = (normalise_rows(each.astype(np.float64)) for each in (first, second))
    apart, along = (np.linalg.norm(each, axis=1) for each in (before - after, before + after))
    angles: np.ndarray = np.degrees(2 * np.arctan2(apart, along))
    return angles
