"""The word embedding that a word starts from, and the context vectors that it ends in."""

import numpy as np
import pandas as pd
import streamlit as st

from components.core.numerics.similarity import normalise_rows
from components.ui.charts import show, strip
from components.ui.context.occurrences import draw_sentences
from components.ui.context.opening import offer_other_pages
from components.ui.context.summary import Followed, finding, labels_of, lead, one_word_embedding, what_it_is_cut_into
from components.ui.stage import frame


def draw(model: str, followed: Followed) -> None:
    """List the sentences; beside them draw the word's embedding and its vector in each, as rows of one length."""
    found, word = followed.found, followed.word
    labels = labels_of(found)
    frame.heading(finding(model, followed), lead(model, followed))
    left, right = st.columns(2, gap="medium")
    with left:
        draw_sentences(followed)
        offer_other_pages()
        pieces = what_it_is_cut_into(found)
        if pieces:
            frame.note(pieces)
    statics = np.stack([each.static_vector for each in found.occurrences])
    lasts = np.stack([each.vectors[-1] for each in found.occurrences])
    with right:
        if one_word_embedding(found) and statics.shape[1] == lasts.shape[1]:
            frame.note("First row: its word embedding. Below: its vector after the last layer in each sentence.")
            _draw_strip(np.concatenate([statics[:1], lasts]), ["word embedding", *labels], "contexts", word)
        else:
            frame.note("Its vector after the last layer in each sentence.")
            _draw_strip(lasts, labels, "contexts", word)
    if not one_word_embedding(found):
        with frame.details():
            frame.note(f"The word embedding of “{word}” in each sentence.")
            _draw_strip(statics, labels, "static", word)
    with frame.details():
        frame.note("Rows are scaled to length 1, since a cosine compares directions alone.")


def _draw_strip(vectors: np.ndarray, rows: list[str], key: str, word: str) -> None:
    vectors = normalise_rows(vectors)
    what = "word embeddings" if key == "static" else "vectors after the last layer"
    show(
        strip(vectors, rows, height=44 * len(vectors)),
        key=key,
        alt=f"The {what} of “{word}”, one row per sentence",
        numbers=lambda: pd.DataFrame(
            vectors, index=rows, columns=[f"dimension {i + 1}" for i in range(vectors.shape[1])]
        ),
    )
