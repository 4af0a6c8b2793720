"""The labelled texts of the page as vectors, and the classifiers that learn from them.

What is learned from the shipped reviews is kept for all sessions. What is learned from a reader's own texts holds their
words, so it is kept in the reader's session and nowhere else.
"""

from dataclasses import dataclass
from typing import Any, Final

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
from components.core.lazy import cached_property
from components.core.model.interventions import Intervention
from components.core.numerics.similarity import normalise_rows
from components.core.text.unique_names import unique_names
from components.ui import state
from components.ui.caches import models, sentence_sets
from components.ui.caches.classifiers import shared_memo
from components.ui.caches.encoding import Report, encode_texts, sentence_vector
from components.ui.caches.memo import Memo
from components.ui.caches.requests import VectorRequest
from components.ui.caches.sentence_sets import EncodingRequest
from components.ui.sentiment.texts import shipped_reviews
from components.ui.wording import shorten

Changes = tuple[Intervention, ...]
#: The encoder without positions.
NO_POSITIONS: Final[Changes] = (PositionsOff(),)

_LONGEST_NAME = 30


@dataclass(frozen=True, eq=False)
class TrainedClassifiers:
    """Classifiers of N labelled texts in K classes. Each is trained when it is first asked for."""

    model: str
    dataset: LabelledDataset
    settings: MlpSettings

    @property
    def encoder(self) -> Encoder:
        """The encoder that turns texts into vectors."""
        return models.encoder(self.model)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The classes' names on the page: short, and no two alike."""
        return unique_names(shorten(name, _LONGEST_NAME) for name in self.dataset.classes)

    @property
    def request(self) -> EncodingRequest:
        """The request for the texts' vectors; the Sentence map has the same."""
        return EncodingRequest(self.model, self.dataset.texts, Representation.CONTEXT, fast=False)

    @property
    def memo(self) -> Memo[Any]:
        """The values that are computed once: of all sessions for the shipped reviews, else of this session."""
        if self.dataset is shipped_reviews():
            return shared_memo(self.model)
        key = (self.model, self.dataset.digest)
        if st.session_state.get(state.Sentiment.TRAINED_ON_OWN_TEXTS, (None,))[0] != key:
            st.session_state[state.Sentiment.TRAINED_ON_OWN_TEXTS] = key, Memo[Any]()
        memo: Memo[Any] = st.session_state[state.Sentiment.TRAINED_ON_OWN_TEXTS][1]
        return memo

    def has_inputs(self, changes: Changes = ()) -> bool:
        """True if the texts are encoded with these changes."""
        return ("inputs", changes) in self.memo

    def inputs(self, changes: Changes = (), report: Report | None = None) -> ClassifierInputs:
        """All N texts, encoded with these changes. report: as for encode_with_store; it may raise to stop."""

        def encode() -> ClassifierInputs:
            sentences = self.dataset.texts.sentences
            if changes:
                vectors = encode_texts(self.model, sentences, changes, report)
            else:
                vectors = sentence_sets.unit_vectors(self.request, report)
            # Changes act in the layers, after the word embeddings.
            static = self.memo.get("static", lambda: normalise_rows(self.encoder.static_means(sentences)))
            return ClassifierInputs(sentences, vectors, static)

        inputs: ClassifierInputs = self.memo.get(("inputs", changes), encode)
        return inputs

    def inputs_of(self, text: str, changes: Changes = ()) -> ClassifierInputs:
        """One more text, encoded with these changes. Raises SentenceError."""
        vector = (
            normalise_rows(self.encoder.encode([text], changes))
            if changes
            else sentence_vector(VectorRequest(self.model, text))[None]
        )
        return ClassifierInputs(
            (text,),
            vector,
            normalise_rows(self.encoder.static_means([text])),
        )

    def classifier(self, method: ClassifierMethod, changes: Changes = ()) -> Classifier:
        """The classifier for new texts: trained on all texts that are not held out, encoded with these changes."""

        def fit() -> Classifier:
            indices = self.dataset.train_indices
            inputs = self.inputs(changes).take(indices)
            return fit_classifier(method, inputs, self.dataset.targets[indices], self.dataset.classes, self.settings)

        classifier: Classifier = self.memo.get(("classifier", *self._key(method), changes), fit)
        return classifier

    def scores(
        self, method: ClassifierMethod, training_changes: Changes = (), test_changes: Changes = ()
    ) -> ClassificationMetrics:
        """The metrics of a method on held-out texts. Training and test texts may be encoded with different changes."""

        def measure() -> ClassificationMetrics:
            inputs = self.inputs(test_changes)
            if self.dataset.is_cross_validated:
                probabilities = held_out_probabilities(
                    self.dataset, self.inputs(training_changes), method, self.settings, answers=inputs
                )
            else:
                # With one split the classifier for new texts has learned from the same texts.
                test_inputs = inputs.take(self.dataset.test_indices)
                probabilities = self.classifier(method, training_changes).probabilities(test_inputs)
            return classification_metrics(self.dataset.targets[self.dataset.test_indices], probabilities)

        scores: ClassificationMetrics = self.memo.get(
            ("scores", *self._key(method), training_changes, test_changes), measure
        )
        return scores

    def challenge_probabilities(
        self, method: ClassifierMethod, training_changes: Changes = (), test_changes: Changes = ()
    ) -> np.ndarray:
        """(A, K) probabilities of the challenge texts, in the order of `challenge_indices`."""

        def classify() -> np.ndarray:
            inputs = self.inputs(test_changes).take(self.challenge_indices)
            return self.classifier(method, training_changes).probabilities(inputs)

        probabilities: np.ndarray = self.memo.get(
            ("challenge", *self._key(method), training_changes, test_changes), classify
        )
        return probabilities

    def predicted(self, method: ClassifierMethod) -> np.ndarray:
        """(N,) the class that a method gives each text; most of them are texts it learned from."""
        classes: np.ndarray = self.memo.get(
            ("predicted", *self._key(method)), lambda: self.classifier(method).logits(self.inputs()).argmax(axis=1)
        )
        return classes

    @property
    def challenge_indices(self) -> np.ndarray:
        """(A,) indices of the challenge texts, kind by kind. They are in no split."""
        return np.array([index for _, indices in self.dataset.challenge_sets for index in indices], dtype=int)

    def _key(self, method: ClassifierMethod) -> tuple[ClassifierMethod, MlpSettings | None]:
        """The method, and the settings that its result depends on."""
        return method, self.settings if method is ClassifierMethod.NETWORK else None


#: Short names of the methods, for an axis on a phone.
SHORT: Final = {
    ClassifierMethod.LOGISTIC: "Logistic",
    ClassifierMethod.NETWORK: "Network",
    ClassifierMethod.STATIC: "Averaged",
    ClassifierMethod.TF_IDF: "TF-IDF",
    ClassifierMethod.BAYES: "Naive Bayes",
}


def input_description(method: ClassifierMethod, encoder: Encoder) -> str:
    """The features of a method, in words."""
    if method in CONTEXTUAL:
        return f"the encoder's {encoder.vector_size} numbers"
    return {
        ClassifierMethod.STATIC: "word embeddings, before any layer",
        ClassifierMethod.TF_IDF: "words, weighted by how rare they are",
        ClassifierMethod.BAYES: "counts of words",
    }[method]
