"""The differences in attention between two sentences: all heads as thumbnails, and one of them large."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.core.attention.quantization import pool_by_magnitude
from components.core.context.comparison import Comparison
from components.figures.heatmaps.attention import attention_difference, attention_heatmap
from components.ui import state
from components.ui.caches import comparisons
from components.ui.caches.requests import DifferenceThumbnailRequest
from components.ui.charts import show
from components.ui.page import palette
from components.ui.pickers import pick_option
from components.ui.stage import frame
from components.ui.word_order.pair import Pair
from components.ui.word_order.summary import only_rounding, same_tokens
from components.ui.wording import join_list
from components.views.tiles import Labels, tiles

_MOST = "differs most"
# Words that can be told apart in a thumbnail.
_THUMBNAIL = 40
# The most words whose cells can be told apart.
_READABLE = 128
# Smaller shares of attention print as 0 %.
_PRINTED = 0.005
_DIFFERENCE, _FIRST, _SECOND = "difference", "first", "second"
_TITLES = {
    _DIFFERENCE: "second sentence minus first",
    _FIRST: "first sentence",
    _SECOND: "second sentence, in the word order of the first",
}


def draw(pair: Pair) -> None:
    """Draw all heads' differences, and beside them the picked head: its difference, or one of the two sentences."""
    compared = pair.compared()
    layers, heads = compared.attention_moved.shape
    options = [_MOST, *(f"layer {layer + 1}, head {head + 1}" for layer in range(layers) for head in range(heads))]
    with frame.controls():
        picked = st.selectbox(
            "Head", options, key=state.WordOrder.CHANGED_HEAD, bind=state.IN_URL, persist_state="session", width=250
        )
        side = pick_option("Large picture", tuple(_TITLES), state.WordOrder.SIDE)
    framed = opened = options.index(picked) - 1
    if picked == _MOST:
        opened = 0 if no_head_differs(compared) else int(compared.attention_moved.argmax())
        framed = -1 if no_head_differs(compared) else opened
    layer, head = divmod(opened, heads)
    frame.heading(finding(compared, pair.mode, layer, head), lead(compared, layer, head))
    left, right = st.columns([6, 5], gap="medium")
    with left:
        _draw_thumbnails(pair, compared, options[1:], framed)
    with right:
        _draw_head(compared, layer, head, side)


def no_head_differs(compared: Comparison) -> bool:
    """True if the heads' differences are rounding, or none of them prints as 1 % of attention."""
    return only_rounding(compared) or float(compared.attention_moved.max()) < _PRINTED


def finding(compared: Comparison, mode: str, layer: int, head: int) -> str:
    """The share of attention that moved in the open head, or that no head differs. layer, head: counted from 0."""
    if same_tokens(compared):
        return "The same sentence twice: every head attends alike"
    if no_head_differs(compared):
        without = "Without positions, no" if mode == "off" else "No"
        return f"{without} head attends differently in the second sentence"
    moved = compared.attention_moved[layer, head]
    return f"Layer {layer + 1}, head {head + 1} gives {moved:.0%} of its attention to other words"


def lead(compared: Comparison, layer: int, head: int) -> str:
    """The heads that differ most, and what the picture shows."""
    if no_head_differs(compared):
        return f"Opened for comparison: layer {layer + 1}, head {head + 1}. Rows are queries, columns are keys."
    return f"{named_heads(compared)} Blue: more attention in the second sentence, red: less. Rows are queries."


def named_heads(compared: Comparison, count: int = 3) -> str:
    """The heads that differ most, each with the average share of a word's attention that moved."""
    moved = compared.attention_moved
    strongest = moved.ravel().argsort(kind="stable")[::-1][:count]
    places = [divmod(int(number), moved.shape[1]) for number in strongest]
    named = [
        f"layer {layer + 1} head {head + 1} ({moved[layer, head]:.0%})"
        for layer, head in places
        if moved[layer, head] >= _PRINTED
    ]
    return f"The heads that differ most: {join_list(named)}."


def _draw_thumbnails(pair: Pair, compared: Comparison, names: list[str], framed: int) -> None:
    layers, heads = compared.attention_moved.shape
    thumbnails, block = comparisons.difference_thumbnails(DifferenceThumbnailRequest(pair.request(), _THUMBNAIL))
    shrunk = f" Each cell is the largest of {block} × {block}." if block > 1 else ""
    show(
        partial(
            tiles,
            thumbnails.reshape(layers * heads, *thumbnails.shape[2:]),
            Labels((), hint=f"A row per layer, a column per head. Click one to open it.{shrunk}"),
            names=tuple(
                f"{name.capitalize()}, {moved:.0%} of attention moved"
                for name, moved in zip(names, compared.attention_moved.ravel(), strict=True)
            ),
            limit=1.0,
            decimals=-1,
            columns=(heads,),
            selected=framed,
            on_pick=lambda number: st.session_state.update({state.WordOrder.CHANGED_HEAD: names[number]}),
        ),
        key="all-differences",
        alt=f"Differences in the attention of all {layers * heads} heads, one row of thumbnails per layer",
        numbers=lambda: pd.DataFrame(
            compared.attention_moved,
            index=pd.RangeIndex(1, layers + 1, name="layer"),
            columns=[f"head {head + 1}: share of attention moved" for head in range(heads)],
        ),
    )


def _draw_head(compared: Comparison, layer: int, head: int, side: str) -> None:
    """Draw one head: the difference of the two sentences, or one of them. side: one of _TITLES."""
    words = tuple(word.text for word in compared.alignment.first)
    weights, reordered = (each[head] for each in compared.attention(layer))
    matrix = {_DIFFERENCE: reordered - weights, _FIRST: weights, _SECOND: reordered}[side]
    draws: Callable[..., go.Figure] = attention_difference if side == _DIFFERENCE else attention_heatmap
    # Words without a partner stay empty, unless cells have to be pooled.
    seen, times = (matrix, 1) if len(words) <= _READABLE else pool_by_magnitude(np.nan_to_num(matrix), _READABLE)
    show(
        draws(seen, words[::times], palette(), step=times),
        key="head",
        alt=f"Attention between words in layer {layer + 1}, head {head + 1}: {_TITLES[side]}"
        + (f"; each cell is the largest of {times} × {times}" if times > 1 else ""),
        numbers=lambda: pd.DataFrame(matrix, index=list(words), columns=list(words)),
    )
    with frame.details():
        frame.note(
            "The share of attention that moved is the total variation distance of a word's two rows, averaged over "
            "words. For a word of several tokens, rows are averaged and columns added, so that rows still sum to 1."
        )
