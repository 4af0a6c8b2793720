"""Sentence map: many sentences by their meaning, as dots, groups and neighbours, and what such a map gets wrong."""

import streamlit as st

from components.ui import state
from components.ui.caches.encoding import ensure_unit_vectors
from components.ui.caches.sentence_sets import EncodingRequest, has_unit_vectors
from components.ui.page import next_page, read_model, stop_on_error, title
from components.ui.pickers import pick_option
from components.ui.sentence_map import (
    controls,
    details,
    groups,
    quality,
    representations,
    selection,
    sentences,
    summary,
)
from components.ui.sentence_map.controls import BY_GROUP, pick_colours, pick_grouping, pick_map
from components.ui.sentence_map.maps import draw_map, draw_marks
from components.ui.sentence_map.session import SentenceMap

STEP = "Step 5 of 6 · What the vectors are good for"
SELECTION, GROUPS, KINDS, HONESTY = "The selection", "Groups", "What context adds", "What the map gets wrong"

model, encoder = read_model()
top = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    sentences.ask()
    search = selection.ask_to_find()
    sentences.ask_to_add()
with top:
    found = sentences.read(model)
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    settings, kind, fast = pick_map()
    colours = pick_colours(found.labels is not None)
above = st.container()
pictured = st.container()
question = pick_option("Look closer", [SELECTION, GROUPS, KINDS, HONESTY], state.SentenceMap.VIEW)
with above:
    grouping = pick_grouping(settings.seed, drawn=colours == BY_GROUP or question == GROUPS)
read = EncodingRequest(model, found, kind, fast)
with top:
    titled = st.empty()
if not has_unit_vectors(read):
    with titled.container():
        title(STEP, *summary.while_encoding(found))
with pictured:
    ensure_unit_vectors(read)
session = SentenceMap(encoder, read, settings, grouping, sentences.added_sentences(found), search)
selected = selection.selected(session)
shown_kinds = representations.kinds_shown(session) if question == KINDS else ()
with pictured, stop_on_error("This map cannot be made", controls.offer_quick_methods), st.spinner("Making the map …"):
    draw_map(session, colours)
with pictured, st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
    sentences.offer_traps()
    picked = selection.pick_one(session, selected)
    sentences.offer_to_take_back()
with titled.container():
    title(STEP, summary.finding(session), summary.lead(session))
with top:
    sentences.draw_bar(found, model, encoder)
if question == SELECTION:
    details.draw(session, selected, picked, grouped=colours == BY_GROUP)
elif question == GROUPS:
    groups.draw(session)
elif question == KINDS:
    representations.draw(session, colours)
else:
    quality.draw(session)
draw_marks(session, selected, picked, shown_kinds)
next_page("pages/applications/retrieval.py", "search by meaning, live")
