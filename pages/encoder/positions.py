"""Positions: what marks where a token stands, and what happens to the sentence without it."""

from functools import partial

from components.ui.positions import order_experiment, position_tables, rotary, similarity, waves
from components.ui.stage.stage import Stage

stage = Stage("Positions")
reading = stage.read_sentence()
tables = position_tables.position_tables(reading.encoder)
stage.run(
    {
        "every order": partial(order_experiment.draw, reading),
        "learned": partial(position_tables.draw_learned, tables),
        "sinusoidal": partial(waves.draw, reading.encoder, tables),
        "how alike": partial(similarity.draw, tables),
        "rotary": partial(rotary.draw, reading),
    }
)
