"""Sentiment: encoding beside sentence-transformers alone, training, learning curves, and reruns of the page."""

import statistics
import time
from collections.abc import Iterator
from itertools import cycle

from sentence_transformers import SentenceTransformer

from components.core import load_encoder
from components.core.classification.attributions import attribute, occlusion_effects
from components.core.classification.classifiers import ClassifierInputs, ClassifierMethod, fit_classifier
from components.core.classification.export import export_classifier
from components.core.classification.learning_curve import learning_curve
from components.core.classification.metrics import classification_metrics, held_out_probabilities
from components.core.model.loading import bundled_directory
from components.core.numerics.device import device
from components.core.numerics.similarity import normalise_rows
from components.ui.sentiment import warming
from components.ui.sentiment.texts import shipped_reviews
from tests.benchmarks.measure import Measurement, median_ms
from tests.support.visit import Visit

# The screens that read a text.
_SCREENS = ("type and see", "boundary", "word order")
_ROUNDS = 3
_PLAIN = "sentence-transformers, batches of 32"


def measure() -> Iterator[Measurement]:
    """Texts a second encoded; milliseconds of what is learned, explained and drawn."""
    encoder, plain = load_encoder(), SentenceTransformer(str(bundled_directory()), device=device())
    texts = shipped_reviews()
    sentences = texts.texts.sentences
    count = len(sentences)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(_ROUNDS):
        for times, encode in ((ours, encoder.encode), (theirs, plain.encode)):
            start = time.perf_counter()
            encode(list(sentences))
            times.append(count / (time.perf_counter() - start))
    yield Measurement(
        f"encoding {count} reviews", statistics.median(ours), "texts/s", _PLAIN, statistics.median(theirs)
    )
    vectors = normalise_rows(encoder.encode(sentences))
    inputs = ClassifierInputs(sentences, vectors, normalise_rows(encoder.static_means(sentences)))
    learned, targets = inputs.take(texts.train_indices), texts.targets[texts.train_indices]
    for method in ClassifierMethod:
        yield Measurement(
            f"{method} learns from {len(learned)} texts",
            median_ms(lambda: fit_classifier(method, learned, targets, texts.classes)),  # noqa: B023 - used up at once
            "ms",
        )
        yield Measurement(
            f"{method} scored on {len(texts.test_indices)} texts, with intervals",
            median_ms(
                lambda: classification_metrics(
                    texts.targets[texts.test_indices],
                    held_out_probabilities(texts, inputs, method),  # noqa: B023
                )
            ),
            "ms",
        )
    start = time.perf_counter()
    points = list(learning_curve(texts, inputs))
    seconds = time.perf_counter() - start
    yield Measurement(
        f"learning curves of {len(ClassifierMethod)} classifiers, {len(points)} sizes, 10 samples", seconds, "s"
    )
    logistic = fit_classifier(ClassifierMethod.LOGISTIC, learned, targets, texts.classes)
    network = fit_classifier(ClassifierMethod.NETWORK, learned, targets, texts.classes)
    text = "Squatch thought the pizza would be bad, but it was not bad at all."
    yield Measurement(
        "a text's log-odds divided among its words", median_ms(lambda: attribute(encoder, logistic, text, 1, 0)), "ms"
    )
    yield Measurement(
        "a text without each word", median_ms(lambda: occlusion_effects(encoder, network, text, 1, 0)), "ms"
    )
    yield Measurement("a classifier as a file", median_ms(lambda: export_classifier(logistic, encoder)), "ms")
    yield from _reruns(count)


def _reruns(count: int) -> Iterator[Measurement]:
    """The server's time for the whole page: another text, on each screen that reads it."""
    warming.warm()
    asked = shipped_reviews().texts.sentences[:20]
    for screen in _SCREENS:
        visit = Visit("Sentiment", screen=screen)
        for text in asked:
            visit.enter("review", text)
        turn = cycle(asked)
        yield Measurement(
            f"rerun of sentiment, {screen}, another text, {count} texts",
            median_ms(lambda: visit.enter("review", next(turn)), rounds=15),  # noqa: B023 - used up at once
            "ms",
        )
