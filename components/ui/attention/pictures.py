"""The studio's three pictures of attention, which light up together: all heads, one head as cells, one as lines."""

import html
from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from components.core.attention.head_roles import HeadRoles, role_names
from components.core.attention.quantization import QuantizedWeights, quantize_weights
from components.ui import state
from components.ui.attention.interventions import head_name, head_names, is_off
from components.ui.attention.session import AttentionView, open_head, take_pair
from components.ui.caches import attention
from components.ui.caches.requests import QuantizationRequest
from components.ui.charts import numbers_button, show_heads, show_links, show_one_head
from components.ui.page import raw_markup as markup
from components.ui.wording import format_count
from components.views.heads import Axes, Caption
from components.views.links import MOST_HEADS, Link

_CHANNEL = "attention"
_IN_ORDER = "all, layer by layer"
_BY_ROLE = "all, sorted by what they do"
# All three pictures together stay below 2 MB.
_THUMBNAILS, _ONE_HEAD = 1_300_000, 600_000
# Tokens that lines can be followed between.
_FEW_ENOUGH = 48
# What a role is called where there is little room.
_SHORT = {"previous token": "prev", "next token": "next", "itself": "self", "same word": "same", "broad": "broad"}


def draw_all_heads(studio: AttentionView) -> None:
    """The thumbnails of all heads, or of those that mostly do one thing, the strongest first."""
    roles = attention.roles(studio.request)
    names = role_names(studio.tokens)
    layers, heads = roles.strongest.shape
    counts = np.bincount(roles.strongest.ravel(), minlength=len(names))
    options = [_IN_ORDER, _BY_ROLE, *(name for name, count in zip(names, counts, strict=True) if count)]
    chosen = st.selectbox(
        "Heads by what they mostly look at",
        options,
        key=state.Attention.ROLE,
        bind=state.IN_URL,
        help=_roles_explained(names),
    )
    picked = _heads_shown(roles, chosen, names)
    packed = attention.quantized_heads(QuantizationRequest(studio.request, studio.part, picked, _THUMBNAILS))
    show_heads(
        packed,
        Axes(studio.tokens.labels, studio.part.rows, studio.part.columns),
        [_caption(studio, layer, head) for layer, head in picked],
        key="heads",
        alt=f"Attention of {format_count(len(picked), 'head')}, a thumbnail a head",
        numbers=lambda: pd.DataFrame(
            roles.scores.reshape(layers * heads, -1),
            index=pd.MultiIndex.from_product([range(1, layers + 1), range(1, heads + 1)], names=["layer", "head"]),
            columns=list(names),
        ),
        channel=_CHANNEL,
        across=heads if chosen == _IN_ORDER else None,
        hint=_hint(packed, chosen == _IN_ORDER),
        on_open=open_head,
    )


def draw_head(studio: AttentionView) -> None:
    """The open head as cells, tokens named along the edges."""
    packed = attention.quantized_heads(QuantizationRequest(studio.request, studio.part, (studio.opened,), _ONE_HEAD))
    show_one_head(
        packed,
        Axes(studio.tokens.labels, studio.part.rows, studio.part.columns),
        _caption(studio, studio.layer, studio.head),
        marked=(studio.query, studio.key),
        key="attention",
        alt=f"Attention weights of {studio.head_name}: rows look at columns",
        numbers=lambda: _table(studio, studio.layer, studio.head),
        channel=_CHANNEL,
        hint=_about_head(studio, packed),
        on_pick=lambda query, key: take_pair(studio.tokens, query, key),
    )


def draw_lines(studio: AttentionView) -> None:
    """The open head as lines between two columns of tokens, with other heads laid over it."""
    share, others = _ask_for_lines(studio)
    shown = [studio.opened, *others]
    part = studio.part
    rows, columns = _lines_between(studio)
    trace = studio.trace()
    weights = np.stack([part.of(trace.attention_weights(*each)) for each in shown])[:, rows][..., columns]
    show_links(
        quantize_weights(weights, 2 * weights.size),
        Axes(studio.tokens.labels, tuple(part.rows[i] for i in rows), tuple(part.columns[i] for i in columns)),
        [head_name(*each).capitalize() for each in shown],
        key="lines",
        alt=f"Attention of {studio.head_name} as lines from the tokens that look to those they look at",
        numbers=lambda: pd.concat({head_name(*each): _table(studio, *each) for each in shown}, names=["head", "query"]),
        picked=Link(studio.query, studio.key),
        share=share,
        channel=_CHANNEL,
        on_pick=lambda side, place: take_pair(studio.tokens, **{side: place}),
    )


def draw_role(studio: AttentionView) -> None:
    """What the open head mostly does: its score for every role, the largest marked."""
    scores = attention.roles(studio.request).scores[studio.layer, studio.head]
    known = np.flatnonzero(~np.isnan(scores))
    names = [role_names(studio.tokens)[i] for i in known]
    strongest = known[scores[known].argmax()]
    rows = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th><td><span class="es-share{" es-most" if i == strongest else ""}">'
        f'<i style="width:{scores[i]:.1%}"></i></span></td><td>{scores[i]:.3f}</td></tr>'
        for name, i in zip(names, known, strict=True)
    )
    markup(
        f'<table class="es-table es-roles"><caption>What {studio.head_name} looks at, on average over the typed tokens'
        f"</caption><tbody>{rows}</tbody></table>"
    )
    numbers_button(lambda: pd.DataFrame({"score": scores[known]}, index=names), "role")


def _ask_for_lines(studio: AttentionView) -> tuple[int, list[tuple[int, int]]]:
    left, right = st.columns([2, 3])
    with left:
        share = st.slider(
            "Share of each row",
            10,
            100,
            70,
            5,
            format="%d%%",
            key=state.Attention.LEAST_SHARE,
            bind=state.IN_URL,
            help="Of each row the thickest lines are drawn until they make up this share of it.",
        )
    names = head_names(studio.reading.encoder)
    with right:
        over = st.multiselect(
            "Other heads laid over it",
            names,
            key=state.Attention.OVERLAID,
            bind=state.IN_URL,
            max_selections=MOST_HEADS - 1,
            placeholder="Pick up to three",
        )
    others = [divmod(names.index(name), studio.reading.encoder.num_heads) for name in over]
    return share, [each for each in others if each != studio.opened]


def _lines_between(studio: AttentionView) -> tuple[list[int], list[int]]:
    """Which rows and columns of the part lines are drawn between: of a long one those that the reader picks."""
    part = studio.part
    count = len(studio.tokens.tokens)
    # Of a pair one sentence may be short: it is shown whole.
    long = [side for side in (part.rows, part.columns) if len(side) > _FEW_ENOUGH]
    shown = range(count)
    if long:
        first, last = min(place for side in long for place in side), max(place for side in long for place in side)
        start = min(max(first, min(studio.query, studio.key) - 2), max(first, last + 1 - _FEW_ENOUGH))
        low, high = st.slider(
            f"Tokens between which lines are drawn, {_FEW_ENOUGH} at most",
            first + 1,
            last + 1,
            (start + 1, min(last + 1, start + _FEW_ENOUGH)),
            key=state.Attention.SHOWN,
        )
        shown = range(low - 1, min(max(high, low + 1), low - 1 + _FEW_ENOUGH))
    rows, columns = (
        [i for i, place in enumerate(side) if side not in long or place in shown] for side in (part.rows, part.columns)
    )
    if studio.query not in [part.rows[i] for i in rows] or studio.key not in [part.columns[i] for i in columns]:
        markup('<p class="es-note">The picked pair of tokens lies outside the lines that are drawn.</p>')
    return rows, columns


def _heads_shown(roles: HeadRoles, chosen: str, names: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """All heads in order, all by role and strength, or those of one role, the strongest first."""
    layers, heads = roles.strongest.shape
    every = [divmod(number, heads) for number in range(layers * heads)]
    if chosen == _IN_ORDER:
        return tuple(every)
    ranked = sorted(every, key=lambda each: (roles.strongest[each], -roles.strength[each]))
    return tuple(each for each in ranked if chosen in (_BY_ROLE, names[roles.strongest[each]]))


def _caption(studio: AttentionView, layer: int, head: int) -> Caption:
    roles, names, changes = attention.roles(studio.request), role_names(studio.tokens), studio.request.interventions
    name, strength = names[roles.strongest[layer, head]], roles.strength[layer, head]
    short = _SHORT.get(name, name.strip("[]<>"))
    return Caption(layer, head, name, short, float(strength), is_off(changes, layer, head))


def _about_head(studio: AttentionView, packed: QuantizedWeights) -> str:
    largest = f"the largest of these weights is {packed.steps.max() / 10**packed.decimals:.{packed.decimals}f}"
    off = (
        "This head is off: nobody receives what it gives. "
        if is_off(studio.request.interventions, *studio.opened)
        else ""
    )
    return f"{off}Rows look at columns; {largest}. Click a cell to take it apart below."


def _hint(packed: QuantizedWeights, in_order: bool) -> str:
    where = "Rows are layers, columns heads. " if in_order else ""
    shrunk = (
        f"Thumbnails: each cell is the largest of {packed.block} × {packed.block} weights. " if packed.block > 1 else ""
    )
    return f"{where}{shrunk}Point at a cell: it lights up in every head. Click to open a head."


def _roles_explained(names: Sequence[str]) -> str:
    return (
        f"Measured on this sentence: the average weight that a typed token gives to the one before it, the one after "
        f"it, itself, {names[3]}, {names[4]} or other tokens of its spelling. “Broad” is the share of the tokens that "
        "it looks at: e to the power of a row’s entropy, divided by their number. A head goes by what is largest."
    )


def _table(studio: AttentionView, layer: int, head: int) -> pd.DataFrame:
    labels = np.array(studio.tokens.labels, dtype=object)
    part = studio.part
    return pd.DataFrame(
        part.of(studio.trace().attention_weights(layer, head)),
        index=labels[list(part.rows)],
        columns=labels[list(part.columns)],
    )
