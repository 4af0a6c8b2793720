"""Attention: every head at once, one of them open, one weight taken apart, and what the encoder does without it."""

import streamlit as st
from markupsafe import Markup

from components.ui import state
from components.ui.attention import combined_heads, effects, head_search, weight_derivation
from components.ui.attention import interventions as what_changes
from components.ui.attention.pictures import draw_all_heads, draw_head, draw_lines, draw_role
from components.ui.attention.session import AttentionView, ask_for_pair, ask_for_part, ask_for_second
from components.ui.attention.summary import draw_reading, finding, lead
from components.ui.caches import traces
from components.ui.caches.requests import TraceRequest
from components.ui.page import markup, next_page, read_sentence, title
from components.ui.pickers import pick_layer_and_head

_QUESTIONS = {
    "One weight, step by step": weight_derivation.draw,
    "Find the head": head_search.draw,
    "What a change does": effects.draw,
    "Over all heads": combined_heads.draw,
}

reading = read_sentence()
top = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    second, tokens = ask_for_second(reading)
    changes = what_changes.pick_changes(reading.encoder)
    part = ask_for_part(tokens)
request = TraceRequest(reading.model, reading.text, second, changes)
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    query, key = ask_for_pair(tokens, traces.trace(request.original))
    layer, head = pick_layer_and_head(reading.encoder.num_layers, reading.encoder.num_heads)
    what_changes.offer_switch(changes, layer, head)
view = AttentionView(reading, request, tokens, layer, head, query, key, part)
with top:
    title("Step 3 of 6 · Self-attention", finding(view), lead(view))
    draw_reading(view)
left, right = st.columns(2, gap="medium")
with left:
    draw_all_heads(view)
    draw_head(view)
with right:
    draw_lines(view)
    draw_role(view)

question = st.segmented_control(
    "Choose a view",
    list(_QUESTIONS),
    default=next(iter(_QUESTIONS)),
    required=True,
    key=state.Attention.QUESTION,
    bind=state.IN_URL,
)
_QUESTIONS[question](view)
markup(
    Markup(
        '<p class="es-note">A weight says where a head looks, not why, and not what the model would do without it. '
        "Jain and Wallace (2019), “Attention is not Explanation”, found other weights that lead to the same answer; "
        "Wiegreffe and Pinter (2019), “Attention is not not Explanation”, say when it may count as one. Switch the "
        "head off to see what it does.</p>"
    )
)
next_page("pages/encoder/word_order.py", "two sentences side by side, and what order does")
