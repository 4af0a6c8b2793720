"""Sentiment: small classifiers on top of the frozen encoder, trained live, beside those of the world before it."""

import streamlit as st

from components.ui import state
from components.ui.page import next_page, read_model, title
from components.ui.pickers import pick_option
from components.ui.sentiment import (
    ablation,
    controls,
    export,
    hard_set,
    learning_curves,
    metrics,
    summary,
    texts,
    training,
    two_orders,
    verdicts,
)
from components.ui.sentiment.trained_classifiers import TrainedClassifiers

STEP = "Step 5 of 6 · What the vectors are good for"
TYPED, TRAIN, SCORED = "Type and see", "Train", "How good"
AMOUNT, ORDER, ALONG = "How much data", "Order and context", "Take it along"

model, encoder = read_model()
top = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    texts.ask()
    settings = controls.pick_network()
    controls.offer_examples()
with top:
    found = texts.read(model)
trained = TrainedClassifiers(model, found, settings)
text = controls.ask_for_text(model)
asked_for = pick_option("Look closer", [TYPED, TRAIN, SCORED, AMOUNT, ORDER, ALONG], state.Sentiment.VIEW)
with top:
    titled = st.empty()
if not trained.has(("inputs", ())):
    with titled.container():
        title(STEP, summary.while_encoding(found), summary.LEAD)
trained.inputs()
asked = trained.asked(text) if text else None
with st.spinner("Learning …"):
    if asked is not None and asked_for in (TYPED, ORDER):
        probabilities = verdicts.verdicts(trained, asked)
        said = verdicts.finding(trained, probabilities)
    else:
        said = summary.finding(trained)
with titled.container():
    title(STEP, said, summary.LEAD)
with top:
    texts.draw_bar(found, model, encoder)
if asked_for == TRAIN:
    training.draw(trained)
elif asked_for == SCORED:
    metrics.draw(trained)
elif asked_for == AMOUNT:
    learning_curves.draw(trained)
elif asked_for == ORDER:
    two_orders.draw(trained, text, asked)
    if found.challenge_sets:
        hard_set.draw(trained)
    ablation.draw(trained)
elif asked_for == ALONG:
    export.draw(trained)
elif asked is None:
    st.markdown("Type a text above, or pick a hard one.")
else:
    verdicts.draw(trained, text, asked, probabilities)
next_page("pages/encoder/overview.py", "back to the whole way")
