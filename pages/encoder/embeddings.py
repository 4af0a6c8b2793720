"""Embeddings: word + position + token type, added up to what enters the first layer."""

import streamlit as st

from components.ui.embeddings import addends, nearest_tokens, one_number, summary, word_map
from components.ui.page import next_page, read_sentence, title

reading = read_sentence()
summed = addends.embedding_sum(reading)
top = st.container()
addends.draw(summed)
addends.draw_layer_input(summed)
token, dimension = one_number.ask(reading, summed)
one_number.draw(reading, summed, token, dimension)
found = nearest_tokens.find(reading, token)
with top:
    title("Step 1 of 6 · Words become numbers", summary.finding(summed, found), summary.lead(summed))
nearest_tokens.draw(found)
word_map.draw(reading.encoder, summed.width)
next_page("pages/encoder/positions.py", "where each token stands")
