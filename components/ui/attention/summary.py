"""The title and the lead of the Attention page, and its interventions in words."""

import numpy as np
import streamlit as st
from markupsafe import Markup

from components.core.attention.head_roles import role_names
from components.ui.attention.interventions import describe_changes, is_off, undo
from components.ui.attention.session import AttentionView, strongest_link
from components.ui.caches import attention
from components.ui.page import markup
from components.ui.wording import format_cosine, join_list


def of_all_heads(view: AttentionView) -> tuple[str, str]:
    """The title and the lead of all heads: what most of them look at, and what else there is."""
    roles = attention.roles(view.request)
    names = role_names(view.tokens)
    counts = np.bincount(roles.strongest.ravel(), minlength=len(names))
    order = [int(i) for i in np.argsort(-counts, kind="stable") if counts[i]]
    total = roles.strongest.size
    phrases = [_most_heads(names[i], int(counts[i]), i == len(names) - 1) for i in order]
    rest = f" Others: {join_list(phrases[1:])}." if len(phrases) > 1 else ""
    return (
        f"Of {total} heads, {phrases[0]}",
        f"Rows are layers, columns are heads; in each square, rows look at columns.{rest} Click a head to open it.",
    )


def _most_heads(name: str, count: int, broad: bool) -> str:
    """Say how many heads follow a pattern most."""
    if broad:
        return f"{count} {'is' if count == 1 else 'are'} broad"
    return f"{count} look{'s' if count == 1 else ''} most at {_given(name)}"


def finding(view: AttentionView) -> str:
    """The page's title: the weight between the picked tokens in the open head."""
    weight = view.trace().attention_weights(*view.opened)[view.query, view.key]
    query = view.quoted(view.query)
    key = "itself" if view.query == view.key else view.quoted(view.key)
    head = f"Head {view.head + 1} of layer {view.layer + 1}"
    if is_off(view.request.interventions, *view.opened):
        return f"{head} is off; with it, {query} would give {weight:.0%} of its attention to {key}"
    return f"{head}: {query} gives {weight:.0%} of its attention to {key}"


def lead(view: AttentionView) -> str:
    """The number of heads, the pattern of the open one, and its strongest link."""
    roles = attention.roles(view.request)
    names = role_names(view.tokens)
    name = names[roles.strongest[view.layer, view.head]]
    strength = roles.strength[view.layer, view.head]
    count = len(view.tokens.labels)
    off = is_off(view.request.interventions, *view.opened)
    if name == names[-1]:
        spread = f"spreads as widely as equal weights on {strength * count:.1f} tokens"
        does = f"its attention {spread}" if off else f"This one is broad: its attention {spread}"
    else:
        does = f"{'it would give' if off else 'This one gives'} {strength:.0%} to {_given(name)} on average"
    if off:
        does = f"This one’s output is replaced by zeros; {does}"
    weights = view.trace().attention_weights(*view.opened)
    strongest = strongest_link(weights, view.tokens)
    if strongest is None or f"{weights[strongest]:.0%}" == "0%":
        link = ""
    elif strongest == (view.query, view.key):
        link = " It has no stronger link between two typed tokens."
    else:
        query, key = strongest
        link = f" Its strongest link between typed tokens is {view.quoted(query)} to {view.quoted(key)}, "
        link += f"{weights[query, key]:.0%}."
    return f"{roles.strongest.size} heads read these {count} tokens, each with its own weights. {does}.{link}"


def draw_reading(view: AttentionView, says_changes: bool) -> None:
    """Draw the second sentence, the tokens that are left out, and the interventions with their effect.

    says_changes: False where the screen's own title says what is changed.
    """
    if view.tokens.second_text is not None:
        markup(
            Markup('<p class="es-note">Sentence B, joined to the one above: “{}”. Together {} tokens.</p>').format(
                view.tokens.second_text, len(view.tokens.tokens)
            )
        )
    if view.part.only is not None:
        marks = join_list(sorted({view.tokens.labels[i] for i in np.flatnonzero(view.tokens.special)}))
        markup(
            Markup(
                '<p class="es-note">The pictures leave out {} and scale each row so that it sums to 1 again: these '
                "are no longer the weights that the model used. The title and the calculation show the model’s own.</p>"
            ).format(marks)
        )
    if not view.request.interventions:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        if says_changes:
            _draw_changes(view)
        st.button("Undo", on_click=undo)


def _draw_changes(view: AttentionView) -> None:
    cosine = attention.effect(view.request).sentence_cosine
    markup(
        Markup(
            '<p class="es-changed">Changed: {}. The sentence vector has a cosine of <b>{}</b> with the original '
            "one.</p>"
        ).format(describe_changes(view.request.interventions), format_cosine(cosine))
    )


def _given(name: str) -> str:
    pattern = {
        "previous token": "the token before",
        "next token": "the token after",
        "itself": "the token itself",
        "same word": "other tokens of the same spelling",
    }
    return pattern.get(name, name)
