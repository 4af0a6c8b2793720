"""What a change to the encoder does to this sentence, and which single head matters most to it."""

import html

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.core.attention.ablation import InterventionEffect, cosines_without_each_head
from components.core.attention.quantization import pool_by_magnitude
from components.figures.heatmaps.attention import attention_difference
from components.figures.heatmaps.layers import layers_by_heads, layers_by_tokens
from components.ui import state
from components.ui.attention.interventions import describe_changes, head_name, is_off, switch
from components.ui.attention.session import AttentionView, open_head
from components.ui.caches import attention
from components.ui.caches.requests import ThumbnailRequest
from components.ui.charts import show, show_tiles
from components.ui.page import palette, section
from components.ui.page import raw_markup as markup
from components.ui.tables import table
from components.ui.wording import format_count, format_difference, layer_steps
from components.views.tiles import Labels

# Tokens whose cells can be told apart, in a large picture and in a thumbnail.
_READABLE, _THUMBNAIL = 128, 40
# Longer texts are measured when the reader asks for it: that takes a while.
_AT_ONCE = 64
_SHOWN = 8


def draw(studio: AttentionView) -> None:
    """The effect of what was changed, and all heads switched off one by one."""
    if studio.request.interventions:
        _draw_effect(studio, attention.effect(studio.request))
    else:
        section(
            "Nothing is changed yet",
            "Under “Change the encoder” above, switch heads off, make one uniform, mask the future or take the "
            "positions away. What it does to the sentence vector, to each token and to later layers then stands here.",
        )
        st.button(
            f"Switch {studio.head_name} off", on_click=switch, args=studio.opened, key=state.Attention.SWITCH_OPEN_HEAD
        )
    _draw_single_heads(studio)


def _draw_effect(studio: AttentionView, effect: InterventionEffect) -> None:
    section(
        f"With {describe_changes(studio.request.interventions)}",
        f"The sentence vector has a cosine of {effect.sentence_cosine:.4f} with the untouched one. Below: each token’s "
        "context vector, layer by layer, beside what it was.",
    )
    labels = studio.tokens.labels
    cosines = effect.token_cosines
    steps = layer_steps(len(cosines) - 1)
    show(
        layers_by_tokens(cosines, steps, labels, palette()),
        key="token-effect",
        alt="Cosine of each token’s context vector with the untouched one, layer by layer",
        numbers=lambda: pd.DataFrame(cosines, index=pd.Index(steps, name="layer"), columns=list(labels)),
    )
    _say_most_moved(studio, effect)
    _draw_attention(studio, effect)


def _say_most_moved(studio: AttentionView, effect: InterventionEffect) -> None:
    place = effect.moved_most()
    if place is None:
        sentence = "At the end no token’s context vector differs from what it was."
    else:
        cosine = effect.token_cosines[-1][place]
        sentence = f"At the end {studio.said(place)} has moved most: cosine {cosine:.4f}."
    markup(f'<p class="es-note">{html.escape(sentence)}</p>')


def _draw_attention(studio: AttentionView, effect: InterventionEffect) -> None:
    """What changed in every head's attention, and the open head's difference large."""
    moved = effect.attention_moved
    layers, heads = moved.shape
    section(
        "What it does to attention",
        "Changed minus untouched, every head; rows are layers. Weights follow from what enters a layer, so a head that "
        "is switched off shows in later layers only; a mask or a uniform head shows in its own too.",
    )
    if not moved.any():
        markup('<p class="es-note">No head’s attention changed: no weight differs from the untouched reading’s.</p>')
        return
    thumbnails, block = attention.effect_thumbnails(ThumbnailRequest(studio.request, _THUMBNAIL))
    # Small differences are to be seen too; how large the largest is stands below.
    limit = max(float(np.abs(thumbnails).max()), 0.01)
    shrunk = f" Each cell is the largest of {block} × {block}." if block > 1 else ""
    show_tiles(
        thumbnails,
        Labels(
            (),
            hint=f"Blue: more than before. Red: less. Full colour: {limit:.2f}. Click to open a head.{shrunk}",
        ),
        key="attention-effect",
        alt=f"What changed in the attention of all {layers * heads} heads, a row of thumbnails a layer",
        numbers=lambda: pd.DataFrame(
            moved,
            index=pd.RangeIndex(1, layers + 1, name="layer"),
            columns=[f"head {head + 1}: share of attention moved" for head in range(heads)],
        ),
        names=tuple(
            f"{head_name(*divmod(number, heads)).capitalize()}, {share:.0%} of attention moved"
            for number, share in enumerate(moved.ravel())
        ),
        limit=limit,
        decimals=-1,
        columns=(heads,),
        selected=studio.layer * heads + studio.head,
        on_pick=lambda number: open_head(*divmod(number, heads)),
    )
    most = divmod(int(moved.argmax()), heads)
    if moved[most] > 0 and most != studio.opened:
        st.button(f"Open the head that changed most: {head_name(*most)}", on_click=open_head, args=most)
    largest = np.abs(effect.attention_difference(*studio.opened)).max()
    if largest == 0:
        markup(f'<p class="es-note">In {studio.head_name}, which is open, no weight changed.</p>')
        return
    seen, step = pool_by_magnitude(effect.attention_difference(*studio.opened), _READABLE)
    markup(
        f'<p class="es-note">{studio.head_name.capitalize()}: a token gives on average '
        f"{moved[studio.layer, studio.head]:.0%} of its attention elsewhere than before; the largest difference of a "
        f"weight is {format_difference(float(largest))}.</p>"
    )
    show(
        attention_difference(seen, studio.tokens.labels[::step], palette(), step=step, cell=26),
        key="head-effect",
        alt=f"Attention weights of {studio.head_name}: changed minus untouched",
        numbers=lambda: pd.DataFrame(
            effect.attention_difference(*studio.opened),
            index=list(studio.tokens.labels),
            columns=list(studio.tokens.labels),
        ),
    )


def _draw_single_heads(studio: AttentionView) -> None:
    also = f", with {describe_changes(studio.request.interventions)} already" if studio.request.interventions else ""
    heads = studio.reading.encoder.num_layers * studio.reading.encoder.num_heads
    section(
        "Which single head matters most to this sentence?",
        f"Each of the {heads} heads is switched off by itself{also}. How far does the sentence vector move?",
    )
    cosines = _measured(studio)
    if cosines is None:
        return
    far = np.maximum(1 - cosines, 0)  # rounding may leave a cosine just above 1
    colours = palette()
    show(
        layers_by_heads(far, colours),
        key="single-heads",
        alt="How far the sentence vector moves when each head is switched off by itself, layer by head",
        numbers=lambda: pd.DataFrame(
            cosines,
            index=pd.RangeIndex(1, len(cosines) + 1, name="layer"),
            columns=[f"head {head + 1}" for head in range(cosines.shape[1])],
        ),
    )
    order = np.argsort(-far, axis=None, kind="stable")[:_SHOWN]
    places = [divmod(int(number), cosines.shape[1]) for number in order]
    table(
        ("switched off", "cosine left", "moved (1 − cosine)"),
        [(head_name(*place), f"{cosines[place]:.4f}", f"{far[place]:.4f}") for place in places],
        "Cosine of the sentence vector without that head and with it; the head that matters most first.",
    )
    with st.container(horizontal=True, gap="small"):
        first = places[0]
        st.button(f"Open {head_name(*first)}", on_click=open_head, args=first)
        off = is_off(studio.request.interventions, *first)
        st.button(f"Switch {head_name(*first)} {'on' if off else 'off'}", on_click=switch, args=first)


def _measured(studio: AttentionView) -> np.ndarray | None:
    """The cosines, measured now unless they are known; of a long text, when the reader asks for them."""
    count = len(studio.tokens.tokens)
    wait = count > _AT_ONCE and not attention.has_single_heads(studio.request)
    if wait and not st.button(
        "Measure all heads", help=f"With {format_count(count, 'token')} this takes a while; a bar shows how far it is."
    ):
        return None
    return attention.single_heads(studio.request, lambda: _measure(studio))


def _measure(studio: AttentionView) -> np.ndarray:
    bar = st.progress(0.0, "Switching heads off, one by one …")
    cosines = cosines_without_each_head(
        studio.reading.encoder,
        studio.tokens,
        studio.request.interventions,
        progress=lambda done, total: _advance(bar, done, total),
    )
    bar.empty()
    return cosines


def _advance(bar: DeltaGenerator, done: int, total: int) -> None:
    bar.progress(done / total, f"Switched off {done} of {total} heads …")
