"""Sentiment: small classifiers on top of the frozen encoder, trained live, beside classifiers without its layers."""

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
from components.ui.sentiment.encoding import ensure_inputs, was_stopped
from components.ui.sentiment.trained_classifiers import TrainedClassifiers

STEP = "Step 5 of 6 · What the vectors are good for"
TYPED, TRAIN, SCORES = "Type and see", "Train", "How good"
AMOUNT, ORDER, EXPORT = "How much data", "Order and context", "Export classifier"

model, encoder = read_model()
top = st.container()
with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
    texts.ask()
    settings = controls.pick_network()
    controls.offer_examples()
with top:
    dataset = texts.read(model)
classifiers = TrainedClassifiers(model, dataset, settings)
text = controls.ask_for_text(model)
views = [TYPED, TRAIN, SCORES, AMOUNT, ORDER, EXPORT]
view = pick_option("Choose a view", views, state.Sentiment.VIEW, renamed={"Take it along": EXPORT})
with top:
    title_slot = st.empty()
if not classifiers.has_inputs():
    with title_slot.container():
        title(STEP, summary.while_encoding(dataset, was_stopped(classifiers)), summary.LEAD)
ensure_inputs(classifiers)
inputs = classifiers.inputs_of(text) if text else None
with st.spinner("Training …"):
    if inputs is not None and view in (TYPED, ORDER):
        probabilities = verdicts.verdicts(classifiers, inputs)
        finding = verdicts.finding(classifiers, probabilities)
    else:
        finding = summary.finding(classifiers)
with title_slot.container():
    title(STEP, finding, summary.LEAD)
with top:
    texts.draw_bar(dataset, model, encoder)
if view == TRAIN:
    training.draw(classifiers)
elif view == SCORES:
    metrics.draw(classifiers)
elif view == AMOUNT:
    learning_curves.draw(classifiers)
elif view == ORDER:
    two_orders.draw(classifiers, text, inputs)
    if dataset.challenge_sets:
        hard_set.draw(classifiers)
    ablation.draw(classifiers)
elif view == EXPORT:
    export.draw(classifiers)
elif inputs is None:
    st.markdown("Type a text above, or choose a hard one.")
else:
    verdicts.draw(classifiers, text, inputs, probabilities)
next_page("pages/encoder/overview.py", "back to the whole way")
