"""Embeddings: word + position + token type, added up to what enters the first layer."""

from functools import partial

from components.ui import state
from components.ui.embeddings import addends, nearest_tokens, one_number, word_map
from components.ui.pickers import longest_whole_word, pick_dimension, pick_token
from components.ui.stage.stage import Stage

stage = Stage("Embeddings")
reading = stage.read_sentence()
summed = addends.embedding_sum(reading)
width = reading.encoder.word_embedding_table.shape[1]
with stage.control("one number", "nearest words"):
    token = pick_token(reading.tokens, "Token", state.Embeddings.TOKEN, longest_whole_word(reading.tokens), width=220)
with stage.control("one number"):
    dimension = pick_dimension(width)
stage.run(
    {
        "the sum": partial(addends.draw, summed, reading.tokens),
        "one number": partial(one_number.draw, reading, summed, token, dimension),
        "into layer 1": partial(addends.draw_layer_input, reading, summed),
        "nearest words": lambda: nearest_tokens.draw(nearest_tokens.find(reading, token)),
        "map of words": partial(word_map.draw, reading.encoder, width),
    }
)
