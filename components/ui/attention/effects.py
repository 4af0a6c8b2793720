"""The effect of the interventions on this sentence, and the effect of each single head."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core.attention.ablation import InterventionEffect, cosines_without_each_head
from components.core.attention.quantization import pool_by_magnitude
from components.figures.heatmaps.attention import attention_difference
from components.figures.heatmaps.layers import layers_by_heads, layers_by_tokens
from components.ui import state
from components.ui.attention.interventions import describe_changes, head_name, is_off, switch
from components.ui.attention.session import AttentionView, open_head
from components.ui.caches import attention
from components.ui.caches.requests import ThumbnailRequest
from components.ui.charts import show
from components.ui.page import markup, palette, section
from components.ui.progress import ProgressBar
from components.ui.tables import table
from components.ui.wording import format_count, format_difference, layer_steps
from components.views.tiles import Labels, tiles

# The most tokens whose cells can be told apart, in a large picture and in a thumbnail.
_READABLE, _THUMBNAIL = 128, 40
# Longer texts are measured when the reader asks for it, since that takes a while.
_AT_ONCE = 64
_SHOWN = 8


def draw(view: AttentionView) -> None:
    """Draw the effect of the interventions, and of switching off each head by itself."""
    if view.request.interventions:
        _draw_effect(view, attention.effect(view.request))
    else:
        section(
            "Nothing is changed yet",
            "Under “Change the encoder” above you can switch heads off, make one uniform, mask later tokens or switch "
            "positions off. The effect on the sentence vector, on each token and on later layers then appears here.",
        )
        st.button(
            f"Switch {view.head_name} off", on_click=switch, args=view.opened, key=state.Attention.SWITCH_OPEN_HEAD
        )
    _draw_single_heads(view)


def _draw_effect(view: AttentionView, effect: InterventionEffect) -> None:
    section(
        f"With {describe_changes(view.request.interventions)}",
        f"The sentence vector has a cosine of {effect.sentence_cosine:.4f} with the original one. Below: each token’s "
        "context vector compared with its original, layer by layer.",
    )
    labels = view.tokens.labels
    cosines = effect.token_cosines
    steps = layer_steps(len(cosines) - 1)
    show(
        layers_by_tokens(cosines, steps, labels, palette()),
        key="token-effect",
        alt="Cosine of each token’s context vector with the original one, layer by layer",
        numbers=lambda: pd.DataFrame(cosines, index=pd.Index(steps, name="layer"), columns=list(labels)),
    )
    _say_most_moved(view, effect)
    _draw_attention(view, effect)


def _say_most_moved(view: AttentionView, effect: InterventionEffect) -> None:
    index = effect.moved_most()
    if index is None:
        sentence = "After the last layer no context vector has changed."
    else:
        cosine = effect.token_cosines[-1][index]
        sentence = f"After the last layer {view.quoted(index)} has moved most: cosine {cosine:.4f}."
    markup(Markup('<p class="es-note">{}</p>').format(sentence))


def _draw_attention(view: AttentionView, effect: InterventionEffect) -> None:
    """Draw the change of attention in every head, and the open head's difference large."""
    moved = effect.attention_moved
    layers, heads = moved.shape
    section(
        "The effect on attention",
        "Changed minus original, for every head; rows are layers. A layer’s weights depend on its input, so a head "
        "that is off changes only later layers; a mask or a uniform head changes its own layer too.",
    )
    if not moved.any():
        markup(Markup('<p class="es-note">No weight of any head has changed.</p>'))
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
    most = divmod(int(moved.argmax()), heads)
    if moved[most] > 0 and most != view.opened:
        st.button(f"Open the head that changed most: {head_name(*most)}", on_click=open_head, args=most)
    largest = np.abs(effect.attention_difference(*view.opened)).max()
    if largest == 0:
        markup(Markup('<p class="es-note">In the open head, {}, no weight has changed.</p>').format(view.head_name))
        return
    seen, step = pool_by_magnitude(effect.attention_difference(*view.opened), _READABLE)
    markup(
        Markup(
            '<p class="es-note">{}: on average a token gives {:.0%} of its attention to other tokens than before; the '
            "largest change of a weight is {}.</p>"
        ).format(view.head_name.capitalize(), moved[view.layer, view.head], format_difference(float(largest)))
    )
    show(
        attention_difference(seen, view.tokens.labels[::step], palette(), step=step, cell=26),
        key="head-effect",
        alt=f"Attention weights of {view.head_name}: changed minus original",
        numbers=lambda: pd.DataFrame(
            effect.attention_difference(*view.opened),
            index=list(view.tokens.labels),
            columns=list(view.tokens.labels),
        ),
    )


def _draw_single_heads(view: AttentionView) -> None:
    also = f", in addition to {describe_changes(view.request.interventions)}" if view.request.interventions else ""
    heads = view.reading.encoder.num_layers * view.reading.encoder.num_heads
    section(
        "Which single head matters most to this sentence?",
        f"Each of the {heads} heads is switched off alone{also}. How far does the sentence vector move?",
    )
    cosines = _measured(view)
    if cosines is None:
        return
    distances = np.maximum(1 - cosines, 0)  # rounding may leave a cosine just above 1
    colours = palette()
    show(
        layers_by_heads(distances, colours),
        key="single-heads",
        alt="Distance that the sentence vector moves when each head is switched off alone, layer by head",
        numbers=lambda: pd.DataFrame(
            cosines,
            index=pd.RangeIndex(1, len(cosines) + 1, name="layer"),
            columns=[f"head {head + 1}" for head in range(cosines.shape[1])],
        ),
    )
    order = np.argsort(-distances, axis=None, kind="stable")[:_SHOWN]
    heads_in_order = [divmod(int(number), cosines.shape[1]) for number in order]
    table(
        ("switched off", "cosine", "distance (1 − cosine)"),
        [(head_name(*head), f"{cosines[head]:.4f}", f"{distances[head]:.4f}") for head in heads_in_order],
        "The sentence vector without that head compared with the one with it; the largest change first.",
    )
    with st.container(horizontal=True, gap="small"):
        first = heads_in_order[0]
        st.button(f"Open {head_name(*first)}", on_click=open_head, args=first)
        off = is_off(view.request.interventions, *first)
        st.button(f"Switch {head_name(*first)} {'on' if off else 'off'}", on_click=switch, args=first)


def _measured(view: AttentionView) -> np.ndarray | None:
    """The cosines without each head. For a long text they are measured when the reader asks."""
    count = len(view.tokens.tokens)
    wait = count > _AT_ONCE and not attention.has_single_heads(view.request)
    if wait and not st.button(
        "Measure all heads", help=f"With {format_count(count, 'token')} this takes a while; a bar shows the progress."
    ):
        return None
    return attention.single_heads(view.request, lambda: _measure(view))


def _measure(view: AttentionView) -> np.ndarray:
    bar = ProgressBar()
    bar.show(0, 1, "Switching heads off, one by one …")
    cosines = cosines_without_each_head(
        view.reading.encoder,
        view.tokens,
        view.request.interventions,
        progress=lambda done, total: bar.show(done, total, f"Switched off {done} of {total} heads …"),
    )
    bar.clear()
    return cosines
