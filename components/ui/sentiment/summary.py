"""The title of the Sentiment page and the line below it."""

from components.core.classification.classifiers import ClassifierMethod
from components.core.classification.datasets import LabelledDataset
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.wording import format_count

LEAD = (
    "The frozen encoder turns each text into a vector; a small classifier on top learns from a few hundred examples. "
    "Beside it are classifiers without an encoder."
)


def finding(classifiers: TrainedClassifiers) -> str:
    """The page's title: accuracy with the encoder, and of the better of two methods that count words."""
    of_encoder = classifiers.scores(ClassifierMethod.LOGISTIC).accuracy.value
    of_words = max(
        classifiers.scores(method).accuracy.value for method in (ClassifierMethod.TF_IDF, ClassifierMethod.BAYES)
    )
    learned = format_count(len(classifiers.dataset.train_indices), "text")
    how = "Cross-validated on" if classifiers.dataset.is_cross_validated else "Trained on"
    return f"{how} {learned}: {of_encoder:.0%} right with the encoder’s vectors, {of_words:.0%} with words alone"


def while_encoding(dataset: LabelledDataset, stopped: bool) -> str:
    """The page's title while texts are encoded, or after a stop."""
    if stopped:
        return f"Encoding of {format_count(len(dataset.texts.sentences), 'text')} was stopped"
    return f"Encoding {format_count(len(dataset.texts.sentences), 'text')} …"
