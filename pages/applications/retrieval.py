"""Live retrieval: passages that come back for a question, the reason for every score, and what a generator is given."""

import streamlit as st

from components.ui import state
from components.ui.frame import next_page, read_model, title
from components.ui.pickers import pick_option
from components.ui.retrieval import (
    asking,
    boundaries,
    corpora,
    guessing,
    landing,
    lessons,
    own_documents,
    prompting,
    results,
    scored,
    summary,
    why,
)
from components.ui.retrieval.preparing import make_ready
from components.ui.retrieval.searched import Searched

STEP = "Step 5 of 6 · What the vectors are good for"
BACK, WHY, MAP = results.BACK, results.WHY, "On the map"
PROMPT, SCORED, PASSAGES = "The prompt", "How good it is", "The passages"

model, encoder = read_model()
lessons.restore()
owner = own_documents.owner()
top = st.container()
asked_here = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    picked = corpora.ask()
    settings = corpora.ask_for_chunks()
    lessons.offer()
    asking.offer_questions()
with asked_here:
    question = asking.ask(model)
titled = top.empty()
prepared = make_ready(model, picked, settings, owner, titled, STEP)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    k = asking.pick_k()
    threshold = asking.pick_threshold()
    documents = asking.pick_documents(prepared.corpus)
    guessing.ask()
searched = Searched(prepared, question, k, documents) if question and prepared.chunks else None
asked = pick_option("Look closer", [BACK, WHY, MAP, PROMPT, SCORED, PASSAGES], state.RETRIEVAL_ASKED)
hidden = searched is not None and guessing.is_hidden(question)
with titled.container():
    title(STEP, summary.finding(prepared, searched, threshold, hidden), summary.lead(prepared))
    summary.draw_bar(prepared, encoder)
if not hidden:
    lessons.draw(model, picked, settings, question, k, documents)
if asked == PASSAGES:
    boundaries.draw(prepared, encoder)
elif asked == SCORED:
    scored.draw(prepared, picked, None if picked != corpora.OWN else owner, threshold)
elif hidden:
    guessing.draw(question)
elif not prepared.chunks:
    st.markdown("There is nothing to search yet.")
elif asked == MAP:
    landing.draw(prepared, searched)
elif searched is None:
    st.markdown("Type a question above, or pick one under “Questions”.")
elif asked == BACK:
    results.draw(searched, threshold)
elif asked == WHY:
    why.draw(searched, encoder)
else:
    prompting.draw(searched, encoder, threshold)
next_page("pages/applications/sentiment.py", "a classifier on top")
