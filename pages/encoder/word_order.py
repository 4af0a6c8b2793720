"""Word order: two sentences side by side, and everything in the encoder that their order changes."""

import streamlit as st

from components.ui.caches import comparisons
from components.ui.page import next_page, read_model, stop_on_error, title
from components.ui.pickers import POSITION_MODES, pick_positions
from components.ui.word_order import alignment, head_differences, inputs, layers, proof, sentences
from components.ui.word_order.summary import finding, lead, request_for

model, encoder = read_model()
top = st.container()
sentences.ask()
with st.container(horizontal=True, gap="medium"):
    mode = pick_positions()
    sentences.pick()
with top:
    first, second = sentences.read(model, encoder)
requests = {name: request_for(name, model, first, second) for name in POSITION_MODES}
with top, stop_on_error("These two cannot be compared", sentences.offer_opening_pair):
    compared = comparisons.comparison(requests[mode])
with top:
    title("Step 3 of 6 · Self-attention and word order", finding(compared, mode), lead(compared, mode))
sentences.draw_counts(encoder, first, second)
alignment.draw(compared, first, second)
inputs.draw(compared, mode)
layers.draw(compared)
head_differences.draw(requests[mode], compared)
proof.draw_proof(comparisons.comparison(requests["on"]), comparisons.comparison(requests["off"]))
proof.draw_all_orders(model, first.text)
proof.draw_bag_of_words(compared)
next_page("pages/encoder/context.py", "one word in many sentences")
