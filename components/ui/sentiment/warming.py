"""What the Sentiment page shows of the shipped reviews, computed before somebody asks for it."""

from components.core.classification.classifiers import CONTEXTUAL, ClassifierMethod
from components.core.classification.mlp import DEFAULT_SETTINGS
from components.core.model.loading import BUNDLED_NAME
from components.ui.sentiment.texts import shipped_reviews
from components.ui.sentiment.trained_classifiers import BARE, TrainedClassifiers


def warm() -> None:
    """Encode the reviews, with positions too and without, and have everything learned from them."""
    trained = TrainedClassifiers(BUNDLED_NAME, shipped_reviews(), DEFAULT_SETTINGS)
    for changes in ((), BARE):
        trained.prepared(changes)
    for method in ClassifierMethod:
        trained.scores(method)
        trained.apart(method)
    for method in CONTEXTUAL:
        for learned_with in ((), BARE):
            trained.scores(method, learned_with, BARE)
            trained.apart(method, learned_with, BARE)
