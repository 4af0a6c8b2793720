"""One layer: attention, the feed-forward network, and what each of them does to a token."""

from functools import partial

from components.ui.one_layer import all_layers, one_number, one_token, session
from components.ui.pickers import pick_dimension
from components.ui.stage.stage import Stage

stage = Stage("One layer")
reading = stage.read_sentence()
view = session.pick(stage, reading)
with stage.control("one number"):
    dimension = pick_dimension(reading.encoder.hidden_size)
with stage.more():
    neuron = session.pick_neuron(view)
stage.run(
    {
        "one token": partial(one_token.draw, view),
        "one number": partial(one_number.draw, view, dimension, neuron),
        "all layers": partial(all_layers.draw, view),
    }
)
