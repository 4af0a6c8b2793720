"""Positions: what marks where a token stands, and what happens to the sentence without it."""

from components.ui.page import next_page, read_sentence
from components.ui.positions import order_experiment, position_tables, rotary, similarity, waves

reading = read_sentence()
order_experiment.draw(reading, "Step 2 of 6 · Positional encoding")
tables = position_tables.position_tables(reading.encoder)
position_tables.draw(tables)
waves.draw(reading.encoder, tables)
similarity.draw(tables)
rotary.draw(reading)
next_page("pages/encoder/attention.py", "every token looks at every token")
