"""Interventions: asked for, switched on and off, and described in words."""

import streamlit as st

from components.core import (
    Encoder,
    FutureMasked,
    HeadsOff,
    HeadUniform,
    Intervention,
    PositionsOff,
    SelfOnly,
)
from components.ui import state
from components.ui.wording import join_list

_SEEN = {"all tokens": None, "no later token": FutureMasked(), "only itself": SelfOnly()}
_NO_HEAD = "none"


def head_name(layer: int, head: int) -> str:
    """A head's name on screen. layer, head: counted from 0."""
    return f"layer {layer + 1}, head {head + 1}"


def head_names(encoder: Encoder) -> list[str]:
    """The names of all heads of a model, in order."""
    return [head_name(*divmod(number, encoder.num_heads)) for number in range(encoder.num_layers * encoder.num_heads)]


def pick_changes(encoder: Encoder) -> tuple[Intervention, ...]:
    """Ask what to change in the encoder: heads off, what a token sees, and positions."""
    names = head_names(encoder)
    by_name = {name: divmod(number, encoder.num_heads) for number, name in enumerate(names)}
    off = st.multiselect(
        "Heads switched off",
        names,
        key=state.Attention.HEADS_OFF,
        bind=state.IN_URL,
        persist_state="session",
        placeholder="None: pick any",
        help="Their outputs are replaced by zeros before the heads of the layer are joined.",
        width=300,
    )
    seen = st.selectbox(
        "A token sees",
        list(_SEEN),
        key=state.Attention.MASK,
        bind=state.IN_URL,
        persist_state="session",
        help="“No later token” is a decoder’s view, “only itself” is attention without context.",
        width=200,
    )
    bare = st.toggle(
        "Positions off",
        key=state.Attention.POSITIONS_OFF,
        bind=state.IN_URL,
        persist_state="session",
        help="No position is added: the encoder reads a bag of tokens.",
    )
    changes: list[Intervention] = [PositionsOff()] if bare else []
    if off:
        changes.append(HeadsOff(by_name[name] for name in off))
    mask = _SEEN[seen]
    if mask is not None:
        changes.append(mask)
    return tuple(changes)


def pick_uniform(encoder: Encoder) -> tuple[Intervention, ...]:
    """Ask for a head that is made uniform."""
    names = head_names(encoder)
    uniform = st.selectbox(
        "Head made uniform",
        [_NO_HEAD, *names],
        key=state.Attention.UNIFORM_HEAD,
        bind=state.IN_URL,
        persist_state="session",
        help="It gives every token the same weight, whatever its queries and keys are.",
    )
    return () if uniform == _NO_HEAD else (HeadUniform(*divmod(names.index(uniform), encoder.num_heads)),)


def undo() -> None:
    """Remove all interventions."""
    st.session_state.update(
        {
            state.Attention.HEADS_OFF: [],
            state.Attention.UNIFORM_HEAD: _NO_HEAD,
            state.Attention.MASK: next(iter(_SEEN)),
            state.Attention.POSITIONS_OFF: False,
        }
    )


def switch(layer: int, head: int) -> None:
    """Switch a head off, or on again."""
    name = head_name(layer, head)
    off = list(st.session_state[state.Attention.HEADS_OFF])
    st.session_state[state.Attention.HEADS_OFF] = (
        [each for each in off if each != name] if name in off else [*off, name]
    )


def offer_switch(changes: tuple[Intervention, ...], layer: int, head: int) -> None:
    """Offer to switch the open head off, or on again."""
    label = "Switch this head on" if is_off(changes, layer, head) else "Switch this head off"
    st.button(label, on_click=switch, args=(layer, head), key=state.Attention.SWITCH_HEAD)


def is_off(changes: tuple[Intervention, ...], layer: int, head: int) -> bool:
    """True if these interventions switch the head off."""
    return any(isinstance(each, HeadsOff) and (layer, head) in each.heads for each in changes)


def describe_changes(changes: tuple[Intervention, ...]) -> str:
    """The interventions in words, such as "positions off and layer 4, head 2 off"."""
    parts = []
    for change in changes:
        if isinstance(change, PositionsOff):
            parts.append("positions off")
        elif isinstance(change, HeadsOff):
            heads = sorted(change.heads)
            parts.append(f"{head_name(*heads[0])} off" if len(heads) == 1 else f"{len(heads)} heads off")
        elif isinstance(change, HeadUniform):
            parts.append(f"{head_name(change.layer, change.head)} uniform")
        elif isinstance(change, FutureMasked):
            parts.append("later tokens masked")
        elif isinstance(change, SelfOnly):
            parts.append("each token attends only to itself")
    return join_list(parts)
