"""One step of the encoder on the Overview: its description on the left, its picture on the right."""

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.ui.charts import show, strip
from components.ui.page import Reading, markup

#: Tokens that can be told apart in a picture; the pages of the steps show the others.
MOST_TOKENS = 64


def station(
    number: int, name: str, colour: str, explanation: str, shape: str, *, page: str, link: str
) -> st.delta_generator.DeltaGenerator:
    """Write the left side of one step and return the container for its picture.

    colour: the class of the step's role. shape: of its numbers, as text. page, link: where the step is shown in detail.
    """
    left, right = st.columns([1, 3], gap="medium", vertical_alignment="top")
    with left:
        markup(
            Markup(
                '<div class="es-station"><span class="es-number">{}</span><div><h2 class="{}">{}</h2><p>{}</p>'
                '<p class="es-mono">{}</p></div></div>'
            ).format(number, colour, name, explanation, shape)
        )
        st.page_link(page, label=link)
    return right


def draw_token_strip(reading: Reading, matrix: np.ndarray, key: str, alt: str) -> None:
    """Draw the first dimensions of a matrix with one row per token."""
    labels = reading.tokens.labels
    _draw_strip(matrix, labels[:MOST_TOKENS], labels, key, alt)


def draw_vector_strip(vector: np.ndarray, name: str, key: str, alt: str) -> None:
    """Draw the first dimensions of one vector."""
    _draw_strip(vector[None], (name,), (name,), key, alt)


def _draw_strip(matrix: np.ndarray, shown: tuple[str, ...], rows: tuple[str, ...], key: str, alt: str) -> None:
    show(
        strip(matrix, shown, height=max(26, min(8 * len(shown), 320))),
        key=key,
        alt=alt,
        numbers=lambda: pd.DataFrame(matrix, index=list(rows)),
    )
