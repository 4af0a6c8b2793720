"""Sentiment: small classifiers on top of the frozen encoder, beside classifiers without its layers."""

from functools import partial

import streamlit as st

from components.ui import not_kept
from components.ui.page import read_model
from components.ui.sentiment import (
    controls,
    decision,
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
from components.ui.sentiment.typed_text import with_text
from components.ui.stage.stage import Stage

TYPED, BOUNDARY, TRAIN, ORDER, EXPORT = "type and see", "boundary", "train", "word order", "export"
SCORES, HARD = "how good", "hard texts"

stage = Stage("Sentiment")
model, encoder = read_model()
text = ""
if stage.shows(TYPED, BOUNDARY, ORDER):
    with stage.ask_what_is_read():
        text = controls.ask_for_text(model)
    stage.name_pictures(text)
with stage.own_data():
    texts.ask()
with stage.control(TRAIN):
    network = controls.pick_network()
with stage.control(TYPED, BOUNDARY):
    controls.offer_examples()
with stage.more():
    settings = controls.network_settings(network, controls.pick_seed())
with stage.control(TYPED, BOUNDARY, SCORES, HARD, EXPORT):
    method = controls.pick_classifier()
with stage.in_place_of_title():
    dataset = texts.read(model)
classifiers = TrainedClassifiers(model, dataset, settings)
if stage.shows(TYPED, BOUNDARY, ORDER):
    with stage.more():
        texts.draw_size(dataset)
else:
    stage.say_what_is_read("", texts.describe(dataset))
if not classifiers.has_inputs():
    with stage.working(summary.while_encoding(dataset, was_stopped(classifiers)), summary.LEAD):
        ensure_inputs(classifiers)
with stage.news():
    texts.draw_result_of_upload(dataset, model, encoder)
    not_kept.draw()
screen_of_text = with_text(stage, classifiers, method, text)
with st.spinner("Training …"):
    stage.run(
        {
            TYPED: screen_of_text(verdicts.draw),
            BOUNDARY: screen_of_text(decision.draw),
            TRAIN: partial(training.draw, classifiers),
            SCORES: partial(metrics.draw, classifiers, method),
            "how much data": partial(learning_curves.draw, classifiers),
            ORDER: partial(two_orders.draw, classifiers, text),
            HARD: partial(hard_set.draw, classifiers, method),
            EXPORT: partial(export.draw, classifiers, method),
        }
    )
