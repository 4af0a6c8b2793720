"""A map of the words that a reader types, by their word embeddings."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from markupsafe import Markup

from components.core import Encoder, SentenceError
from components.core.numerics.similarity import cosine_similarity, principal_components
from components.figures.charts.text_scatter import text_scatter
from components.figures.heatmaps.similarity import similarity_heatmap
from components.ui import state
from components.ui.charts import show
from components.ui.page import markup, palette, section
from components.ui.wording import format_count

_MOST_WORDS = 30
_FIRST_WORDS = "pizza pasta bread oven stove king queen prince happy glad sad Squatch"


@dataclass(frozen=True, eq=False)
class WordVectors:
    """The words that can be read, with a vector each, and the number of words that cannot be read."""

    words: list[str]
    vectors: list[np.ndarray]
    unreadable: int


def draw(encoder: Encoder, width: int) -> None:
    """Ask for words and draw their map and their similarities. width: of the vectors."""
    section(
        "A small map of words",
        f"Type some words. Words with similar numbers are close together, as far as a flat picture can show {width} "
        "dimensions. A word of several tokens is at the mean of their rows.",
    )
    typed = st.text_input(
        "Words, separated by blanks", _FIRST_WORDS, key=state.Embeddings.WORDS_TYPED, bind=state.IN_URL, max_chars=400
    )
    words = list(dict.fromkeys(typed.split()))
    found = _read(encoder, words[:_MOST_WORDS])
    _draw_remarks(found, len(words))
    if len(found.words) >= 2:
        _draw_map(found, width)
        _draw_similarities(found)


def _read(encoder: Encoder, words: list[str]) -> WordVectors:
    readable: dict[str, np.ndarray] = {}
    for word in words:
        try:
            readable[word], _ = encoder.static_vector(word)
        except SentenceError:
            continue
    return WordVectors(list(readable), list(readable.values()), len(words) - len(readable))


def _draw_remarks(found: WordVectors, typed: int) -> None:
    remarks = []
    if typed > _MOST_WORDS:
        remarks.append(f"The map shows the first {_MOST_WORDS} of {typed} words.")
    if found.unreadable:
        remarks.append(f"{format_count(found.unreadable, 'word')} left out: the model finds nothing to read there.")
    if len(found.words) < 2:
        remarks.append(f"A map needs at least two words; this is {len(found.words)}. Type more.")
    if remarks:
        markup(Markup('<p class="es-note">{}</p>').format(" ".join(remarks)))


def _draw_map(found: WordVectors, width: int) -> None:
    words = found.words
    flat = principal_components(np.stack(found.vectors))
    show(
        text_scatter(flat.points, words, palette()),
        key="word-map",
        alt=f"A map of {len(words)} words by their word embeddings",
        numbers=lambda: pd.DataFrame(flat.points, index=words, columns=["first", "second"]),
    )
    similar = cosine_similarity(np.stack(found.vectors))
    others = similar - 2 * np.eye(len(words))
    a, b = np.unravel_index(int(others.argmax()), others.shape)
    markup(
        Markup(
            '<p class="es-note">The picture keeps {:.0%} of the variance. Measured in all {} dimensions, “{}” and “{}” '
            "are the most similar: cosine {:.3f}.</p>"
        ).format(flat.kept, width, words[a], words[b], similar[a, b])
    )


def _draw_similarities(found: WordVectors) -> None:
    similar = cosine_similarity(np.stack(found.vectors))
    show(
        similarity_heatmap(similar, found.words, "word", palette()),
        key="word-similarity",
        alt=f"Cosine of every pair of {len(found.words)} words",
        numbers=lambda: pd.DataFrame(similar, index=found.words, columns=found.words),
    )
