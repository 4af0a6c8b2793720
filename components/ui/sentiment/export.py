"""A classifier as a file of numbers, and the code that uses it without Encoderscope."""

from pathlib import Path

import streamlit as st

from components.core import Encoder
from components.core.classification.classifiers import ClassifierMethod
from components.core.classification.export import export_classifier, file_name, loading_code
from components.ui import downloads
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.stage import frame
from components.ui.wording import format_count


def _say_where_the_encoder_is_from(encoder: Encoder) -> str:
    """Say what the code needs besides the file."""
    if Path(encoder.name).is_dir():
        return "The code opens the encoder in its directory on the computer that runs Encoderscope."
    return (
        "The code fetches the encoder from Hugging Face’s hub when it first runs; without a network, write the "
        "directory of a copy in place of its name."
    )


def draw(classifiers: TrainedClassifiers, method: ClassifierMethod) -> None:
    """Offer the file, and draw the code that reads it."""
    classifier, encoder = classifiers.classifier(method), classifiers.encoder
    name = file_name(classifier)
    content = export_classifier(classifier, encoder)
    code = loading_code(classifier, encoder, name)
    frame.heading(
        f"{method} in {len(content) / 1000:,.0f} kB, and {format_count(len(code.splitlines()), 'line')} of code to "
        "use it",
        "A safetensors file holds numbers and a few names. Unlike a pickle it holds no code, so opening it runs "
        f"nothing. This classifier was trained on {format_count(len(classifiers.dataset.train_indices), 'text')}; "
        + (
            "the file holds their words, but no text."
            if classifier.bag is not None
            else "the file holds the learned weights, but no text and no words. "
            + _say_where_the_encoder_is_from(classifiers.encoder)
        ),
    )
    with frame.controls():
        downloads.offer(f"Download {name}", lambda: content, name, type="primary")
    # Without colours: several of Streamlit's colours for Python are too faint to read.
    st.code(code, language=None)
