"""A map of the words that a reader types, by their word embeddings."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from components.core import Encoder, SentenceError
from components.core.numerics.similarity import cosine_similarity, principal_components
from components.figures.charts.text_scatter import text_scatter
from components.figures.heatmaps.similarity import similarity_heatmap
from components.ui import state
from components.ui.charts import show
from components.ui.page import palette, quoted
from components.ui.pickers import pick_option
from components.ui.stage import frame
from components.ui.wording import format_count

_MOST_WORDS = 30
_VIEWS = ("map", "cosines")
_FIRST_WORDS = "pizza pasta bread oven stove king queen prince happy glad sad Squatch"


@dataclass(frozen=True, eq=False)
class WordVectors:
    """The words that can be read, with a vector each, and the number of words that cannot be read."""

    words: list[str]
    vectors: list[np.ndarray]
    unreadable: int


def draw(encoder: Encoder, width: int) -> None:
    """Ask for words and draw their map, or their similarities. width: of the vectors."""
    with frame.controls():
        typed = st.text_input(
            "Words, separated by blanks",
            _FIRST_WORDS,
            key=state.Embeddings.WORDS_TYPED,
            bind=state.IN_URL,
            persist_state="session",
            max_chars=400,
            width=560,
        )
        shown_as = pick_option("Show", _VIEWS, state.Embeddings.WORDS_SHOWN)
    words = list(dict.fromkeys(typed.split()))
    found = _read(encoder, words[:_MOST_WORDS])
    remarks = _remarks(found, len(words))
    if len(found.words) < 2:
        frame.heading("A map needs at least two words", remarks)
        return
    similar = cosine_similarity(np.stack(found.vectors))
    one, other = _most_alike(similar)
    frame.heading(
        f"Of {len(found.words)} words, {quoted(found.words[one])} and {quoted(found.words[other])} are most alike: "
        f"cosine {similar[one, other]:.3f}",
        f"Words that are used alike have similar rows of {width} numbers. A word of several tokens is the mean of "
        f"theirs. {remarks}",
    )
    if shown_as == _VIEWS[0]:
        _draw_map(found, width)
    else:
        _draw_similarities(found, similar)


def _most_alike(similar: np.ndarray) -> tuple[int, int]:
    """Return the indices of the two things with the highest cosine."""
    one, other = np.unravel_index(int((similar - 3 * np.eye(len(similar))).argmax()), similar.shape)
    return int(one), int(other)


def _read(encoder: Encoder, words: list[str]) -> WordVectors:
    readable: dict[str, np.ndarray] = {}
    for word in words:
        try:
            readable[word], _ = encoder.static_vector(word)
        except SentenceError:
            continue
    return WordVectors(list(readable), list(readable.values()), len(words) - len(readable))


def _remarks(found: WordVectors, typed: int) -> str:
    remarks = []
    if typed > _MOST_WORDS:
        remarks.append(f"Shown: the first {_MOST_WORDS} of {typed} words.")
    if found.unreadable:
        remarks.append(f"{format_count(found.unreadable, 'word')} left out: the model finds nothing to read there.")
    if len(found.words) < 2:
        remarks.append(f"There {'is' if len(found.words) == 1 else 'are'} {len(found.words)}. Type more.")
    return " ".join(remarks)


def _draw_map(found: WordVectors, width: int) -> None:
    words = found.words
    flat = principal_components(np.stack(found.vectors))
    show(
        text_scatter(flat.points, words, palette()),
        key="word-map",
        alt=f"A map of {len(words)} words by their word embeddings",
        numbers=lambda: pd.DataFrame(flat.points, index=pd.Index(words, name="word"), columns=["first", "second"]),
    )
    frame.note(f"A flat picture keeps {flat.kept:.0%} of the variance in {width} dimensions; the cosines use them all.")


def _draw_similarities(found: WordVectors, similar: np.ndarray) -> None:
    show(
        similarity_heatmap(similar, found.words, "word", palette()),
        key="word-similarity",
        alt=f"Cosine of every pair of {len(found.words)} words",
        numbers=lambda: pd.DataFrame(similar, index=pd.Index(found.words, name="word"), columns=found.words),
    )
