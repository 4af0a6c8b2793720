"""One word in several sentences, for the Context page."""

import numpy as np

from components.core.context.occlusion import occlusion
from components.core.context.pronoun_similarity import PronounSimilarity
from components.core.context.pronoun_similarity import pronoun_similarities as measure_similarities
from components.core.context.word_occurrences import WordOccurrences, follow_word
from components.core.embeddings.pooling import with_padding
from components.ui.caches.memo import memoized
from components.ui.caches.models import encoder
from components.ui.caches.requests import OcclusionRequest, OccurrencesRequest, PronounRequest, TextRequest
from components.ui.caches.traces import tokens

_COUNT = 64
_OCCURRENCE_BYTES = 60_000_000


@memoized(_OCCURRENCE_BYTES, size_of=lambda found: found.nbytes)
def word_occurrences(request: OccurrencesRequest) -> WordOccurrences:
    """Follow one word through several sentences. Raises SentenceError for a word with nothing in it."""
    return follow_word(encoder(request.model), request.word, request.sentences)


@memoized(_COUNT)
def occlusion_distances(request: OcclusionRequest) -> np.ndarray:
    """Distances that a word's context vector moves when each of the others is hidden from it."""
    tokenized = tokens(TextRequest(request.model, request.sentence))
    return occlusion(encoder(request.model), tokenized, request.word, request.others)


@memoized(_COUNT)
def padded_means(request: TextRequest) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """A sentence's mean vector alone, with padding hidden and with padding seen."""
    return with_padding(encoder(request.model), tokens(request))


@memoized(_COUNT)
def pronoun_similarities(request: PronounRequest) -> list[PronounSimilarity]:
    """Compare "it" with two nouns, in several sentences. Raises SentenceError."""
    return measure_similarities(encoder(request.model), request.sentences)
