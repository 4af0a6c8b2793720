"""The texts of the page encoded, with a bar."""

from components.ui.progress import encode_with_bar
from components.ui.sentiment.trained_classifiers import Changes, TrainedClassifiers


def ensure_inputs(classifiers: TrainedClassifiers, changes: Changes = ()) -> None:
    """Encode all texts with these changes, with a bar and a Stop button, unless they are kept."""
    if not classifiers.has_inputs(changes):
        key = (classifiers.model, classifiers.dataset.digest, changes)
        encode_with_bar(key, "text", lambda report: classifiers.inputs(changes, report))
