"""What the page is about at this moment: labelled texts as vectors, and what was learned from them.

What is learned from the shipped reviews is kept for all sessions; what is learned from a reader's own texts, which
holds their words, in the session that reads them and nowhere else.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
import streamlit as st

from components.core import Encoder, PositionsOff
from components.core.classification.classifiers import (
    CONTEXTUAL,
    Classifier,
    ClassifierInputs,
    ClassifierMethod,
    fit_classifier,
)
from components.core.classification.datasets import LabelledDataset
from components.core.classification.metrics import ClassificationMetrics, classification_metrics, held_out_probabilities
from components.core.classification.mlp import MlpSettings
from components.core.embeddings.representations import Representation
from components.core.model.interventions import Intervention
from components.core.numerics.similarity import normalise_rows
from components.ui import state
from components.ui.caches import models, sentence_sets
from components.ui.caches.encoding import Report, encode_texts, encode_with_bar
from components.ui.caches.memo import Memo
from components.ui.caches.sentence_sets import EncodingRequest
from components.ui.page import shorten
from components.ui.sentiment import texts as shipped_texts

_Found = TypeVar("_Found")
Changes = tuple[Intervention, ...]
#: Without positions.
BARE: Final[Changes] = (PositionsOff(),)

# Things learned from the shipped reviews: a classifier or its scores are some hundred kilobytes.
_MOST_SHARED = 256
_LONGEST_NAME = 30


@dataclass(frozen=True, eq=False)
class TrainedClassifiers:
    """Classifiers of N labelled texts."""

    model: str
    texts: LabelledDataset
    settings: MlpSettings

    @property
    def encoder(self) -> Encoder:
        """Who reads."""
        return models.encoder(self.model)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The classes as the page names them: short, and each unlike the others."""
        names: list[str] = []
        for name in self.texts.classes:
            number, short = 1, shorten(name, _LONGEST_NAME)
            shown = short
            while shown in names:
                number += 1
                shown = f"{short} ({number})"
            names.append(shown)
        return tuple(names)

    @property
    def request(self) -> EncodingRequest:
        """The texts as vectors of the encoder, as the Sentence map knows them."""
        return EncodingRequest(self.model, self.texts.texts, Representation.CONTEXT, fast=False)

    def inputs(self, changes: Changes = ()) -> ClassifierInputs:
        """All N texts, as they are read with these changes; a bar shows how far encoding has come."""
        if not self.has(("inputs", changes)):
            whole = (self.model, self.texts.digest, changes)
            vectors = encode_with_bar(whole, "text", lambda report: self._encoded(changes, report))
            return self.once(("inputs", changes), lambda: self._inputs(vectors))
        return self.prepared(changes)

    def prepared(self, changes: Changes = ()) -> ClassifierInputs:
        """The same, with nothing to be seen meanwhile."""
        return self.once(("inputs", changes), lambda: self._inputs(self._encoded(changes)))

    def _encoded(self, changes: Changes, report: Report | None = None) -> np.ndarray:
        if not changes:
            return sentence_sets.unit_vectors(self.request, report)
        return encode_texts(self.model, self.texts.texts.sentences, changes, report)

    def _inputs(self, vectors: np.ndarray) -> ClassifierInputs:
        sentences = self.texts.texts.sentences
        # No change to how the encoder reads reaches what stands before its first layer.
        static = self.once("static", lambda: normalise_rows(self.encoder.static_means(sentences)))
        return ClassifierInputs(sentences, vectors, static)

    def asked(self, text: str, changes: Changes = ()) -> ClassifierInputs:
        """One more text. Raises SentenceError."""
        return ClassifierInputs(
            (text,),
            normalise_rows(self.encoder.encode([text], changes)),
            normalise_rows(self.encoder.static_means([text])),
        )

    def classifier(self, method: ClassifierMethod, changes: Changes = ()) -> Classifier:
        """What answers new texts: learned from all texts that are not held out, read with these changes."""

        def learn() -> Classifier:
            places = self.texts.train_indices
            inputs = self.inputs(changes).take(places)
            return fit_classifier(method, inputs, self.texts.targets[places], self.texts.classes, self.settings)

        return self.once(("classifier", *self._of(method), changes), learn)

    def scores(
        self, method: ClassifierMethod, learned_with: Changes = (), asked_with: Changes = ()
    ) -> ClassificationMetrics:
        """How good a method is on texts that it did not learn from."""

        def measure() -> ClassificationMetrics:
            asked = self.inputs(asked_with)
            if self.texts.is_cross_validated:
                found = held_out_probabilities(
                    self.texts, self.inputs(learned_with), method, self.settings, answers=asked
                )
            else:
                # What learned from the one split answers new texts too, and need not learn twice.
                found = self.classifier(method, learned_with).probabilities(asked.take(self.texts.test_indices))
            return classification_metrics(self.texts.targets[self.texts.test_indices], found)

        return self.once(("scores", *self._of(method), learned_with, asked_with), measure)

    def apart(self, method: ClassifierMethod, learned_with: Changes = (), asked_with: Changes = ()) -> np.ndarray:
        """(A, K) probabilities of the texts that are asked about apart, in the order of `places_apart`."""

        def answer() -> np.ndarray:
            inputs = self.inputs(asked_with).take(self.places_apart)
            return self.classifier(method, learned_with).probabilities(inputs)

        return self.once(("apart", *self._of(method), learned_with, asked_with), answer)

    def called(self, method: ClassifierMethod) -> np.ndarray:
        """(N,) the class that a method gives each text, those that it learned from included."""
        return self.once(
            ("called", *self._of(method)), lambda: self.classifier(method).logits(self.inputs()).argmax(axis=1)
        )

    @property
    def places_apart(self) -> np.ndarray:
        """(A,) places of the texts that are asked about apart, kind by kind."""
        return np.array([place for _, places in self.texts.challenge_sets for place in places], dtype=int)

    def _of(self, method: ClassifierMethod) -> tuple[ClassifierMethod, MlpSettings | None]:
        """What a method's result depends on beside the texts."""
        return method, self.settings if method is ClassifierMethod.NETWORK else None

    def once(self, name: Hashable, compute: Callable[[], _Found]) -> _Found:
        """What several parts of the page or several readers ask for, computed for the first of them."""
        whole = (self.model, self.texts.digest, name)
        found: _Found = self._memo().get(whole, compute)
        return found

    def has(self, name: Hashable) -> bool:
        """Whether once() would not have to compute."""
        whole = (self.model, self.texts.digest, name)
        return whole in self._memo()

    def _memo(self) -> Memo[Any]:
        """The memo of all sessions for the shipped reviews, and of this session for its own texts."""
        if self.texts is shipped_texts.shipped_reviews():
            return _shared
        of = (self.model, self.texts.digest)
        if st.session_state.get(state.Sentiment.TRAINED_ON_OWN_TEXTS, (None,))[0] != of:
            st.session_state[state.Sentiment.TRAINED_ON_OWN_TEXTS] = of, Memo[Any]()
        kept: Memo[Any] = st.session_state[state.Sentiment.TRAINED_ON_OWN_TEXTS][1]
        return kept


_shared = Memo[Any](_MOST_SHARED)


#: The methods as pictures name them, short enough for an axis on a phone.
SHORT: Final = {
    ClassifierMethod.LOGISTIC: "Logistic",
    ClassifierMethod.NETWORK: "Network",
    ClassifierMethod.STATIC: "Averaged",
    ClassifierMethod.TF_IDF: "TF-IDF",
    ClassifierMethod.BAYES: "Naive Bayes",
}


def input_description(method: ClassifierMethod, encoder: Encoder) -> str:
    """What a method reads of a text, in words."""
    if method in CONTEXTUAL:
        return f"the encoder's {encoder.vector_size} numbers"
    return {
        ClassifierMethod.STATIC: "word embeddings, before any layer",
        ClassifierMethod.TF_IDF: "words, rare ones weighing more",
        ClassifierMethod.BAYES: "words, counted",
    }[method]
