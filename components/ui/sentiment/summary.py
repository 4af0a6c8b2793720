"""The page in words: its finding and what to look at."""

from components.core.classification.classifiers import ClassifierMethod
from components.core.classification.datasets import LabelledDataset
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.wording import format_count

LEAD = (
    "The encoder is frozen: it turns each text into a vector, once. Something small learns on top, from a few hundred "
    "examples; beside it, what there was before."
)


def finding(trained: TrainedClassifiers) -> str:
    """How good what stands on the encoder is, beside the better of two ways to count words."""
    of_encoder = trained.scores(ClassifierMethod.LOGISTIC).accuracy.value
    of_words = max(
        trained.scores(method).accuracy.value for method in (ClassifierMethod.TF_IDF, ClassifierMethod.BAYES)
    )
    learned = format_count(len(trained.texts.train_indices), "text")
    how = "Cross-validated on" if trained.texts.is_cross_validated else "Learned from"
    return f"{how} {learned}, the encoder’s vectors are right about {of_encoder:.0%}, words alone {of_words:.0%}"


def while_encoding(texts: LabelledDataset) -> str:
    """What the page says before anything can be learned."""
    return f"{format_count(len(texts.texts.sentences), 'text')} on the way through the encoder"
