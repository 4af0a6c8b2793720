"""Tokens: how the text is split into pieces that the model knows."""

from components.ui import chips
from components.ui.page import next_page, read_sentence, title
from components.ui.tokens import splitting, summary, token_table, vocabulary

reading = read_sentence()
encoder, tokens = reading.encoder, reading.tokens
title("Step 1 of 6 · Words become numbers", summary.finding(tokens), summary.lead(encoder, tokens))
chips.words(tokens)
summary.draw_notes(tokens)
splitting.draw_lookups(encoder, tokens)
splitting.draw_tokens_per_word(tokens)
vocabulary.draw(encoder)
token_table.draw(tokens)
next_page("pages/encoder/embeddings.py", "each token becomes a row of numbers")
