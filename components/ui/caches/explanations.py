"""Explanations of numbers of a text, word by word, and what their test says of them."""

from collections.abc import Callable

from components.core.embeddings.hidden_words import reads_more_than_the_text
from components.core.embeddings.token_contributions import tokens_encoded
from components.core.explanations.deletion import OverTexts, TestedExplanations
from components.core.explanations.gradients import IntegratedGradients, integrated_gradients
from components.core.explanations.target import Target
from components.core.model.prompts import TextKind
from components.ui.caches import models
from components.ui.caches.encoding import sentence_vector
from components.ui.caches.memo import Memo
from components.ui.caches.requests import (
    ExplanationRequest,
    HiddenRequest,
    OverTextsRequest,
    ScoreRequest,
    VectorRequest,
)

_COUNT = 256
_MEASURED = 16
# Cosines that were computed in two batches lie a few millionths apart.
_SAME = 1e-4

_tested = Memo[TestedExplanations](_COUNT)
_over_texts = Memo[OverTexts](_MEASURED)
_without = Memo[float](_COUNT)
_divided = Memo[IntegratedGradients](_COUNT)


def tested(request: ExplanationRequest, test: Callable[[], TestedExplanations]) -> TestedExplanations:
    """Return the explanations of a text's result, tested. test: called if they are not kept."""
    return _tested.get(request, test)


def has_tested(request: ExplanationRequest) -> bool:
    """True if the explanations of a text's result are kept."""
    return request in _tested


def without(request: HiddenRequest, read: Callable[[], float]) -> float:
    """Return a result with some words hidden. read: called if it is not kept."""
    return _without.get(request, read)


def has_over_texts(request: OverTextsRequest) -> bool:
    """True if the test over the shipped texts is kept."""
    return request in _over_texts


def over_texts(request: OverTextsRequest, measure: Callable[[], OverTexts]) -> OverTexts:
    """Return the test over the shipped texts. measure: called if it is not kept."""
    return _over_texts.get(request, measure)


def divided_score(request: ScoreRequest, progress: Callable[[int, int], None] | None = None) -> IntegratedGradients:
    """Divide the score of a passage among the tokens of its question, by integrated gradients.

    progress: as for integrated_gradients(). Raises SentenceError, and ModelError for a model that encodes more than the
    text's own tokens.
    """
    return _divided.get(request, lambda: _divide(request, progress))


def _divide(request: ScoreRequest, progress: Callable[[int, int], None] | None) -> IntegratedGradients:
    encoder = models.encoder(request.model)
    vector = sentence_vector(VectorRequest(request.model, request.question, TextKind.QUESTION))
    other = sentence_vector(VectorRequest(request.model, request.passage, TextKind.PASSAGE))
    tokens = tokens_encoded(encoder, request.question, TextKind.QUESTION)
    divided = integrated_gradients(encoder, tokens, Target(other), progress)
    if abs(divided.whole - float(vector @ other)) > _SAME:
        raise reads_more_than_the_text(encoder, "This score cannot be divided among the words typed")
    return divided
