"""The parts of one encoder layer, found by the names that architectures give them."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from components.core.model.interventions import UNCHANGED, LayerChange


@dataclass(frozen=True)
class _Names:
    """What an architecture calls the parts of a layer, as seen from the layer."""

    attention_norm: str
    network_in: str
    activation: str
    network_out: str
    network_norm: str
    normalises_first: bool = False
    is_gated: bool = False


# BERT, RoBERTa, XLM-R and ELECTRA; DistilBERT; ALBERT; ModernBERT.
_KNOWN = (
    _Names(
        "attention.output.LayerNorm",
        "intermediate.dense",
        "intermediate.intermediate_act_fn",
        "output.dense",
        "output.LayerNorm",
    ),
    _Names("sa_layer_norm", "ffn.lin1", "ffn.activation", "ffn.lin2", "output_layer_norm"),
    _Names("attention.LayerNorm", "ffn", "activation", "ffn_output", "full_layer_layer_norm"),
    _Names("attn_norm", "mlp.Wi", "mlp.act", "mlp.Wo", "mlp_norm", normalises_first=True, is_gated=True),
)


@dataclass(frozen=True, eq=False)
class LayerParts:
    """The modules of one layer: two halves, attention and a feed-forward network, each with a residual and a LayerNorm.

    Post-norm (BERT, Vaswani et al. 2017): x → norm(x + part(x)). Pre-norm (ModernBERT): x → x + part(norm(x)).
    """

    module: nn.Module  # the whole layer
    projection: nn.Linear  # joins the heads
    attention_norm: nn.Module  # nn.Identity where nothing is normalised
    network_in: nn.Linear
    activation: nn.Module
    network_out: nn.Linear
    network_norm: nn.Module
    normalises_first: bool
    is_gated: bool  # half of network_in's numbers multiply the other half after its activation

    @property
    def hidden_width(self) -> int:
        """The number F of the network's hidden neurons."""
        return self.network_out.in_features

    def hidden(self, network_input: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the hidden neurons before their activation, and what the second linear layer gets of them: (S, F)."""
        before = self.network_in(network_input)
        if not self.is_gated:
            return before, self.activation(before)
        before, gate = before.chunk(2, dim=-1)
        return before, self.activation(before) * gate

    def steps(
        self, came_in: torch.Tensor, joined: torch.Tensor, change: LayerChange = UNCHANGED
    ) -> dict[str, torch.Tensor]:
        """Return what the layer makes of its input, step by step: the fields of LayerSteps (core/layer) by name.

        came_in: (S, D). joined: (S, Hd), the outputs of all heads side by side. change: what is switched off.
        """
        attention = self.projection(joined)
        if "attention" in change.off:
            attention = torch.zeros_like(attention)
        attention_sum = attention if "attention" in change.residual_off else came_in + attention
        if self.normalises_first:
            halfway, network_input = attention_sum, self.network_norm(attention_sum)
        else:
            halfway = network_input = self.attention_norm(attention_sum)
        hidden_before, hidden = self.hidden(network_input)
        if change.neurons_off:
            hidden = hidden.index_fill(-1, torch.tensor(change.neurons_off, device=hidden.device), 0)
        network = self.network_out(hidden)
        if "network" in change.off:
            network = torch.zeros_like(network)
        network_sum = network if "network" in change.residual_off else halfway + network
        return {
            "came_in": came_in,
            "joined": joined,
            "attention": attention,
            "attention_sum": attention_sum,
            "halfway": halfway,
            "network_input": network_input,
            "hidden_before": hidden_before,
            "hidden": hidden,
            "network": network,
            "network_sum": network_sum,
            "out": network_sum if self.normalises_first else self.network_norm(network_sum),
        }


def find_layer_parts(model: nn.Module, projection: nn.Linear) -> LayerParts | None:
    """Return the parts of the layer whose heads this linear layer joins; None for an architecture that is not known."""
    for module in model.modules():
        for names in _KNOWN:
            parts = _parts_in(module, names)
            if parts is not None and any(each is projection for each in module.modules()):
                return LayerParts(module, projection, **parts)
    return None


def _parts_in(module: nn.Module, names: _Names) -> dict[str, Any] | None:
    """Return the parts that a module has under these names; None if it lacks one."""
    found: dict[str, Any] = {"normalises_first": names.normalises_first, "is_gated": names.is_gated}
    for part in ("attention_norm", "network_in", "activation", "network_out", "network_norm"):
        try:
            found[part] = module.get_submodule(getattr(names, part))
        except AttributeError:
            return None
    linear = all(isinstance(found[part], nn.Linear) for part in ("network_in", "network_out"))
    return found if linear else None
