"""Changing the two halves of a running layer: switched off, without their residual, or with neurons at zero.

Hooks on a layer's parts apply the `layer_change` of the current run (probe.py). Each does exactly what the model would
do with the changed part: no sum is undone, so no rounding is added.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import nn

from components.core.model import probe
from components.core.model.interventions import Half, LayerChange, layer_change
from components.core.model.layer_parts import LayerParts


def attach(layers: Sequence[LayerParts | None]) -> None:
    """Hook the parts of all layers, once, for as long as the model lives. A model may use one layer again and again."""
    distinct = {id(parts.module): parts for parts in layers if parts is not None}
    for parts in distinct.values():
        parts.projection.register_forward_hook(partial(_half_made, "attention"))
        parts.network_out.register_forward_pre_hook(_neurons_off)
        parts.network_out.register_forward_hook(partial(_half_made, "network"))
        if parts.normalises_first:
            # No hooks on the layer itself: transformers would record what they change as what came in and went out.
            parts.module.forward = partial(_pre_norm_layer, parts.module.forward)
            parts.attention_norm.register_forward_pre_hook(_read_what_came_in)
        else:
            parts.attention_norm.register_forward_pre_hook(partial(_residual_off, "attention"))
            parts.network_norm.register_forward_pre_hook(partial(_residual_off, "network"))


def _change(before_attention: bool = False) -> tuple[probe.ProbeRun, LayerChange] | None:
    """Return the current run and what it changes in the layer that is running; None if no run changes anything."""
    current = probe.current_run()
    if current is None or not current.interventions:
        return None
    return current, layer_change(current.interventions, current.calls - (not before_attention))


def _half_made(half: Half, _: nn.Module, __: Any, output: torch.Tensor) -> torch.Tensor | None:
    """Replace what a half adds, and keep it for the norm that gets it without the residual."""
    changed = _change()
    if changed is None:
        return None
    current, change = changed
    made = torch.zeros_like(output) if half in change.off else output
    if half in change.residual_off:
        current.made[half] = made
    return made


def _neurons_off(_: nn.Module, inputs: tuple[torch.Tensor, ...]) -> torch.Tensor | None:
    changed = _change()
    if changed is None or not changed[1].neurons_off:
        return None
    hidden = inputs[0].clone()
    hidden[..., list(changed[1].neurons_off)] = 0
    return hidden


def _residual_off(half: Half, _: nn.Module, __: tuple[torch.Tensor, ...]) -> torch.Tensor | None:
    """Post-norm: hand the norm what the half made, not the sum."""
    changed = _change()
    if changed is None or half not in changed[1].residual_off:
        return None
    return changed[0].made.pop(half)


def _pre_norm_layer(forward: Callable[..., Any], came_in: torch.Tensor, *inputs: Any, **keywords: Any) -> Any:
    """Run a pre-norm layer, without the residuals that are off.

    Attention is then added to zeros, while the norm before it reads what really came in; and what the network made goes
    on alone.
    """
    changed = _change(before_attention=True)
    if changed is None or not changed[1].residual_off:
        return forward(came_in, *inputs, **keywords)
    current, change = changed
    given = came_in
    if "attention" in change.residual_off:
        current.made["came_in"], given = came_in, torch.zeros_like(came_in)
    output = forward(given, *inputs, **keywords)
    if "network" not in change.residual_off:
        return output
    made = current.made.pop("network")
    return (made, *output[1:]) if isinstance(output, tuple) else made


def _read_what_came_in(_: nn.Module, __: tuple[torch.Tensor, ...]) -> torch.Tensor | None:
    current = probe.current_run()
    return None if current is None else current.made.pop("came_in", None)
