"""Computes, before the first visitor, what the first visitor would wait for."""

from components.core.model.loading import BUNDLED_NAME
from components.ui.caches import attention, models, occurrences, traces
from components.ui.caches.requests import OccurrencesRequest, PronounRequest, TraceRequest
from components.ui.context.pronouns import pronoun_pairs
from components.ui.context.senses import shipped
from components.ui.examples import DEFAULT_TEXT


def warm() -> None:
    """Open the bundled model and compute what the encoder's pages open with."""
    encoder = models.encoder(BUNDLED_NAME)
    traces.trace(TraceRequest(BUNDLED_NAME, DEFAULT_TEXT))
    for word, sentences in shipped().items():
        occurrences.word_occurrences(OccurrencesRequest(BUNDLED_NAME, word, sentences))
    pronouns = PronounRequest(BUNDLED_NAME, tuple(sentence for pair in pronoun_pairs() for sentence in pair))
    occurrences.pronoun_similarities(pronouns)
    attention.pronoun_test(pronouns)
    _ = encoder.word_embedding_lengths, encoder.vocabulary_labels
