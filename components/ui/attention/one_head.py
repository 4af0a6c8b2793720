"""The pictures of one head: as cells and as lines, which light up together."""

from functools import partial

import numpy as np
import streamlit as st
from markupsafe import Markup

from components.core.attention.head_roles import role_names
from components.core.attention.quantization import QuantizedWeights
from components.core.classroom.guesses import Guesses
from components.core.classroom.strips import short_shares
from components.ui.attention import lines, summary
from components.ui.attention.all_heads import caption_of
from components.ui.attention.interventions import is_off, offer_switch
from components.ui.attention.session import CHANNEL, AttentionView, table_of, take_pair
from components.ui.caches import attention
from components.ui.caches.requests import QuantizationRequest
from components.ui.charts import show
from components.ui.page import markup
from components.ui.pickers import token_option
from components.ui.stage import frame, question
from components.ui.stage.bar import show_screen
from components.views.heads import Axes, head_matrix

# With the other pictures of the page it stays below 2 MB.
_MOST_BYTES = 600_000
# Tokens among which a reader is asked to guess.
_MOST_OPTIONS = 24


def draw(view: AttentionView) -> None:
    """Draw the open head as cells and as lines, and in the details what it attends to."""
    with frame.controls():
        offer_switch(view.request.interventions, view.layer, view.head)
    asked = _ask_whom(view)
    if asked.hidden:
        return
    frame.heading(summary.finding(view), summary.lead(view))
    left, right = st.columns(2, gap="medium")
    with left:
        _draw_cells(view, asked.guesses)
    with right:
        lines.draw(view)
    with frame.details():
        _draw_role(view)
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
        return question.Asked(False)
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


def _draw_cells(view: AttentionView, guesses: Guesses[str]) -> None:
    """Draw the open head as cells, with the tokens along the edges. guesses: the options of guessed tokens."""
    options = [token_option(view.tokens, i) for i in range(len(view.tokens.labels))]
    cells = guesses.mapped(lambda option: (view.query, options.index(option)))
    packed = attention.quantized_heads(QuantizationRequest(view.request, view.part, (view.opened,), _MOST_BYTES))
    show(
        partial(
            head_matrix,
            packed,
            Axes(view.tokens.labels, view.part.rows, view.part.columns),
            caption_of(view, view.layer, view.head),
            marked=(view.query, view.key),
            guesses=cells,
            channel=CHANNEL,
            hint=_about_head(view, packed) + _guessed_most(view, cells),
            on_pick=lambda query, key: _open_weight(view, query, key),
        ),
        key="attention",
        alt=f"Attention weights of {view.head_name}: rows look at columns",
        numbers=lambda: table_of(view, view.layer, view.head),
    )


def _open_weight(view: AttentionView, query: int, key: int) -> None:
    """Take one weight apart, on the screen that does."""
    take_pair(view.tokens, query, key)
    show_screen("one weight")


def _draw_role(view: AttentionView) -> None:
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


def _guessed_most(view: AttentionView, cells: Guesses[tuple[int, int]]) -> str:
    """Say which token most of a class guessed, since a small cell has no room for numbers; "" without a class."""
    if not any(cells.rounds):
        return ""
    (cell, _), *_ = [count for count in cells.counts() if count][-1].most_common(1)
    return f" Most guessed {view.quoted(cell[1])}: {short_shares(cells, cell)}."


def _about_head(view: AttentionView, packed: QuantizedWeights) -> str:
    largest = f"the largest of these weights is {packed.steps.max() / 10**packed.decimals:.{packed.decimals}f}"
    if is_off(view.request.interventions, *view.opened):
        return "This head is off: its output is replaced by zeros. Click a cell to see how it is calculated."
    return f"Rows look at columns; {largest}. Click a cell to see how it is calculated."
