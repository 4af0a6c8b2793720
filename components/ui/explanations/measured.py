"""Explanations put to the test on shipped texts, measured beforehand for the bundled model.

    python -m components.ui.explanations.measured

measures again and writes assets/explanations.json, as is needed when a shipped text, or an explanation, changes.
"""

import json
from collections.abc import Callable
from typing import Final

import numpy as np

from components.core.embeddings.representations import Representation
from components.core.explanations.deletion import OverTexts, measure_over_texts
from components.core.explanations.rankings import Explanation
from components.core.model.loading import BUNDLED_NAME
from components.ui.assets import ASSETS
from components.ui.caches import models, sentence_sets
from components.ui.caches.sentence_sets import EncodingRequest
from components.ui.explanations.subject import Result, Subject, subject_of
from components.ui.retrieval import corpora
from components.ui.sentence_map import sentences
from components.ui.sentiment.texts import shipped_reviews

FILE: Final = ASSETS / "explanations.json"
#: Texts on which each result is explained.
TEXTS: Final = 40
_DECIMALS = 5
_COMPARED: Final = (Result.SIMILARITY, Result.RETRIEVAL)


def texts_of(result: Result) -> tuple[str, ...]:
    """The shipped texts on which explanations of a result are tested, evenly drawn from all of their kind."""
    if result is Result.VERDICT:
        reviews = shipped_reviews()
        every = tuple(reviews.texts.sentences[index] for index in reviews.test_indices)
    elif result is Result.RETRIEVAL:
        every = tuple(question.text for question in corpora.shipped_questions(corpora.EVERYDAY))
    else:
        every = sentences.shipped().sentences
    step = len(every) / min(TEXTS, len(every))
    return tuple(every[int(number * step)] for number in range(min(TEXTS, len(every))))


def subjects_of(model: str, result: Result) -> list[Subject]:
    """What is explained of each of them. A similarity is that with the nearest other shipped sentence."""
    texts = texts_of(result)
    if result is not Result.SIMILARITY:
        return [subject_of(model, result, text) for text in texts]
    shipped = sentences.shipped()
    vectors = sentence_sets.unit_vectors(EncodingRequest(model, shipped, Representation.CONTEXT, fast=False))
    subjects = []
    for text in texts:
        cosines = vectors @ vectors[shipped.sentences.index(text)]
        nearest = next(index for index in np.argsort(-cosines) if shipped.sentences[index] != text)
        subjects.append(subject_of(model, result, text, shipped.sentences[nearest]))
    return subjects


def measure(model: str, result: Result, progress: Callable[[int, int], None] | None = None) -> OverTexts:
    """Put the explanations of a result to the test on each text. progress: as for measure_over_texts()."""
    subjects = subjects_of(model, result)
    cases = [(subject.tokens, subject.target) for subject in subjects]
    # Texts that are compared with the same text or passage have one target.
    targets = [
        subject.target.direction.tobytes() if result in _COMPARED else subject.request.text for subject in subjects
    ]
    return measure_over_texts(models.encoder(model), cases, [targets.index(each) for each in targets], progress)


def digest(model: str) -> str:
    """SHA-256 (hex) of what the measured numbers depend on: the model, the texts, and what results come of."""
    reviews, passages = shipped_reviews(), corpora.shipped(corpora.EVERYDAY)
    return models.encoder(model).digest_with(
        [
            *(text for result in Result for text in texts_of(result)),
            *sentences.shipped().sentences,
            *reviews.texts.sentences,
            *map(str, reviews.texts.labels or ()),
            passages.digest,
        ]
    )


def read(model: str) -> dict[Result, OverTexts] | None:
    """Return what was measured beforehand; None if it was on another model or on other texts."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    if kept["digest"] != digest(model):
        return None
    return {
        Result(result): OverTexts(
            {Explanation(name): np.array(values, dtype=float) for name, values in each["falls"].items()},
            np.array(each["groups"], dtype=int),
        )
        for result, each in kept["results"].items()
    }


def _write() -> None:
    results = {}
    for result in Result:
        measured = measure(BUNDLED_NAME, result)
        falls = {name: np.round(values, _DECIMALS).tolist() for name, values in measured.falls.items()}
        results[result] = {"falls": falls, "groups": measured.groups.tolist()}
    FILE.write_text(json.dumps({"digest": digest(BUNDLED_NAME), "results": results}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
