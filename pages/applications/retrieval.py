"""Live retrieval: passages that come back for a question, the reason for every score, and what a generator is given."""

import streamlit as st

from components.ui import state
from components.ui.page import next_page, read_model, title
from components.ui.pickers import pick_option
from components.ui.retrieval import (
    chunk_borders,
    corpora,
    evaluation,
    lessons,
    prediction,
    prompting,
    question_box,
    question_map,
    results,
    score_explanation,
    summary,
    uploaded_documents,
)
from components.ui.retrieval.indexing import make_ready
from components.ui.retrieval.search_result import SearchResult

STEP = "Step 5 of 6 · What the vectors are good for"
BACK, WHY, MAP = results.BACK, results.WHY, "On the map"
PROMPT, SCORED, PASSAGES = "The prompt", "How good it is", "The passages"

model, encoder = read_model()
lessons.restore()
owner = uploaded_documents.owner()
top = st.container()
asked_here = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    picked = corpora.ask()
    settings = corpora.ask_for_chunks()
    lessons.offer()
    question_box.offer_questions()
with asked_here:
    question = question_box.ask(model)
titled = top.empty()
prepared = make_ready(model, picked, settings, owner, titled, STEP)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    k = question_box.pick_k()
    threshold = question_box.pick_threshold()
    documents = question_box.pick_documents(prepared.corpus)
    prediction.ask()
searched = SearchResult(prepared, question, k, documents) if question and prepared.chunks else None
asked = pick_option("Look closer", [BACK, WHY, MAP, PROMPT, SCORED, PASSAGES], state.Retrieval.VIEW)
hidden = searched is not None and prediction.is_hidden(question)
with titled.container():
    title(STEP, summary.finding(prepared, searched, threshold, hidden), summary.lead(prepared))
    summary.draw_bar(prepared, encoder)
if not hidden:
    lessons.draw(model, picked, settings, question, k, documents)
if asked == PASSAGES:
    chunk_borders.draw(prepared, encoder)
elif asked == SCORED:
    evaluation.draw(prepared, picked, None if picked != corpora.OWN else owner, threshold)
elif hidden:
    prediction.draw(question)
elif not prepared.chunks:
    st.markdown("There is nothing to search yet.")
elif asked == MAP:
    question_map.draw(prepared, searched)
elif searched is None:
    st.markdown("Type a question above, or pick one under “Questions”.")
elif asked == BACK:
    results.draw(searched, threshold)
elif asked == WHY:
    score_explanation.draw(searched, encoder)
else:
    prompting.draw(searched, encoder, threshold)
next_page("pages/applications/sentiment.py", "a classifier on top")
