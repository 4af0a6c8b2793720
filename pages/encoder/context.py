"""Context: one word in several sentences, and what self-attention makes of it in each."""

import streamlit as st

from components.ui import state
from components.ui.context import layers, occlusion, occurrences, pooling, pronouns, senses, summary, vectors
from components.ui.page import next_page, read_model, title

model, encoder = read_model()
top = st.container()
occurrences.ask()
with top:
    found = occurrences.read(model, encoder)
    title("Step 4 of 6 · Context-aware embeddings", summary.finding(found), summary.lead(found))
occurrences.draw_sentences(encoder, found, st.session_state[state.Context.SENTENCES])
vectors.draw(found)
layers.draw(found, encoder.num_layers)
occurrence = occlusion.ask(found)
occlusion.draw(model, occurrence)
pronouns.draw(model)
pooling.draw(model, encoder, occurrence)
senses.draw(model)
next_page("pages/applications/sentence_map.py", "many sentences on one map")
