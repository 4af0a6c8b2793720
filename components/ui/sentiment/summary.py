"""The titles that screens of the Sentiment page share, and the line below them."""

from components.core.classification.datasets import LabelledDataset
from components.ui.wording import format_count

LEAD = (
    "The frozen encoder turns each text into a vector; a small classifier on top learns from a few hundred examples. "
    "Beside it are classifiers without an encoder."
)


def while_encoding(dataset: LabelledDataset, stopped: bool) -> str:
    """The page's title while texts are encoded, or after a stop."""
    if stopped:
        return f"Encoding of {format_count(len(dataset.texts.sentences), 'text')} was stopped"
    return f"Encoding {format_count(len(dataset.texts.sentences), 'text')} …"
