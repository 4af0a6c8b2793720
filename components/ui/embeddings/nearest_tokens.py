"""The tokens whose word embeddings are nearest to one token's."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.core.numerics.similarity import nearest
from components.figures.charts.bars import bars
from components.ui.caches import models
from components.ui.charts import show
from components.ui.page import Reading, palette, section

_COUNT = 10


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
    table = models.unit_embedding_table(reading.model)
    ids, cosines = nearest(trace.word_embeddings[token], table, _COUNT + 1)
    others = ids != trace.token_ids[token]
    ids, cosines = ids[others][:_COUNT], cosines[others][:_COUNT]
    labels = tuple(reading.encoder.vocabulary_labels[row] for row in ids)
    return NearestTokens(reading.tokens.labels[token], labels, ids, cosines, len(table))


def draw(found: NearestTokens) -> None:
    """Draw the cosines of the nearest tokens as bars."""
    section(
        f"Nearest to “{found.of}” among all {found.vocabulary_size:,} tokens",
        "Similar words have similar numbers: these rows of the embedding table have the most similar direction. "
        "They belong to the tokens alone; the sentence plays no part yet.",
    )
    show(
        bars([float(cosine) for cosine in found.cosines], list(found.labels), palette().word, palette()),
        key="neighbours",
        alt=f"Cosine of the {len(found.labels)} tokens nearest to {found.of}: {', '.join(found.labels)}",
        numbers=lambda: pd.DataFrame({"token": found.labels, "id": found.ids, "cosine": found.cosines}),
    )
