"""A classifier to take along: a file without code in it, and the lines that read it without Encoderscope."""

import streamlit as st

from components.core.classification.export import export_classifier, file_name, loading_code
from components.ui.page import section
from components.ui.sentiment.controls import pick_classifier
from components.ui.sentiment.trained_classifiers import TrainedClassifiers
from components.ui.wording import format_count


def draw(trained: TrainedClassifiers) -> None:
    """Offer the file and its code."""
    method = pick_classifier()
    classifier, encoder = trained.classifier(method), trained.encoder
    name = file_name(classifier)
    content = export_classifier(classifier, encoder)
    code = loading_code(classifier, encoder, name)
    section(
        f"{method} in {len(content) / 1000:,.0f} kB, and {format_count(len(code.splitlines()), 'line')} that read it",
        "A safetensors file holds numbers and a few names, and no code: unlike a pickle it can do nothing when it is "
        f"opened. It learned from {format_count(len(trained.texts.train_indices), 'text')}; "
        + (
            "of these it holds the words, and no text."
            if classifier.bag is not None
            else "of these it holds nothing but what was learned. The encoder is opened beside it."
        ),
    )
    st.download_button(
        f"Download {name}", content, file_name=name, mime="application/octet-stream", on_click="ignore", type="primary"
    )
    # Uncoloured: of the colours that Streamlit gives Python, several are too faint to read.
    st.code(code, language=None)
