"""Scaled dot-product attention, one function a step.

Vaswani et al. 2017, "Attention Is All You Need", section 3.2.1. Works on the arrays of a Trace; running
the model is probe.py's job. S tokens, d dimensions of one head; leading axes (layers, heads) pass through.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


def attention_scores(
    queries: np.ndarray, keys: np.ndarray, scaling: float, bias: np.ndarray | None = None
) -> np.ndarray:
    """Compare every query with every key: q · kᵀ · scaling (+ bias).

    queries, keys: (..., S, d). bias: (S, S), -inf or a very negative number where a query may not look.
    scaling is 1/√d in the original and in BERT. Returns (..., S, S): row i holds what token i asks.

    >>> attention_scores(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), scaling=0.5)
    array([[5.5]])
    """
    scores = (queries @ keys.swapaxes(-1, -2)) * np.asarray(scaling, dtype=queries.dtype)
    return scores if bias is None else scores + bias


def softmax(scores: np.ndarray) -> np.ndarray:
    """Turn each row of scores into weights that sum to 1.

    scores: (..., S) real numbers, or -inf for what must get no weight. Returns the same shape.

    >>> softmax(np.array([[0.0, np.log(3.0)]])).round(2)
    array([[0.25, 0.75]])
    """
    # Subtracting the row maximum changes no weight and keeps exp() from overflowing.
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def renormalise_rows(attention_weights: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Leave tokens out of a picture of attention, and let each remaining row sum to 1 again.

    attention_weights: (..., S, S). keep: (S,) of bool, T of them true. Returns (..., T, T). A row that
    gave everything to the tokens left out stays all zero: there is nothing to share out.

    >>> renormalise_rows(np.array([[0.5, 0.5], [0.2, 0.8]]), np.array([False, True]))
    array([[1.]])
    """
    kept = attention_weights[..., keep, :][..., keep]
    total = kept.sum(axis=-1, keepdims=True)
    return np.divide(kept, total, out=np.zeros_like(kept), where=total > 0)


@dataclass(frozen=True)
class TokenSelection:
    """Which rows and columns of a square of attention are looked at."""

    rows: tuple[int, ...]  # query tokens, by their places
    columns: tuple[int, ...]  # key tokens
    only: tuple[int, ...] | None = None  # tokens among which each row's attention is shared out anew; None: all

    def of(self, attention_weights: np.ndarray) -> np.ndarray:
        """(..., S, S) to (..., rows, columns)."""
        if self.only is None:
            return attention_weights[..., self.rows, :][..., self.columns]
        keep = np.zeros(attention_weights.shape[-1], dtype=bool)
        keep[list(self.only)] = True
        place = {token: index for index, token in enumerate(self.only)}
        rows, columns = ([place[token] for token in side] for side in (self.rows, self.columns))
        return renormalise_rows(attention_weights, keep)[..., rows, :][..., columns]


def word_attention(attention_weights: np.ndarray, words: Sequence[Sequence[int]]) -> np.ndarray:
    """Attention from word to word: what a word's pieces give, averaged, to all pieces of another, added up.

    So each row still sums to 1 (Clark et al. 2019, "What Does BERT Look At?", section 4.1).
    attention_weights: (..., S, S). words: W groups of neighbouring tokens that cover all S, in order.
    Returns (..., W, W).

    >>> word_attention(np.array([[0.2, 0.8, 0.0], [0.5, 0.1, 0.4], [0.1, 0.7, 0.2]]), [[0], [1, 2]])
    array([[0.2, 0.8],
           [0.3, 0.7]])
    """
    split = {place: list(word) for place, word in enumerate(words) if len(word) > 1}
    if not split:
        return attention_weights
    # Few words are split, so these few are mended; summing every group alike takes ten times as long.
    starts = [word[0] for word in words]
    received = attention_weights[..., starts]
    for place, pieces in split.items():
        received[..., place] = attention_weights[..., pieces].sum(axis=-1)
    between = received[..., starts, :]
    for place, pieces in split.items():
        between[..., place, :] = received[..., pieces, :].mean(axis=-2)
    return between


def attention_rollout(attention_weights: np.ndarray) -> np.ndarray:
    """How much of each context vector stems from which token, if attention were all that mixed them.

    In each layer the heads are averaged, and half of every token stays where it is, as the residual connection
    lets it; the layers are then multiplied (Abnar & Zuidema 2020, "Quantifying Attention Flow in Transformers",
    section 3). Values, output projections and feed-forward layers are left out: it is a picture, not a proof.
    attention_weights: (L, H, S, S). Returns (S, S): row i is the last layer's token i, and sums to 1.

    >>> attention_rollout(np.array([[[[0.0, 1.0], [0.0, 1.0]]]]))
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    size = attention_weights.shape[-1]
    rolled = np.eye(size)
    for layer in attention_weights.mean(axis=1):
        rolled = (layer / 2 + np.eye(size) / 2) @ rolled
    return rolled


def combine_heads(attention_weights: np.ndarray, way: str) -> np.ndarray:
    """One square of many heads: the mean, the maximum, or, over all layers, the rollout of their weights.

    attention_weights: (H, S, S) of a layer or (L, H, S, S) of all. way: "mean", "maximum" or "rollout". Returns
    (S, S). Rows of a mean and of a rollout sum to 1; a maximum keeps what any head looks at, and its rows sum to more.
    """
    if way == "rollout":
        return attention_rollout(attention_weights)
    heads = tuple(range(attention_weights.ndim - 2))
    return attention_weights.max(axis=heads) if way == "maximum" else attention_weights.mean(axis=heads)


def mean_or_nan(weights: np.ndarray) -> np.ndarray:
    """The mean over the last axis; not a number where there is nothing to average. (..., N) to (...)."""
    if weights.shape[-1]:
        return weights.mean(axis=-1)
    return np.full(weights.shape[:-1], np.nan, dtype=weights.dtype)


def attention_moved(weights: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The share of its attention that a token, on average, gives elsewhere in the second of two readings.

    The total variation distance of two rows, ½ Σ |difference|, averaged over the rows. weights, others:
    (..., S, S). Returns (...).

    >>> attention_moved(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[0.0, 1.0], [0.5, 0.5]]))
    np.float64(0.5)
    """
    return np.abs(others - weights).sum(axis=-1).mean(axis=-1) / 2
