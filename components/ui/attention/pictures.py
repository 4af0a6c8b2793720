"""The pictures of attention: all heads; and one head as cells and as lines, which light up together."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.attention.head_roles import HeadRoles, role_names
from components.core.attention.quantization import QuantizedWeights, quantize_weights
from components.ui import state
from components.ui.attention import interventions as what_changes
from components.ui.attention import summary
from components.ui.attention.interventions import head_name, head_names, is_off
from components.ui.attention.session import AttentionView, open_head, take_pair
from components.ui.caches import attention
from components.ui.caches.requests import QuantizationRequest
from components.ui.charts import show
from components.ui.page import markup
from components.ui.pickers import token_option
from components.ui.stage import frame, question
from components.ui.stage.stage import show_screen
from components.ui.wording import format_count
from components.views.heads import Axes, Caption, head_matrix, head_thumbnails
from components.views.links import MOST_HEADS, Link, links

_CHANNEL = "attention"
_IN_ORDER = "all, layer by layer"
_BY_ROLE = "all, sorted by what they do"
# All three pictures together stay below 2 MB.
_THUMBNAILS, _ONE_HEAD = 1_300_000, 600_000
# The most tokens between which the eye can follow lines.
_FEW_ENOUGH = 48
# Tokens among which a reader is asked to guess.
_MOST_OPTIONS = 24
# Names of roles where there is little room.
_SHORT = {"previous token": "prev", "next token": "next", "itself": "self", "same word": "same", "broad": "broad"}


def draw_all_heads(view: AttentionView) -> None:
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
    packed = attention.quantized_heads(QuantizationRequest(view.request, view.part, picked, _THUMBNAILS))
    show(
        partial(
            head_thumbnails,
            packed,
            Axes(view.tokens.labels, view.part.rows, view.part.columns),
            [_caption(view, layer, head) for layer, head in picked],
            channel=_CHANNEL,
            across=heads if chosen == _IN_ORDER else None,
            hint=_hint(packed, chosen == _IN_ORDER),
            on_open=open_head,
        ),
        key="heads",
        alt=f"Attention of {format_count(len(picked), 'head')}, one thumbnail per head",
        numbers=lambda: pd.concat({head_name(*each): _table(view, *each) for each in picked}, names=["head", "query"]),
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


def draw_one_head(view: AttentionView) -> None:
    """Draw the open head as cells and as lines, and in the details what it attends to."""
    with frame.controls():
        what_changes.offer_switch(view.request.interventions, view.layer, view.head)
    asked = _ask_whom(view)
    if asked.hidden:
        return
    frame.heading(summary.finding(view), summary.lead(view))
    left, right = st.columns(2, gap="medium")
    with left:
        draw_head(view, guess=asked.guess)
    with right:
        draw_lines(view)
    with frame.details():
        draw_role(view)
        frame.note(
            "A weight says where a head looks, not why, and not what the model would do without it. Jain and Wallace "
            "(2019), “Attention is not Explanation”, found other weights that lead to the same answer; Wiegreffe and "
            "Pinter (2019), “Attention is not not Explanation”, say when it may count as one. Switch the head off to "
            "see what it does."
        )


def _ask_whom(view: AttentionView) -> question.Asked[str]:
    """Ask at whom the picked token looks most in this head, among the other typed tokens."""
    weights = view.trace().attention_weights(*view.opened)[view.query]
    others = [int(i) for i in np.flatnonzero(~view.tokens.special) if i != view.query][:_MOST_OPTIONS]
    if len(others) < 2:
        return question.Asked(False, None)
    names = [token_option(view.tokens, i) for i in others]
    most = max(range(len(others)), key=lambda i: weights[others[i]])
    equal = [names[i] for i in range(len(others)) if weights[others[i]] > weights[others[most]] - 1e-6]
    return question.one_of(
        "whom",
        (view.request, view.layer, view.head, view.query),
        f"At whom does {view.quoted(view.query)} look most, of the other words?",
        names,
        names[most],
        also_right=equal,
    )


def draw_head(view: AttentionView, guess: str | None = None) -> None:
    """Draw the open head as cells, with the tokens along the edges. guess: the option of a reader's token."""
    guessed = next((i for i in range(len(view.tokens.labels)) if guess == token_option(view.tokens, i)), None)
    packed = attention.quantized_heads(QuantizationRequest(view.request, view.part, (view.opened,), _ONE_HEAD))
    show(
        partial(
            head_matrix,
            packed,
            Axes(view.tokens.labels, view.part.rows, view.part.columns),
            _caption(view, view.layer, view.head),
            marked=(view.query, view.key),
            guessed=None if guessed is None else (view.query, guessed),
            channel=_CHANNEL,
            hint=_about_head(view, packed),
            on_pick=lambda query, key: _open_weight(view, query, key),
        ),
        key="attention",
        alt=f"Attention weights of {view.head_name}: rows look at columns",
        numbers=lambda: _table(view, view.layer, view.head),
    )


def _open_weight(view: AttentionView, query: int, key: int) -> None:
    """Take one weight apart, on the screen that does."""
    take_pair(view.tokens, query, key)
    show_screen("one weight")


def draw_lines(view: AttentionView) -> None:
    """Draw the open head as lines between two columns of tokens, with other heads over it."""
    share, others = _ask_for_lines(view)
    shown = [view.opened, *others]
    part = view.part
    rows, columns = _lines_between(view)
    trace = view.trace()
    weights = np.stack([part.of(trace.attention_weights(*each)) for each in shown])[:, rows][..., columns]
    show(
        partial(
            links,
            quantize_weights(weights, 2 * weights.size),
            Axes(view.tokens.labels, tuple(part.rows[i] for i in rows), tuple(part.columns[i] for i in columns)),
            [head_name(*each).capitalize() for each in shown],
            picked=Link(view.query, view.key),
            share=share,
            off=is_off(view.request.interventions, *view.opened),
            channel=_CHANNEL,
            on_pick=lambda side, index: take_pair(view.tokens, **{side: index}),
        ),
        key="lines",
        alt=f"Attention of {view.head_name} as lines from the tokens that look to those they look at",
        numbers=lambda: pd.concat({head_name(*each): _table(view, *each) for each in shown}, names=["head", "query"]),
    )


def draw_role(view: AttentionView) -> None:
    """Draw the open head's score for every role as dots on one scale, and apart from them how broad it is."""
    scores = attention.roles(view.request).scores[view.layer, view.head]
    names = role_names(view.tokens)
    known = [i for i in np.flatnonzero(~np.isnan(scores)) if i < len(names) - 1]
    dot = Markup(
        '<tr><th scope="row">{}</th><td><span class="es-scale"><i style="left:{:.1%}"></i></span></td>'
        "<td>{:.3f}</td></tr>"
    )
    rows = Markup().join(dot.format(names[i], scores[i], scores[i]) for i in known)
    markup(
        Markup(
            '<table class="es-table es-roles"><caption>What {} attends to, on average over the typed tokens. The '
            "numbers are no shares of one whole: one token may be several of these.</caption><tbody>{}</tbody></table>"
        ).format(view.head_name, rows)
    )
    frame.note(
        f"How broad it is: a row spreads its attention as widely as equal weights on {scores[-1]:.0%} of the tokens."
    )


def _ask_for_lines(view: AttentionView) -> tuple[int, list[tuple[int, int]]]:
    with frame.more():
        share = st.slider(
            "Share of each row",
            10,
            100,
            70,
            5,
            format="%d%%",
            key=state.Attention.LEAST_SHARE,
            bind=state.IN_URL,
            persist_state="session",
            help="In each row the thickest lines are drawn until their weights add up to this share.",
        )
    names = head_names(view.reading.encoder)
    with frame.more():
        over = st.multiselect(
            "Other heads laid over it",
            names,
            key=state.Attention.OVERLAID,
            bind=state.IN_URL,
            persist_state="session",
            max_selections=MOST_HEADS - 1,
            placeholder="Pick up to three",
        )
    others = [divmod(names.index(name), view.reading.encoder.num_heads) for name in over]
    return share, [each for each in others if each != view.opened]


def _lines_between(view: AttentionView) -> tuple[list[int], list[int]]:
    """The rows and columns between which lines are drawn; in a long text the reader picks a range."""
    part = view.part
    count = len(view.tokens.tokens)
    # In a pair one sentence may be short: it is shown whole.
    long = [side for side in (part.rows, part.columns) if len(side) > _FEW_ENOUGH]
    shown = range(count)
    if long:
        first, last = min(index for side in long for index in side), max(index for side in long for index in side)
        start = min(max(first, min(view.query, view.key) - 2), max(first, last + 1 - _FEW_ENOUGH))
        with frame.more():
            low, high = st.slider(
                f"Tokens between which lines are drawn, {_FEW_ENOUGH} at most",
                first + 1,
                last + 1,
                (start + 1, min(last + 1, start + _FEW_ENOUGH)),
                key=state.Attention.SHOWN,
            )
        shown = range(low - 1, min(max(high, low + 1), low - 1 + _FEW_ENOUGH))
    rows, columns = (
        [i for i, index in enumerate(side) if side not in long or index in shown] for side in (part.rows, part.columns)
    )
    if view.query not in [part.rows[i] for i in rows] or view.key not in [part.columns[i] for i in columns]:
        markup(Markup('<p class="es-note">The picked pair of tokens is outside the range of the lines.</p>'))
    return rows, columns


def _heads_shown(roles: HeadRoles, chosen: str, names: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """All heads in order, all by role and strength, or those of one role with the strongest first."""
    layers, heads = roles.strongest.shape
    every = [divmod(number, heads) for number in range(layers * heads)]
    if chosen == _IN_ORDER:
        return tuple(every)
    by_role = sorted(every, key=lambda each: (roles.strongest[each], -roles.strength[each]))
    return tuple(each for each in by_role if chosen in (_BY_ROLE, names[roles.strongest[each]]))


def _caption(view: AttentionView, layer: int, head: int) -> Caption:
    roles, names, changes = attention.roles(view.request), role_names(view.tokens), view.request.interventions
    name, strength = names[roles.strongest[layer, head]], roles.strength[layer, head]
    short = _SHORT.get(name, name.strip("[]<>"))
    return Caption(layer, head, name, short, float(strength), is_off(changes, layer, head))


def _about_head(view: AttentionView, packed: QuantizedWeights) -> str:
    largest = f"the largest of these weights is {packed.steps.max() / 10**packed.decimals:.{packed.decimals}f}"
    if is_off(view.request.interventions, *view.opened):
        return "This head is off: its output is replaced by zeros. Click a cell to see how it is calculated."
    return f"Rows look at columns; {largest}. Click a cell to see how it is calculated."


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


def _table(view: AttentionView, layer: int, head: int) -> pd.DataFrame:
    labels = np.array(view.tokens.labels, dtype=object)
    part = view.part
    return pd.DataFrame(
        part.of(view.trace().attention_weights(layer, head)),
        index=labels[list(part.rows)],
        columns=labels[list(part.columns)],
    )
