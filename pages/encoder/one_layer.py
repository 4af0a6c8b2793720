"""One layer: attention, the feed-forward network, and what each of them does to a token."""

from functools import partial

from components.ui.one_layer import all_layers, neuron, one_number, one_token, session, switched_off
from components.ui.pickers import pick_dimension
from components.ui.stage.stage import Stage

stage = Stage("One layer")
reading = stage.read_sentence()
view = session.pick(stage, reading)
with stage.control("one number"):
    dimension = pick_dimension(reading.encoder.hidden_size)
with stage.control("switched off"):
    part = switched_off.pick_part()
with stage.control("a neuron", *(["switched off"] if part == switched_off.ONE_NEURON else [])):
    picked = session.pick_neuron(view)
stage.run(
    {
        "one token": partial(one_token.draw, view),
        "one number": partial(one_number.draw, view, dimension, picked),
        "all layers": partial(all_layers.draw, view),
        "a neuron": partial(neuron.draw, view, picked),
        "switched off": partial(switched_off.draw, view, part, picked),
    }
)
