"""A classifier to take along: a file without code in it, and the lines that read it without Encoderscope."""

import streamlit as st

from components.core.classification.export import file_name, loading_code, saved
from components.ui.page import section
from components.ui.sentiment.controls import pick_classifier
from components.ui.sentiment.trained_classifiers import Trained
from components.ui.wording import counted


def draw(trained: Trained) -> None:
    """Offer the file and its code."""
    method = pick_classifier()
    classifier, encoder = trained.classifier(method), trained.encoder
    name = file_name(classifier)
    content = saved(classifier, encoder)
    code = loading_code(classifier, encoder, name)
    section(
        f"{method} in {len(content) / 1000:,.0f} kB, and {counted(len(code.splitlines()), 'line')} that read it",
        "A safetensors file holds numbers and a few names, and no code: unlike a pickle it can do nothing when it is "
        f"opened. It learned from {counted(len(trained.texts.learned), 'text')}; "
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
