"""One head as lines between two columns of tokens, with other heads over it."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.attention.quantization import quantize_weights
from components.ui import state
from components.ui.attention.interventions import head_name, head_names, is_off
from components.ui.attention.session import CHANNEL, AttentionView, table_of, take_pair
from components.ui.charts import show
from components.ui.page import markup
from components.ui.stage import frame
from components.views.heads import Axes
from components.views.links import MOST_HEADS, Link, links

# The most tokens between which the eye can follow lines.
_FEW_ENOUGH = 48


def draw(view: AttentionView) -> None:
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
            channel=CHANNEL,
            on_pick=lambda side, index: take_pair(view.tokens, **{side: index}),
        ),
        key="lines",
        alt=f"Attention of {view.head_name} as lines from the tokens that look to those they look at",
        numbers=lambda: pd.concat({head_name(*each): table_of(view, *each) for each in shown}, names=["head", "query"]),
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
