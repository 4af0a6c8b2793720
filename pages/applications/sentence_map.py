"""Sentence map: many sentences by their meaning, as dots, groups and neighbours, and the errors of such a map."""

import streamlit as st

from components.ui import state
from components.ui.caches.sentence_sets import EncodingRequest, has_unit_vectors
from components.ui.page import next_page, read_model, stop_on_error, title
from components.ui.pickers import pick_option
from components.ui.progress import ensure_unit_vectors, is_stopped
from components.ui.sentence_map import (
    added_sentences,
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
SELECTION, GROUPS, KINDS, QUALITY = "The selection", "Groups", "What context adds", "What the map gets wrong"

model, encoder = read_model()
top = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    sentences.ask()
    search = selection.ask_to_find()
    added_sentences.ask()
with top:
    sentence_set = sentences.read(model)
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    settings, kind, fast = pick_map()
    colours = pick_colours(sentence_set.labels is not None)
grouping_slot = st.container()
map_slot = st.container()
view = pick_option("Choose a view", [SELECTION, GROUPS, KINDS, QUALITY], state.SentenceMap.VIEW)
with grouping_slot:
    grouping = pick_grouping(settings.seed, drawn=colours == BY_GROUP or view == GROUPS)
request = EncodingRequest(model, sentence_set, kind, fast)
with top:
    title_slot = st.empty()
if not has_unit_vectors(request):
    with title_slot.container():
        title(STEP, *summary.while_encoding(sentence_set, is_stopped(request)))
with map_slot:
    ensure_unit_vectors(request)
session = SentenceMap(encoder, request, settings, grouping, added_sentences.added_to(sentence_set), search)
selected = selection.selected_indices(session)
kinds = representations.kinds_shown(session) if view == KINDS else ()
with map_slot, stop_on_error("This map cannot be made", controls.offer_quick_methods), st.spinner("Making the map …"):
    draw_map(session, colours)
with map_slot, st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
    sentences.offer_traps()
    focus = selection.pick_focus(session, selected)
    added_sentences.offer_to_remove()
with title_slot.container():
    title(STEP, summary.finding(session), summary.lead(session))
with top:
    sentences.draw_bar(sentence_set, model, encoder)
if view == SELECTION:
    details.draw(session, selected, focus, grouped=colours == BY_GROUP)
elif view == GROUPS:
    groups.draw(session)
elif view == KINDS:
    representations.draw(session, colours)
else:
    quality.draw(session)
draw_marks(session, selected, focus, kinds)
next_page("pages/applications/retrieval.py", "search by meaning, live")
