"""The word embedding that a word starts from, and the context vectors that it ends in."""

import numpy as np
import pandas as pd

from components.core.context.word_occurrences import WordOccurrences
from components.ui.charts import show, strip
from components.ui.context.occurrences import label_of
from components.ui.context.summary import one_word_embedding
from components.ui.page import section


def draw(found: WordOccurrences) -> None:
    """Draw the word's embedding and, below it, its context vector in each sentence, as strips on one scale."""
    word, one_row = found.word.strip(), one_word_embedding(found)
    labels = [label_of(found, each) for each in found.occurrences]
    section(
        "One word embedding, many context vectors" if one_row else "Word embeddings and context vectors",
        f"Above: the learned embedding of “{word}”, the same in every sentence. Below: its vector after the last "
        "layer, sentence by sentence."
        if one_row
        else "Above: the word's embedding in each sentence. Below: its vector after the last layer.",
    )
    statics = np.stack([each.static_vector for each in found.occurrences])[: 1 if one_row else None]
    lasts = np.stack([each.vectors[-1] for each in found.occurrences])
    _draw_strip(statics, [word] if one_row else labels, "static", "The word embedding")
    alt = f"The context vectors of “{word}” after the last layer, one row per sentence"
    _draw_strip(lasts, labels, "contexts", alt)


def _draw_strip(vectors: np.ndarray, rows: list[str], key: str, alt: str) -> None:
    show(
        strip(vectors, rows, height=26 * len(vectors)),
        key=key,
        alt=alt,
        numbers=lambda: pd.DataFrame(vectors, index=rows),
    )
