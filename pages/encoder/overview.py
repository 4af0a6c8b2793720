"""Overview: the whole way of the sentence through the encoder, at a glance, and that of one of its tokens."""

from functools import partial

from components.ui.overview import clicks, sentence_way, token_way
from components.ui.stage.stage import Stage

clicks.follow()
stage = Stage("Overview")
reading = stage.read_sentence()
stage.run(
    {
        "the whole way": partial(sentence_way.draw, reading),
        "one token's way": partial(token_way.draw, reading),
    }
)
