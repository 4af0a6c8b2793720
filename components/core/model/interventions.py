"""Interventions: changes inside the encoder while it runs.

An intervention is a small frozen value: it can be compared, hashed and used as a cache key. Its effect on
attention is defined once, in `attention_change`, as arrays that both the running model (probe.py)
and the arithmetic of a finished trace (trace.py) apply; its effect on the two halves of a layer in `layer_change`, for
the running model (layer_probe.py) and the steps of a finished trace. Positions are changed where they are added, in
probe.py.

L layers, H heads, S tokens, F hidden neurons of a layer's network; layers, heads and neurons are counted from 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from jaxtyping import Float32

from components.core.errors import InterventionError


@dataclass(frozen=True)
class PositionsOff:
    """No position is added: the encoder sees a bag of tokens.

    A learned position embedding is replaced by zeros. A rotary model leaves its queries and keys
    unrotated; its sliding window, where it has one, stays.
    """


@dataclass(frozen=True)
class PositionsReordered:
    """Token i is given the position of token order[i].

    order: a permutation of range(S).
    """

    order: tuple[int, ...]


@dataclass(frozen=True)
class HeadsOff:
    """These heads' outputs are zero: their slices of the layer's output projection get nothing.

    heads: (layer, head) pairs, counted from 0.
    """

    heads: frozenset[tuple[int, int]]

    def __init__(self, heads: Iterable[tuple[int, int]]) -> None:
        object.__setattr__(self, "heads", frozenset((int(layer), int(head)) for layer, head in heads))


@dataclass(frozen=True)
class HeadUniform:
    """One head gives every visible token the same weight, whatever its queries and keys are."""

    layer: int
    head: int


@dataclass(frozen=True)
class FutureMasked:
    """No token sees a later one, in any layer: a decoder's view."""


@dataclass(frozen=True)
class SelfOnly:
    """Every token sees only itself, in every layer: attention without context."""


#: The two halves of a layer: self-attention, and the feed-forward network.
Half = Literal["attention", "network"]


@dataclass(frozen=True)
class HalfOff:
    """One half of a layer adds nothing: zeros take the place of its output, bias included."""

    layer: int
    half: Half


@dataclass(frozen=True)
class ResidualOff:
    """What comes into one half of a layer is not added to what the half makes of it, which goes on alone."""

    layer: int
    half: Half


@dataclass(frozen=True)
class NeuronOff:
    """One hidden neuron of a layer's network is zero: its row of the second matrix adds nothing."""

    layer: int
    neuron: int


#: Interventions on the halves of a layer. They need a model whose layers have known parts (layer_parts.py).
LayerIntervention = HalfOff | ResidualOff | NeuronOff
Intervention = PositionsOff | PositionsReordered | HeadsOff | HeadUniform | FutureMasked | SelfOnly | LayerIntervention


@dataclass(frozen=True)
class AttentionChange:
    """The effect of interventions on one layer's attention.

    scores become scores · score_gate + score_bias before the softmax, and each head's output is
    multiplied by its output_gate.
    """

    score_gate: Float32[np.ndarray, "H 1 1"] | None  # 0 and 1
    score_bias: Float32[np.ndarray, "S S"] | None  # 0 and -inf
    output_gate: Float32[np.ndarray, "H 1 1"] | None  # 0 and 1


_NO_CHANGE = AttentionChange(score_gate=None, score_bias=None, output_gate=None)


def attention_change(interventions: Sequence[Intervention], layer: int, heads: int, tokens: int) -> AttentionChange:
    """Return the effect of interventions on the attention of one layer.

    Parts that nothing changes are None, so that an untouched model runs the very same operations.

    >>> change = attention_change([HeadsOff({(0, 1)})], layer=0, heads=2, tokens=3)
    >>> change.output_gate.ravel(), change.score_bias
    (array([1., 0.], dtype=float32), None)
    """
    if not interventions:
        return _NO_CHANGE
    off = [head for i in interventions if isinstance(i, HeadsOff) for at, head in i.heads if at == layer]
    uniform = [i.head for i in interventions if isinstance(i, HeadUniform) and i.layer == layer]
    visible = np.ones((tokens, tokens), dtype=bool)
    if any(isinstance(i, FutureMasked) for i in interventions):
        visible &= np.tri(tokens, dtype=bool)
    if any(isinstance(i, SelfOnly) for i in interventions):
        visible &= np.eye(tokens, dtype=bool)
    return AttentionChange(
        score_gate=_gate(uniform, heads),
        score_bias=None if visible.all() else np.where(visible, 0, -np.inf).astype(np.float32),
        output_gate=_gate(off, heads),
    )


@dataclass(frozen=True)
class LayerChange:
    """The effect of interventions on the two halves of one layer."""

    off: frozenset[Half] = frozenset()  # halves that add nothing
    residual_off: frozenset[Half] = frozenset()  # halves whose input is not added to their output
    neurons_off: tuple[int, ...] = ()


#: A layer as it is.
UNCHANGED: Final = LayerChange()


def layer_change(interventions: Sequence[Intervention], layer: int) -> LayerChange:
    """Return the effect of interventions on the halves of one layer.

    >>> layer_change([HalfOff(0, "network"), NeuronOff(1, 7)], layer=1)
    LayerChange(off=frozenset(), residual_off=frozenset(), neurons_off=(7,))
    """
    here = [each for each in interventions if isinstance(each, LayerIntervention) and each.layer == layer]
    return LayerChange(
        off=frozenset(each.half for each in here if isinstance(each, HalfOff)),
        residual_off=frozenset(each.half for each in here if isinstance(each, ResidualOff)),
        neurons_off=tuple(each.neuron for each in here if isinstance(each, NeuronOff)),
    )


def check_interventions(
    interventions: Iterable[Intervention],
    layers: int,
    heads: int,
    tokens: int | None = None,
    neurons: int | None = None,
) -> tuple[Intervention, ...]:
    """Return the interventions as a tuple, or raise InterventionError for one that cannot apply.

    tokens: S of the sentences they are for; None where those have different lengths. neurons: F; None for a model whose
    layers have parts that are not known.
    """
    checked = tuple(interventions)
    for intervention in checked:
        if isinstance(intervention, LayerIntervention):
            _check_layer(intervention, layers, neurons)
        named: Iterable[tuple[int, int]] = ()
        if isinstance(intervention, HeadsOff):
            named = intervention.heads
        elif isinstance(intervention, HeadUniform):
            named = [(intervention.layer, intervention.head)]
        for layer, head in named:
            if not (0 <= layer < layers and 0 <= head < heads):
                raise InterventionError(
                    f"Layer {layer + 1}, head {head + 1} does not exist: this model has {layers} layers "
                    f"of {heads} heads. Pick one of those."
                )
        if isinstance(intervention, PositionsReordered):
            if tokens is None:
                raise InterventionError(
                    "An order of positions fits sentences of one length that are read whole. Read the others apart."
                )
            if sorted(intervention.order) != list(range(tokens)):
                raise InterventionError(
                    f"This order of positions has {len(intervention.order)} entries and must name each of "
                    f"the {tokens} positions once."
                )
    return checked


def _check_layer(intervention: LayerIntervention, layers: int, neurons: int | None) -> None:
    if neurons is None:
        raise InterventionError(
            "The layers of this model have parts that are not known, so they cannot be switched off. Choose another "
            "model."
        )
    if not 0 <= intervention.layer < layers:
        raise InterventionError(
            f"Layer {intervention.layer + 1} does not exist: this model has {layers} layers. Pick one of those."
        )
    if isinstance(intervention, NeuronOff) and not 0 <= intervention.neuron < neurons:
        raise InterventionError(
            f"Neuron {intervention.neuron + 1} does not exist: a layer of this model has {neurons} hidden neurons. "
            "Pick one of those."
        )


def _gate(closed: list[int], heads: int) -> Float32[np.ndarray, "H 1 1"] | None:
    """Return 0 for each closed head and 1 for the others; None if all are open."""
    if not closed:
        return None
    gate = np.ones((heads, 1, 1), dtype=np.float32)
    gate[closed] = 0
    return gate
