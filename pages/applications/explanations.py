"""Explanations: which words made the result, by several methods, each put to the test."""

from functools import partial

from components.ui.caches.requests import ExplanationRequest
from components.ui.explanations import one_text, over_texts, texts
from components.ui.explanations.subject import subject_of
from components.ui.page import read_model, stop_on_error
from components.ui.stage.stage import Stage

stage = Stage("Explanations")
model, encoder = read_model()
with stage.ask_what_is_read():
    text = texts.ask()
stage.name_pictures(text)
with stage.control("one text", "over many texts"):
    result = texts.pick_result()
with stage.control("one text"):
    explanation = one_text.pick_explanation()
other = texts.ask_for_other(stage, result)
with stage.in_place_of_title(), stop_on_error("This text cannot be explained", texts.offer_example):
    subject = subject_of(model, result, text, other)
request = ExplanationRequest(model, result, text, other)
stage.run(
    {
        "one text": partial(one_text.draw, request, subject, explanation),
        "over many texts": partial(over_texts.draw, model, result),
    }
)
