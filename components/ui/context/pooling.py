"""Pooling: context vectors become one sentence vector. Three methods, each token's share, and the effect of padding."""

import numpy as np
import pandas as pd

from components.core import Encoder
from components.core.context.word_occurrences import Occurrence
from components.core.embeddings.pooling import poolings, shares_of_mean
from components.core.numerics.similarity import cosine_similarity, paired_cosines
from components.figures.charts.bars import bars
from components.ui.caches import occurrences, traces
from components.ui.caches.requests import TextRequest, TraceRequest
from components.ui.charts import show, strip
from components.ui.page import palette, section
from components.ui.tables import table

# Tokens that bars have room for.
_TOKENS = 30
# By the names that sentence-transformers gives them.
_POOLINGS = {
    "mean": "This model takes their mean; the other two common methods stand beside it",
    "cls": "This model takes the first token's vector; the other two common methods stand beside it",
    "max": "This model takes the largest number of each dimension; the other two common methods stand beside it",
}


def draw(model: str, encoder: Encoder, occurrence: Occurrence) -> None:
    """Mean, [CLS] and max of a sentence's context vectors, each token's share of the mean, and what padding does."""
    tokens, vectors = occurrence.tokens, occurrence.context_vectors[-1]
    pooled = poolings(vectors)
    method = _POOLINGS.get(encoder.pooling, "These are the three common methods; this model has another")
    own = traces.trace(TraceRequest(model, tokens.text)).sentence_vector
    section(
        "From word vectors to one sentence vector",
        f"Pooling makes one vector from {len(tokens.tokens)} context vectors. {method}.",
    )
    matrix = np.stack(list(pooled.values()))
    show(
        strip(matrix, tuple(pooled), height=90),
        key="poolings",
        alt="The sentence as the mean, the first and the maximum of its context vectors: one row each",
        numbers=lambda: pd.DataFrame(matrix, index=list(pooled)),
    )
    cosines = cosine_similarity(matrix)
    rows = [[name, *(f"{cosines[i, j]:.4f}" for j in range(3))] for i, name in enumerate(pooled)]
    if len(own) == matrix.shape[1]:
        with_own = cosine_similarity(matrix, own[None])[:, 0]
        rows = [[*row, f"{cosine:.4f}"] for row, cosine in zip(rows, with_own, strict=True)]
    table(
        ["pooling", *pooled, "the model’s own"][: len(rows[0])],
        rows,
        "Cosine of each method with the others.",
    )
    _draw_shares(model, occurrence)


def _draw_shares(model: str, occurrence: Occurrence) -> None:
    tokens, vectors = occurrence.tokens, occurrence.context_vectors[-1]
    shares = shares_of_mean(vectors)
    # Of a long sentence, the tokens with the largest shares in their order.
    shown = np.sort(np.argsort(-shares, kind="stable")[:_TOKENS])
    special = float(shares[tokens.special].sum())
    section(
        "Each token’s share of the mean",
        f"All {len(tokens.tokens)} tokens have the same weight in the mean. A token whose vector points the way of the "
        f"mean contributes more to it. The shares sum to 1; special tokens contribute {special:.0%}."
        + (f" Shown: the {_TOKENS} largest." if len(shares) > _TOKENS else ""),
    )
    show(
        bars(
            shares[shown].tolist(), [tokens.labels[i] for i in shown], palette().output, palette(), "share of the mean"
        ),
        key="shares",
        alt="Each token's share of the mean of the sentence's context vectors",
        numbers=lambda: pd.DataFrame({"share": shares}, index=list(tokens.labels)),
    )
    kinds = [("without the special tokens", vectors.mean(axis=0), vectors[~tokens.special].mean(axis=0))]
    means = occurrences.padded_means(TextRequest(model, tokens.text))
    if means:
        alone, hidden, seen = means
        kinds += [
            ("padded to twice its length, padding hidden", alone, hidden),
            ("padded to twice its length, padding not hidden", alone, seen),
        ]
    table(
        ["mean", "cosine with the mean of all tokens"],
        [[kind, f"{paired_cosines(mean, other):.4f}"] for kind, mean, other in kinds],
        "Special tokens are counted like words. Padding fills up the shorter texts of a batch: attention must not see "
        "it, and the mean must not count it.",
    )
