"""Pooling: context vectors become one sentence vector. Three methods, each token's share, and the effect of padding."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from components.core import Encoder
from components.core.context.word_occurrences import Occurrence
from components.core.embeddings.pooling import poolings, shares_of_mean
from components.core.numerics.similarity import cosine_similarity, paired_cosines
from components.figures.charts.bars import bars
from components.ui.caches import occurrences, traces
from components.ui.caches.requests import TextRequest, TraceRequest
from components.ui.charts import show, strip
from components.ui.page import palette
from components.ui.stage import frame
from components.ui.tables import table
from components.ui.wording import format_cosine, join_list

# Tokens that bars, and rows of numbers, have room for.
_TOKENS = 16
_ROWS = 32
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
    shares = shares_of_mean(vectors)
    special = float(shares[tokens.special].sum())
    frame.heading(
        f"Pooling makes one vector from {len(tokens.tokens)} context vectors",
        f"{method}. All tokens have the same weight in the mean; one whose vector points the way of the mean "
        f"contributes more. Special tokens contribute {special:.0%}.",
    )
    left, right = st.columns([1, 1.2], gap="medium")
    with left:
        _draw_rows(tokens.labels, vectors, pooled)
    with right:
        _draw_shares(occurrence, shares)
    with frame.details():
        _draw_cosines(model, occurrence, pooled)
        _draw_padding(model, occurrence)


def _draw_rows(labels: Sequence[str], vectors: np.ndarray, pooled: dict[str, np.ndarray]) -> None:
    """Draw the context vectors as rows and, below them, what each method makes of them."""
    shown = min(len(labels), _ROWS)
    part = f" of the first {shown} of {len(labels)} tokens" if shown < len(labels) else ""
    frame.note(f"A row a token{part}; below, from the top: {join_list(list(pooled))} of all {len(labels)}")
    empty = np.full((1, vectors.shape[1]), np.nan)
    rows = [*labels[:shown], "", *pooled]
    matrix = np.concatenate([vectors[:shown], empty, np.stack(list(pooled.values()))])
    show(
        strip(matrix, rows, height=10 * len(rows), moves="pools" if shown == len(labels) else None),
        key="poolings",
        alt=f"The context vectors of {shown} tokens, one row each, and below them their {join_list(list(pooled))}",
        numbers=lambda: pd.DataFrame(
            np.concatenate([vectors, np.stack(list(pooled.values()))]),
            index=[*labels, *pooled],
            columns=[f"dimension {i + 1}" for i in range(vectors.shape[1])],
        ),
    )


def _draw_shares(occurrence: Occurrence, shares: np.ndarray) -> None:
    labels = occurrence.tokens.labels
    # Of a long sentence, the tokens with the largest shares in their order.
    shown = np.sort(np.argsort(-shares, kind="stable")[:_TOKENS])
    omitted = f": the {_TOKENS} largest of {len(shares)}" if len(shares) > _TOKENS else ""
    frame.note(f"Each token’s share of the mean{omitted}")
    show(
        bars(shares[shown].tolist(), [labels[i] for i in shown], palette().output, palette(), "share of the mean"),
        key="shares",
        alt="Each token's share of the mean of the sentence's context vectors",
        numbers=lambda: pd.DataFrame({"share": shares}, index=list(labels)),
    )


def _draw_cosines(model: str, occurrence: Occurrence, pooled: dict[str, np.ndarray]) -> None:
    matrix = np.stack(list(pooled.values()))
    own = traces.trace(TraceRequest(model, occurrence.tokens.text)).sentence_vector
    cosines = cosine_similarity(matrix)
    rows = [[name, *(format_cosine(cosines[i, j]) for j in range(3))] for i, name in enumerate(pooled)]
    if len(own) == matrix.shape[1]:
        with_own = cosine_similarity(matrix, own[None])[:, 0]
        rows = [[*row, format_cosine(cosine)] for row, cosine in zip(rows, with_own, strict=True)]
    table(
        ["pooling", *pooled, "the model’s own"][: len(rows[0])],
        rows,
        "Cosine of each method with the others.",
    )


def _draw_padding(model: str, occurrence: Occurrence) -> None:
    tokens, vectors = occurrence.tokens, occurrence.context_vectors[-1]
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
        [[kind, format_cosine(float(paired_cosines(mean, other)))] for kind, mean, other in kinds],
        "Special tokens are counted like words. Padding fills up the shorter texts of a batch: attention must not see "
        "it, and the mean must not count it.",
    )
