"""Explanations: which words made the result, by several methods, each put to the test."""

from functools import partial

from components.ui.explanations import measured, one_text, over_texts, texts
from components.ui.page import read_model
from components.ui.stage.stage import Stage

ONE, MANY = "one text", "over many texts"

stage = Stage("Explanations")
model, encoder = read_model()
text = ""
if stage.shows(ONE):
    with stage.ask_what_is_read():
        text = texts.ask()
    stage.name_pictures(text)
else:
    stage.say_what_is_read("", f"{measured.TEXTS} shipped texts · {encoder.short_name}")
with stage.control(ONE, MANY):
    result = texts.pick_result()
with stage.control(ONE):
    explanation = one_text.pick_explanation()
other = texts.ask_for_other(stage, result)
subject = texts.read(stage, model, result, text, other) if stage.shows(ONE) else None
stage.run(
    {
        ONE: partial(one_text.draw, subject, explanation),
        MANY: partial(over_texts.draw, model, result),
    }
)
