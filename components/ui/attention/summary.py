"""What the studio says first: the weight between the picked tokens, and what was changed."""

import html

import numpy as np
import streamlit as st

from components.core.attention.head_roles import role_names
from components.ui.attention.interventions import describe_changes, is_off, undo
from components.ui.attention.session import AttentionView, strongest_link
from components.ui.caches import attention
from components.ui.page import raw_markup as markup
from components.ui.wording import join_list


def finding(studio: AttentionView) -> str:
    """The page's title: what the open head gives from the one picked token to the other."""
    weight = studio.trace().attention_weights(*studio.opened)[studio.query, studio.key]
    to = "itself" if studio.query == studio.key else studio.said(studio.key)
    head = f"Head {studio.head + 1} of layer {studio.layer + 1}"
    if is_off(studio.request.interventions, *studio.opened):
        return f"{head} is off; it would send {weight:.0%} of {studio.said(studio.query)} to {to}"
    return f"{head} sends {weight:.0%} of {studio.said(studio.query)} to {to}"


def lead(studio: AttentionView) -> str:
    """How many heads there are, what the open one mostly does, and its strongest link."""
    roles = attention.roles(studio.request)
    names = role_names(studio.tokens)
    name = names[roles.strongest[studio.layer, studio.head]]
    strength = roles.strength[studio.layer, studio.head]
    count = len(studio.tokens.labels)
    does = (
        f"This one is broad: its attention spreads as wide as an even look at {strength * count:.1f} tokens"
        if name == names[-1]
        else f"This one gives {strength:.0%} to {_given(name)} on average"
    )
    weights = studio.trace().attention_weights(*studio.opened)
    strongest = strongest_link(weights, studio.tokens)
    if strongest is None:
        link = ""
    elif strongest == (studio.query, studio.key):
        link = " No other link between two typed tokens is stronger in it."
    else:
        query, key = strongest
        link = f" Its strongest link between typed tokens is {studio.said(query)} to {studio.said(key)}, "
        link += f"{weights[query, key]:.0%}."
    return f"{roles.strongest.size} heads read these {count} tokens, each in its own way. {does}.{link}"


def draw_reading(studio: AttentionView) -> None:
    """Say what is read beside the sentence, what was changed, and what that did to the sentence vector."""
    if studio.tokens.second_text is not None:
        markup(
            f'<p class="es-note">Sentence B, joined to the one above: “{html.escape(studio.tokens.second_text)}”. '
            f"Together {len(studio.tokens.tokens)} tokens.</p>"
        )
    if studio.part.only is not None:
        marks = join_list(sorted({studio.tokens.labels[i] for i in np.flatnonzero(studio.tokens.special)}))
        markup(
            f'<p class="es-note">The pictures leave {html.escape(marks)} out and divide each row by what remains, so '
            "that it sums to 1 again: these are no longer the weights that the model used. The title and the "
            "calculation keep the model’s own.</p>"
        )
    if not studio.request.interventions:
        return
    cosine = attention.effect(studio.request).sentence_cosine
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        markup(
            f'<p class="es-changed">Changed: {html.escape(describe_changes(studio.request.interventions))}. The sentence vector keeps '
            f"a cosine of <b>{cosine:.4f}</b> with the untouched one.</p>"
        )
        st.button("Undo", on_click=undo)


def _given(name: str) -> str:
    pattern = {
        "previous token": "the token before",
        "next token": "the token after",
        "itself": "the token itself",
        "same word": "other tokens of the same spelling",
    }
    return pattern.get(name, name)
