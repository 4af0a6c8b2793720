"""The texts of the page encoded, with a bar."""

from collections.abc import Hashable

from components.ui.progress import encode_with_bar, is_stopped
from components.ui.sentiment.trained_classifiers import Changes, TrainedClassifiers


def ensure_inputs(classifiers: TrainedClassifiers, changes: Changes = ()) -> None:
    """Encode all texts with these changes, with a bar and a Stop button, unless they are kept."""
    if not classifiers.has_inputs(changes):
        encode_with_bar(_key(classifiers, changes), "text", lambda report: classifiers.inputs(changes, report))


def was_stopped(classifiers: TrainedClassifiers) -> bool:
    """True if the reader has stopped the encoding of the texts."""
    return is_stopped(_key(classifiers, ()))


def _key(classifiers: TrainedClassifiers, changes: Changes) -> Hashable:
    return classifiers.model, classifiers.dataset.digest, changes
