"""The pictures of all heads at once: thumbnails to be opened, or to be switched off."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.core.attention.head_roles import HeadRoles, role_names
from components.core.attention.quantization import QuantizedWeights
from components.ui import state
from components.ui.attention import summary
from components.ui.attention.interventions import head_name, is_off, switch
from components.ui.attention.session import CHANNEL, AttentionView, open_head, table_of
from components.ui.caches import attention
from components.ui.caches.requests import QuantizationRequest
from components.ui.charts import show
from components.ui.stage import frame
from components.ui.wording import format_count
from components.views.heads import Axes, Caption, head_thumbnails

_IN_ORDER = "all, layer by layer"
_BY_ROLE = "all, sorted by what they do"
# With the other pictures of the page it stays below 2 MB.
_MOST_BYTES, _FEWER_BYTES = 1_300_000, 150_000


def draw(view: AttentionView) -> None:
    """Draw thumbnails of all heads, or of those that follow one pattern, the strongest first."""
    roles = attention.roles(view.request)
    names = role_names(view.tokens)
    layers, heads = roles.strongest.shape
    counts = np.bincount(roles.strongest.ravel(), minlength=len(names))
    options = [_IN_ORDER, _BY_ROLE, *(name for name, count in zip(names, counts, strict=True) if count)]
    with frame.controls():
        chosen = st.selectbox(
            "Heads by what they mostly look at",
            options,
            key=state.Attention.ROLE,
            bind=state.IN_URL,
            persist_state="session",
            help=_roles_explained(names),
            width=300,
        )
    frame.heading(*summary.of_all_heads(view))
    picked = _heads_shown(roles, chosen, names)
    packed = attention.quantized_heads(QuantizationRequest(view.request, view.part, picked, _MOST_BYTES))
    show(
        partial(
            head_thumbnails,
            packed,
            Axes(view.tokens.labels, view.part.rows, view.part.columns),
            [caption_of(view, layer, head) for layer, head in picked],
            channel=CHANNEL,
            across=heads if chosen == _IN_ORDER else None,
            hint=_hint(packed, chosen == _IN_ORDER),
            opened=view.opened,
            on_open=open_head,
        ),
        key="heads",
        alt=f"Attention of {format_count(len(picked), 'head')}, one thumbnail per head",
        numbers=lambda: shown_weights(view, picked, packed),
    )
    with frame.details():
        frame.note("What each head attends to, on average over the typed tokens.")
        st.dataframe(
            pd.DataFrame(
                roles.scores.reshape(layers * heads, -1),
                index=pd.MultiIndex.from_product([range(1, layers + 1), range(1, heads + 1)], names=["layer", "head"]),
                columns=list(names),
            ).round(4)
        )


def draw_to_switch(view: AttentionView) -> None:
    """Draw thumbnails of all heads; the one that is clicked is switched off."""
    layers, heads = attention.roles(view.request).strongest.shape
    every = tuple(divmod(number, heads) for number in range(layers * heads))
    packed = attention.quantized_heads(QuantizationRequest(view.request, view.part, every, _FEWER_BYTES))
    show(
        partial(
            head_thumbnails,
            packed,
            Axes(view.tokens.labels, view.part.rows, view.part.columns),
            [caption_of(view, *each) for each in every],
            channel=f"{CHANNEL}-off",
            across=heads,
            does="switch it off",
            hint="Rows are layers, columns heads. Click a head to switch it off.",
            on_open=switch,
        ),
        key="heads-to-switch",
        alt=f"{format_count(len(every), 'head')} to be switched off, one thumbnail per head",
        numbers=lambda: shown_weights(view, every, packed),
    )


def _heads_shown(roles: HeadRoles, chosen: str, names: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """All heads in order, all by role and strength, or those of one role with the strongest first."""
    layers, heads = roles.strongest.shape
    every = [divmod(number, heads) for number in range(layers * heads)]
    if chosen == _IN_ORDER:
        return tuple(every)
    by_role = sorted(every, key=lambda each: (roles.strongest[each], -roles.strength[each]))
    return tuple(each for each in by_role if chosen in (_BY_ROLE, names[roles.strongest[each]]))


def shown_weights(view: AttentionView, picked: Sequence[tuple[int, int]], packed: QuantizedWeights) -> pd.DataFrame:
    """Return the weights that the thumbnails show: of a long text, the largest of each block of tokens."""
    if packed.block == 1:
        return pd.concat({head_name(*each): table_of(view, *each) for each in picked}, names=["head", "query"])
    rows, columns = (_blocks(view, side, packed.block) for side in (view.part.rows, view.part.columns))
    weights = packed.steps / 10**packed.decimals
    return pd.concat(
        {
            head_name(*each): pd.DataFrame(weights[number], index=rows, columns=columns)
            for number, each in enumerate(picked)
        },
        names=["head", "query"],
    )


def _blocks(view: AttentionView, places: Sequence[int], size: int) -> list[str]:
    """Name the blocks of tokens, as "1 [CLS] to 4 came"."""
    named = [f"{place + 1} {view.tokens.labels[place]}" for place in places]
    starts = range(0, len(named), size)
    return [f"{named[start]} to {named[min(start + size, len(named)) - 1]}" for start in starts]


def caption_of(view: AttentionView, layer: int, head: int) -> Caption:
    """Describe a head: the pattern that it follows most, and whether it is off."""
    roles, names, changes = attention.roles(view.request), role_names(view.tokens), view.request.interventions
    name, strength = names[roles.strongest[layer, head]], roles.strength[layer, head]
    return Caption(layer, head, name, float(strength), is_off(changes, layer, head))


def _hint(packed: QuantizedWeights, in_order: bool) -> str:
    where = "Rows are layers, columns heads. " if in_order else ""
    shrunk = (
        f"Thumbnails: each cell is the largest of {packed.block} × {packed.block} weights. " if packed.block > 1 else ""
    )
    return f"{where}{shrunk}Point at a cell: it lights up in every head. Click to open a head."


def _roles_explained(names: Sequence[str]) -> str:
    return (
        "Measured on this sentence: the average weight that a typed token gives to the one before it, the one after "
        f"it, itself, {names[3]}, {names[4]} or other tokens with the same spelling. “Broad” is the share of all "
        "tokens that a head attends to: e to the power of a row’s entropy, divided by the number of tokens. The "
        "largest of these names the head."
    )
