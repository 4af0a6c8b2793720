"""Word order: two sentences side by side, and everything in the encoder that their order changes."""

from functools import partial

from components.ui.caches import comparisons
from components.ui.page import read_model, stop_on_error
from components.ui.pickers import pick_positions
from components.ui.stage.stage import Stage
from components.ui.word_order import (
    alignment,
    all_orders,
    head_differences,
    inputs,
    layers,
    proof,
    rewording,
    sentences,
)
from components.ui.word_order.pair import Pair

stage = Stage("Word order")
model, encoder = read_model()
with stage.control("which is which"):
    sentences.ask()
with stage.more():
    rewording.offer()
with stage.control("which is which", "what enters", "layer by layer", "head by head"):
    mode = pick_positions()
first, second = sentences.read(stage, model, encoder)
pair = Pair(model, first, second, mode)
with stop_on_error("These two cannot be compared", rewording.offer_opening_pair):
    comparisons.comparison(pair.request())
stage.run(
    {
        "which is which": partial(alignment.draw, pair),
        "what enters": partial(inputs.draw, pair),
        "layer by layer": partial(layers.draw, pair),
        "head by head": partial(head_differences.draw, pair),
        "the proof": partial(proof.draw, pair),
        "all orders": partial(all_orders.draw, model, first.text),
    }
)
