"""Tokens: how the text is cut into pieces that the model knows."""

from functools import partial

from components.ui.stage.stage import Stage
from components.ui.tokens import per_word, splitting, summary, vocabulary

stage = Stage("Tokens")
reading = stage.read_sentence()
encoder, tokens = reading.encoder, reading.tokens
stage.run(
    {
        "the cut": partial(summary.draw, encoder, tokens),
        "why it is cut so": partial(splitting.draw, encoder, tokens),
        "tokens per word": partial(per_word.draw, tokens),
        "the vocabulary": partial(vocabulary.draw, encoder, tokens),
    }
)
