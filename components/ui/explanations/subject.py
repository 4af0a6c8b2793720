"""What is explained: a text, and one number that comes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from components.core.classification.classifiers import ClassifierMethod, LinearClassifier
from components.core.classification.mlp import DEFAULT_SETTINGS
from components.core.embeddings.hidden_words import reads_more_than_the_text
from components.core.embeddings.token_contributions import tokens_encoded
from components.core.errors import SentenceError
from components.core.explanations.deletion import TestedExplanations, put_to_the_test
from components.core.explanations.target import Target, log_odds
from components.core.model.prompts import TextKind
from components.core.tokens.tokens import Tokens
from components.ui.caches import explanations, models
from components.ui.caches.encoding import sentence_vector
from components.ui.caches.requests import ExplanationRequest, VectorRequest
from components.ui.page import quoted
from components.ui.retrieval.shipped_passages import beginning, shipped_passages
from components.ui.sentiment.encoding import ensure_inputs
from components.ui.sentiment.texts import shipped_reviews
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.wording import shorten

#: The most tokens of a text: each explanation hides its words one after the other, in two orders.
MOST_TOKENS = 64
_LETTERS = 60


class Result(StrEnum):
    """The results that are explained, by their names on the page."""

    VERDICT = "a verdict"
    SIMILARITY = "a similarity"
    RETRIEVAL = "a retrieval score"
    VECTOR = "the sentence vector"


@dataclass(frozen=True, eq=False)
class Subject:
    """A text as the encoder reads it, and the number that is explained."""

    request: ExplanationRequest
    tokens: Tokens
    target: Target
    number: str  # what the number is, as the axis of a picture says it
    says: str  # the same in a sentence


def subject_of(model: str, result: Result, text: str, other: str = "") -> Subject:
    """Return what is explained of a text. other: the second text of a similarity.

    Raises SentenceError, and ModelError for a model that reads a prompt before a text.
    """
    encoder = models.encoder(model)
    if encoder.has_prompt:
        raise reads_more_than_the_text(encoder, "Results of this model cannot be explained word by word")
    encoder.check_readable(text)
    kind = TextKind.QUESTION if result is Result.RETRIEVAL else TextKind.PLAIN
    tokens = tokens_encoded(encoder, text, kind)
    if tokens.total_tokens > MOST_TOKENS:
        raise SentenceError(
            f"This text has {tokens.total_tokens:,} tokens; each explanation hides its words one after the other, so "
            f"at most {MOST_TOKENS} are read here. Shorten it."
        )
    vector = sentence_vector(VectorRequest(model, text, kind))
    request = ExplanationRequest(model, result, text, other)
    if result is Result.VECTOR:
        says = "The cosine of the sentence vector with what it is when no word is hidden"
        return Subject(request, tokens, Target(vector, of_itself=True), "cosine with the whole text", says)
    if result is Result.SIMILARITY:
        encoder.check_readable(other)
        says = f"The cosine with {quoted(shorten(other, _LETTERS))}"
        return Subject(
            request, tokens, Target(sentence_vector(VectorRequest(model, other))), "cosine with the other text", says
        )
    if result is Result.RETRIEVAL:
        corpus = shipped_passages(model)
        best = int(np.argmax(corpus.unit_vectors @ vector))
        says = f"The cosine with the nearest passage, {quoted(beginning(corpus, best, _LETTERS))}"
        return Subject(request, tokens, Target(corpus.unit_vectors[best]), "cosine with the passage", says)
    return _verdict(request, tokens, vector)


def have_tested(subject: Subject, progress: Callable[[int, int], None] | None = None) -> TestedExplanations:
    """Return the explanations of a subject, tested now if they are not kept. progress: as for put_to_the_test()."""
    encoder = models.encoder(subject.request.model)
    return explanations.tested(
        subject.request, lambda: put_to_the_test(encoder, subject.tokens, subject.target, progress)
    )


def _verdict(request: ExplanationRequest, tokens: Tokens, vector: np.ndarray) -> Subject:
    """The log-odds of the class that logistic regression gives the text, against the other class."""
    classifiers = TrainedClassifiers(request.model, shipped_reviews(), DEFAULT_SETTINGS)
    ensure_inputs(classifiers)
    learned = classifiers.classifier(ClassifierMethod.LOGISTIC).parameters
    assert isinstance(learned, LinearClassifier)  # logistic regression is
    first = log_odds(learned, 1, 0)
    favoured = int(first.of(vector[None])[0] >= 0)
    name, other = classifiers.names[favoured], classifiers.names[1 - favoured]
    return Subject(
        request,
        tokens,
        first if favoured else log_odds(learned, 0, 1),
        f"log-odds of {name}",
        f"The log-odds of {quoted(name)} against {quoted(other)}, by logistic regression (0 is undecided)",
    )
