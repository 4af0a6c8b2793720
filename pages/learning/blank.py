"""Fill in the blank: what a model puts where a word is missing, and what models of sentences are trained for."""

from functools import partial

from components.ui.blank import gradient_step, layer_by_layer, one_blank, session, trained_for
from components.ui.blank.session import BLANK, LAYERS, OBJECTIVE, STEP
from components.ui.page import read_model
from components.ui.stage.stage import Stage

stage = Stage("Fill in the blank")
model, encoder = read_model()
text = ""
if stage.shows(BLANK, LAYERS):
    with stage.ask_what_is_read():
        text = session.ask()
    stage.name_pictures(text)
pairs = session.ask_for_pairs(stage)
with stage.control(OBJECTIVE, STEP):
    unit = trained_for.pick_unit()
with stage.control(STEP):
    learning_rate = gradient_step.pick_learning_rate()
found = session.read(stage, model, encoder, text) if stage.shows(BLANK, LAYERS) else None
batch = session.read_batch(stage, model, encoder, pairs) if stage.shows(OBJECTIVE, STEP) else None
stage.run(
    {
        BLANK: partial(one_blank.draw, found),
        LAYERS: partial(layer_by_layer.draw, found),
        OBJECTIVE: partial(trained_for.draw, batch, unit),
        STEP: partial(gradient_step.draw, batch, unit, learning_rate),
    }
)
