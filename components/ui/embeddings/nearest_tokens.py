"""The tokens whose word embeddings are nearest to one token's."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.core.numerics.similarity import nearest
from components.figures.charts.bars import bars
from components.ui.charts import show
from components.ui.page import Reading, palette, quoted
from components.ui.stage import frame, question
from components.ui.wording import shorten

_COUNT = 10
_OFFERED = (0, 3, 6, 9)  # ranks of the tokens to guess from


@dataclass(frozen=True, eq=False)
class NearestTokens:
    """The nearest rows of the embedding table, the nearest first, without the token itself."""

    of: str  # the label of the token
    labels: tuple[str, ...]
    ids: np.ndarray
    cosines: np.ndarray
    vocabulary_size: int


def find(reading: Reading, token: int) -> NearestTokens:
    """Find the tokens of the vocabulary nearest to a token of the sentence, by cosine."""
    trace = reading.trace()
    table, lengths = reading.encoder.word_embedding_table, reading.encoder.word_embedding_lengths
    ids, cosines = nearest(trace.word_embeddings[token], table, _COUNT + 1, lengths)
    others = ids != trace.token_ids[token]
    ids, cosines = ids[others][:_COUNT], cosines[others][:_COUNT]
    labels = tuple(reading.encoder.vocabulary_labels[row] for row in ids)
    return NearestTokens(reading.tokens.labels[token], labels, ids, cosines, len(table))


def draw(found: NearestTokens) -> None:
    """Ask which token is nearest, then draw the cosines of the nearest ones as bars."""
    of, nearest_label = quoted(shorten(found.of, 30)), found.labels[0]
    offered = sorted({found.labels[place] for place in _OFFERED if place < len(found.labels)})
    asked = question.one_of(
        "nearest",
        found.of,
        f"Which of these tokens has the numbers most similar to those of {of}?",
        offered,
        nearest_label,
    )
    if asked.hidden:
        return
    frame.heading(
        f"Of {found.vocabulary_size:,} tokens, {quoted(shorten(nearest_label, 30))} has the row most similar to "
        f"{of}: cosine {found.cosines[0]:.3f}",
        "Words that are used alike get similar numbers: these rows of the embedding table have the most similar "
        "direction. They belong to the tokens alone; the sentence plays no part yet.",
    )
    show(
        bars(
            [float(cosine) for cosine in found.cosines],
            list(found.labels),
            palette().word,
            palette(),
            guesses=asked.guesses.mapped(found.labels.index),
        ),
        key="neighbours",
        alt=f"Cosine of the {len(found.labels)} tokens nearest to {found.of}: {', '.join(found.labels)}",
        numbers=lambda: pd.DataFrame(
            {"token": found.labels, "id": found.ids, "cosine": found.cosines},
            index=pd.RangeIndex(1, len(found.labels) + 1, name="rank"),
        ),
    )
