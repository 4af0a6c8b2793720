"""Computes the Sentiment page of the shipped reviews before the first visitor comes."""

from components.core.classification.classifiers import CONTEXTUAL, ClassifierMethod
from components.core.classification.mlp import DEFAULT_SETTINGS
from components.core.model.loading import BUNDLED_NAME
from components.ui.sentiment.texts import shipped_reviews
from components.ui.sentiment.trained_classifiers import NO_POSITIONS, TrainedClassifiers


def warm() -> None:
    """Encode the reviews with and without positions, and train and score all classifiers."""
    classifiers = TrainedClassifiers(BUNDLED_NAME, shipped_reviews(), DEFAULT_SETTINGS)
    for changes in ((), NO_POSITIONS):
        classifiers.inputs(changes)
    for method in ClassifierMethod:
        classifiers.scores(method)
        classifiers.challenge_probabilities(method)
    for method in CONTEXTUAL:
        for training_changes in ((), NO_POSITIONS):
            classifiers.scores(method, training_changes, NO_POSITIONS)
            classifiers.challenge_probabilities(method, training_changes, NO_POSITIONS)
