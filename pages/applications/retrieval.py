"""Live retrieval: the passages found for a question, the reason for each score, and the prompt for a generator."""

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
from components.ui.retrieval.indexing import read_corpus
from components.ui.retrieval.search_result import SearchResult

STEP = "Step 5 of 6 · What the vectors are good for"
RESULTS, WHY, MAP = results.RESULTS, results.WHY, "On the map"
PROMPT, SCORES, PASSAGES = "The prompt", "How good it is", "The passages"

model, encoder = read_model()
lessons.restore()
owner = uploaded_documents.owner()
top = st.container()
question_slot = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    corpus_name = corpora.ask()
    settings = corpora.ask_for_chunks()
    lessons.offer()
    question_box.offer_questions()
with question_slot:
    question = question_box.ask(model)
title_slot = top.empty()
indexed_corpus = read_corpus(model, corpus_name, settings, owner, title_slot, STEP)
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    k = question_box.pick_k()
    threshold = question_box.pick_threshold()
    documents = question_box.pick_documents(indexed_corpus.corpus)
    prediction.ask()
result = SearchResult(indexed_corpus, question, k, documents) if question and indexed_corpus.chunks else None
view = pick_option("Choose a view", [RESULTS, WHY, MAP, PROMPT, SCORES, PASSAGES], state.Retrieval.VIEW)
hidden = result is not None and prediction.is_hidden(question)
with title_slot.container():
    title(STEP, summary.finding(indexed_corpus, result, threshold, hidden), summary.lead(indexed_corpus))
    summary.draw_bar(indexed_corpus, encoder)
if not hidden:
    lessons.draw(model, corpus_name, settings, question, k, documents)
if view == PASSAGES:
    chunk_borders.draw(indexed_corpus, encoder)
elif view == SCORES:
    evaluation.draw(indexed_corpus, corpus_name, None if corpus_name != corpora.OWN else owner, threshold)
elif hidden:
    prediction.draw(question)
elif not indexed_corpus.chunks:
    st.markdown("There is nothing to search yet.")
elif view == MAP:
    question_map.draw(indexed_corpus, result)
elif result is None:
    st.markdown("Type a question above, or choose one under “Questions”.")
elif view == RESULTS:
    results.draw(result, threshold)
elif view == WHY:
    score_explanation.draw(result, encoder)
else:
    prompting.draw(result, encoder, threshold)
next_page("pages/applications/sentiment.py", "a classifier on top")
