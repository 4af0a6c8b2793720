"""Looking into a running model, and changing it while it runs.

transformers hands every layer's queries, keys and values to an attention function chosen by name. Ours
does the same arithmetic as transformers' own "eager" function, keeps what it saw, and applies the
interventions of the current run. What it cannot see, the embedding addends, it gets from forward hooks.

What is current is held in a context variable, so runs in several threads never see each other, and a model
with nothing current runs as if the probe were not there.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.masking_utils import eager_mask

from components.core.model.interventions import (
    Intervention,
    PositionsOff,
    PositionsReordered,
    attention_change,
)

ATTENTION_NAME = "encoderscope"


@dataclass
class LayerRecord:
    """One call of the attention function, beside its queries, keys and values."""

    mask: torch.Tensor | None  # (1 or B, 1 or H, S, S), added to the scores
    scaling: float
    joined: torch.Tensor  # (B, S, H·d): all heads' outputs side by side, as the output projection gets them


@dataclass
class ProbeRun:
    """One pass through the model: what to change, and what was seen."""

    interventions: Sequence[Intervention] = ()
    recorded_layers: int = 0
    head_gates: torch.Tensor | None = None
    calls: int = 0
    layers: list[LayerRecord] = field(default_factory=list)
    heads: dict[str, list[np.ndarray]] = field(default_factory=dict)  # queries, keys, values: (L, H, S, d) a text
    addends: dict[str, torch.Tensor] = field(default_factory=dict)  # (1 or B, S, E)
    first_position: int | None = None
    rotates: bool = False  # True if queries and keys are turned by their positions
    made: dict[str, torch.Tensor] = field(default_factory=dict)  # what a layer's hooks hand to one another

    def keep(self, layer: int, **tensors: torch.Tensor) -> None:
        """Copy one layer's tensors into `heads` at once, while they are still in the processor's cache.

        Each text has arrays of its own: one for all would stay in memory for as long as one of its texts is kept.
        """
        for name, tensor in tensors.items():
            if name not in self.heads:
                shape = (self.recorded_layers, *tensor.shape[1:])
                self.heads[name] = [np.empty(shape, dtype=np.float32) for _ in tensor]
            for kept, seen in zip(self.heads[name], tensor, strict=True):
                torch.from_numpy(kept)[layer].copy_(seen)


_current: ContextVar[ProbeRun | None] = ContextVar("encoderscope_run", default=None)


def current_run() -> ProbeRun | None:
    """Return the run that is current in this thread; None if there is none."""
    return _current.get()


@contextmanager
def run(
    interventions: Sequence[Intervention] = (), recorded_layers: int = 0, head_gates: torch.Tensor | None = None
) -> Iterator[ProbeRun]:
    """Make a Run current for the model calls of this thread.

    recorded_layers: of so many layers, queries, keys and values are kept, and the addends. head_gates: (B, L, H),
    what each head's output is multiplied by in each text of the batch.
    """
    current = ProbeRun(interventions, recorded_layers, head_gates)
    token = _current.set(current)
    try:
        yield current
    finally:
        _current.reset(token)


def probed_attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    position_bias: torch.Tensor | None = None,
    softcap: float | None = None,
    s_aux: torch.Tensor | None = None,
    **_: Any,
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Attention as transformers' interface asks for it, with a place for recording and interventions.

    query: (B, H, S, d); key, value: (B, H or fewer, S, d). Returns the output (B, S, H, d) and, where this
    function computed them itself, the weights (B, H, S, S).
    """
    # Some architectures (T5) change their scores by more than a mask. Leaving that out would be silently wrong.
    if position_bias is not None or softcap is not None or s_aux is not None:
        raise NotImplementedError("scores changed by more than a mask")
    if scaling is None:
        scaling = query.size(-1) ** -0.5
    heads, tokens = query.shape[1:3]
    if key.shape[1] != heads:  # grouped-query attention: several heads share a key and a value
        key = key.repeat_interleave(heads // key.shape[1], dim=1)
        value = value.repeat_interleave(heads // value.shape[1], dim=1)

    current = _current.get()
    if current is None:
        output = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=attention_mask, scale=scaling)
        return output.transpose(1, 2).contiguous(), None

    layer = current.calls
    change = attention_change(current.interventions, layer, heads, tokens)
    current.calls += 1
    scores = torch.matmul(query, key.transpose(2, 3)) * scaling
    if change.score_gate is not None:
        scores = scores * _like(change.score_gate, scores)
    if attention_mask is not None:
        scores = scores + attention_mask
    if change.score_bias is not None:
        scores = scores + _like(change.score_bias, scores)
    weights = nn.functional.softmax(scores, dim=-1)
    output = torch.matmul(weights, value)
    if change.output_gate is not None:
        output = output * _like(change.output_gate, output)
    if current.head_gates is not None:
        output = output * current.head_gates[:, layer, :, None, None]
    output = output.transpose(1, 2).contiguous()
    if layer < current.recorded_layers:
        current.keep(layer, queries=query, keys=key, values=value)
        current.layers.append(LayerRecord(attention_mask, scaling, output.flatten(2)))
    return output, weights


# The mask must be registered under the same name: without it transformers would hand over none at all and
# padded tokens would be attended to.
AttentionInterface.register(ATTENTION_NAME, probed_attention)
AttentionMaskInterface.register(ATTENTION_NAME, eager_mask)


# The names under which transformers' encoders keep their embedding tables.
_ADDENDS = {
    "word_embeddings": "word_embeddings",
    "tok_embeddings": "word_embeddings",
    "embed_tokens": "word_embeddings",
    "position_embeddings": "position_embeddings",
    "token_type_embeddings": "token_type_embeddings",
}


def attach(model: PreTrainedModel) -> None:
    """Take the model's attention, and hook its embedding tables and rotary module, for as long as the model lives."""
    # Of an architecture that cannot be set so, no layer will come here.
    model.set_attn_implementation(ATTENTION_NAME)
    for name, module in model.named_modules():
        addend = _ADDENDS.get(name.rsplit(".", 1)[-1])
        if addend and isinstance(module, nn.Embedding):
            module.register_forward_hook(_addend_hook(addend))
        elif type(module).__name__.endswith("RotaryEmbedding"):
            module.register_forward_hook(_rotary_hook)


@contextmanager
def inputs_of_linear_layers(model: nn.Module) -> Iterator[list[tuple[nn.Linear, torch.Tensor]]]:
    """Collect what each linear layer is handed while the model runs."""
    given: list[tuple[nn.Linear, torch.Tensor]] = []

    def hook(module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        if isinstance(module, nn.Linear):
            given.append((module, inputs[0]))

    handles = [m.register_forward_pre_hook(hook) for m in model.modules() if isinstance(m, nn.Linear)]
    try:
        yield given
    finally:
        for handle in handles:
            handle.remove()


def _addend_hook(addend: str) -> Any:
    """A forward hook that records one embedding addend, changed first if it is the position's."""

    def hook(_: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor | None:
        current = _current.get()
        if current is None:
            return None
        changed = output
        if addend == "position_embeddings":
            current.first_position = int(inputs[0].reshape(-1)[0])
            changed = _changed_positions(output, 0.0, current.interventions)
        if current.recorded_layers:
            current.addends[addend] = changed.reshape(-1, *changed.shape[-2:])
        return None if changed is output else changed

    return hook


def _rotary_hook(
    _: nn.Module, __: tuple[Any, ...], output: tuple[torch.Tensor, torch.Tensor]
) -> tuple[torch.Tensor, torch.Tensor] | None:
    """A forward hook for rotary position embeddings: cosine 1 and sine 0 rotate nothing."""
    current = _current.get()
    if current is None:
        return None
    current.rotates = True
    cosine, sine = output
    return (
        _changed_positions(cosine, 1.0, current.interventions),
        _changed_positions(sine, 0.0, current.interventions),
    )


def _changed_positions(positions: torch.Tensor, nothing: float, interventions: Sequence[Intervention]) -> torch.Tensor:
    """Apply the position interventions to (..., S, D); `nothing` is what no position at all looks like."""
    for intervention in interventions:
        if isinstance(intervention, PositionsOff):
            positions = torch.full_like(positions, nothing)
        elif isinstance(intervention, PositionsReordered):
            positions = positions[..., list(intervention.order), :]
    return positions


def _like(array: np.ndarray, tensor: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(array).to(device=tensor.device, dtype=tensor.dtype)
