"""The effect of the interventions on this sentence: on each token, and on the attention of every head."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.core.attention.ablation import InterventionEffect
from components.core.attention.quantization import pool_by_magnitude
from components.figures.heatmaps.attention import attention_difference
from components.figures.heatmaps.layers import layers_by_tokens
from components.ui.attention import all_heads
from components.ui.attention.interventions import describe_changes, head_name
from components.ui.attention.session import AttentionView, open_head
from components.ui.caches import attention
from components.ui.caches.requests import ThumbnailRequest
from components.ui.charts import show
from components.ui.page import palette
from components.ui.stage import frame
from components.ui.wording import PRINTS_AS_ONE, format_cosine, format_difference, layer_steps
from components.views.tiles import Labels, tiles

# The most tokens whose cells can be told apart, in a large picture and in a thumbnail.
_READABLE, _THUMBNAIL = 128, 40


def draw(view: AttentionView) -> None:
    """Draw the effect of the interventions on each token and on the attention of every head."""
    if not view.request.interventions:
        frame.heading(
            "Nothing is changed yet",
            "Click a head to switch it off, mask later tokens or switch positions off: this screen then shows what the "
            "sentence vector, each token and the later layers lose by it.",
        )
        all_heads.draw_to_switch(view)
        return
    effect = attention.effect(view.request)
    frame.heading(*finding(view, effect))
    left, right = st.columns(2, gap="medium")
    with left:
        _draw_token_effect(view, effect)
    with right:
        _draw_attention(view, effect)


def finding(view: AttentionView, effect: InterventionEffect) -> tuple[str, str]:
    """The title and the lead: how far the sentence vector moves, and the token that moves most."""
    cosine = format_cosine(effect.sentence_cosine)
    return (
        f"With {describe_changes(view.request.interventions)}, the sentence vector has cosine {cosine} with the "
        "original",
        f"Left: each token’s context vector compared with its original, layer by layer. {_most_moved(view, effect)} "
        "Right: how the attention of every head changes.",
    )


def _draw_token_effect(view: AttentionView, effect: InterventionEffect) -> None:
    labels = view.tokens.labels
    cosines = effect.token_cosines
    steps = layer_steps(len(cosines) - 1)
    show(
        layers_by_tokens(cosines, steps, labels, palette()),
        key="token-effect",
        alt="Cosine of each token’s context vector with the original one, layer by layer",
        numbers=lambda: pd.DataFrame(cosines, index=pd.Index(steps, name="layer"), columns=list(labels)),
    )


def _most_moved(view: AttentionView, effect: InterventionEffect) -> str:
    index = effect.moved_most()
    if index is None or effect.token_cosines[-1][index] > PRINTS_AS_ONE:
        return "After the last layer every typed token’s cosine is still 1.0000."
    cosine = format_cosine(effect.token_cosines[-1][index])
    return f"After the last layer {view.quoted(index)} has moved most: cosine {cosine}."


def _draw_attention(view: AttentionView, effect: InterventionEffect) -> None:
    """Draw the change of attention in every head, and the open head's difference large."""
    moved = effect.attention_moved
    layers, heads = moved.shape
    if not moved.any():
        frame.note("No weight of any head has changed.")
        return
    thumbnails, block = attention.effect_thumbnails(ThumbnailRequest(view.request, _THUMBNAIL))
    # Small differences must be visible too; the largest is printed below.
    limit = max(float(np.abs(thumbnails).max()), 0.01)
    shrunk = f" Each cell is the largest of {block} × {block}." if block > 1 else ""
    show(
        partial(
            tiles,
            thumbnails,
            Labels(
                (),
                hint=f"Blue: more than before. Red: less. Full colour: {limit:.2f}. Click to open a head.{shrunk}",
            ),
            names=tuple(
                f"{head_name(*divmod(number, heads)).capitalize()}, {share:.0%} of attention moved"
                for number, share in enumerate(moved.ravel())
            ),
            limit=limit,
            decimals=-1,
            columns=(heads,),
            selected=view.layer * heads + view.head,
            on_pick=lambda number: open_head(*divmod(number, heads)),
        ),
        key="attention-effect",
        alt=f"Changes in the attention of all {layers * heads} heads, one row of thumbnails per layer",
        numbers=lambda: pd.DataFrame(
            moved,
            index=pd.RangeIndex(1, layers + 1, name="layer"),
            columns=[f"head {head + 1}: share of attention moved" for head in range(heads)],
        ),
    )
    with frame.details():
        frame.note(
            "A layer’s weights depend on its input, so a head that is off changes only later layers; a mask or a "
            "uniform head changes its own layer too."
        )
        most = divmod(int(moved.argmax()), heads)
        if moved[most] > 0 and most != view.opened:
            st.button(f"Open the head that changed most: {head_name(*most)}", on_click=open_head, args=most)
        _draw_head_effect(view, effect, float(moved[view.opened]))


def _draw_head_effect(view: AttentionView, effect: InterventionEffect, moved: float) -> None:
    """Draw the changed minus the original weights of the open head."""
    difference = effect.attention_difference(*view.opened)
    largest = float(np.abs(difference).max())
    if largest == 0:
        frame.note(f"In the open head, {view.head_name}, no weight has changed.")
        return
    seen, step = pool_by_magnitude(difference, _READABLE)
    frame.note(
        f"{view.head_name.capitalize()}: on average a token gives {moved:.0%} of its attention to other tokens than "
        f"before; the largest change of a weight is {format_difference(largest)}."
    )
    show(
        attention_difference(seen, view.tokens.labels[::step], palette(), step=step, cell=26),
        key="head-effect",
        alt=f"Attention weights of {view.head_name}: changed minus original",
        numbers=lambda: pd.DataFrame(difference, index=list(view.tokens.labels), columns=list(view.tokens.labels)),
    )
