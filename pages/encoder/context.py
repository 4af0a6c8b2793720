"""Context: one word in several sentences, and what self-attention makes of it in each."""

from functools import partial

from components.ui.context import layers, occlusion, occurrences, pooling, pronouns, senses, vectors
from components.ui.page import read_model
from components.ui.stage.stage import Stage

stage = Stage("Context")
model, encoder = read_model()
occurrences.ask(stage)
followed = occurrences.read(stage, model, encoder)
with stage.control("where it came from", "pooling"):
    occurrence = occurrences.pick_occurrence(followed.found)
stage.run(
    {
        "many vectors": partial(vectors.draw, model, followed),
        "through the layers": partial(layers.draw, model, followed, encoder.num_layers),
        "where it came from": partial(occlusion.draw, model, occurrence),
        "it and its noun": partial(pronouns.draw, model),
        "pooling": partial(pooling.draw, model, encoder, occurrence),
        "how often": partial(senses.draw, model),
    }
)
