"""Scaled dot-product attention, one function a step.

Vaswani et al. 2017, "Attention Is All You Need", section 3.2.1. Works on the arrays of a Trace; running
the model is probe.py's job. S tokens, d dimensions of one head; leading axes are layers and heads.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float


def attention_scores(
    queries: Float[np.ndarray, "*heads S d"],
    keys: Float[np.ndarray, "*heads S d"],
    scaling: float,
    bias: Float[np.ndarray, "S S"] | None = None,
) -> Float[np.ndarray, "*heads S S"]:
    """Compare every query with every key: q · kᵀ · scaling (+ bias). Row i belongs to query i.

    bias: -inf or a very negative number where a query may not look. scaling is 1/√d in the original and in BERT.

    >>> attention_scores(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), scaling=0.5)
    array([[5.5]])
    """
    scores = (queries @ keys.swapaxes(-1, -2)) * np.asarray(scaling, dtype=queries.dtype)
    return scores if bias is None else scores + bias


def softmax(scores: Float[np.ndarray, "*rows S"]) -> Float[np.ndarray, "*rows S"]:
    """Turn each row of scores into weights that sum to 1. A score of -inf gets no weight.

    >>> softmax(np.array([[0.0, np.log(3.0)]])).round(2)
    array([[0.25, 0.75]])
    """
    # Subtracting the row maximum changes no weight and keeps exp() from overflowing.
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def renormalise_rows(
    attention_weights: Float[np.ndarray, "*heads S S"], keep: Bool[np.ndarray, " S"]
) -> Float[np.ndarray, "*heads T T"]:
    """Omit tokens from a matrix of attention weights, and scale each remaining row to sum to 1 again.

    keep: True for the T tokens that stay. A row that gave all its attention to omitted tokens becomes all zero.

    >>> renormalise_rows(np.array([[0.5, 0.5], [0.2, 0.8]]), np.array([False, True]))
    array([[1.]])
    """
    kept = attention_weights[..., keep, :][..., keep]
    total = kept.sum(axis=-1, keepdims=True)
    return np.divide(kept, total, out=np.zeros_like(kept), where=total > 0)


@dataclass(frozen=True)
class TokenSelection:
    """A choice of rows and columns of an attention matrix."""

    rows: tuple[int, ...]  # indices of query tokens
    columns: tuple[int, ...]  # indices of key tokens
    only: tuple[int, ...] | None = None  # tokens among which each row is renormalised; None: all

    def of(self, attention_weights: Float[np.ndarray, "*heads S S"]) -> Float[np.ndarray, "*heads rows columns"]:
        """Return the chosen rows and columns."""
        if self.only is None:
            return attention_weights[..., self.rows, :][..., self.columns]
        keep = np.zeros(attention_weights.shape[-1], dtype=bool)
        keep[list(self.only)] = True
        place = {token: index for index, token in enumerate(self.only)}
        rows, columns = ([place[token] for token in side] for side in (self.rows, self.columns))
        return renormalise_rows(attention_weights, keep)[..., rows, :][..., columns]


def word_attention(
    attention_weights: Float[np.ndarray, "*heads S S"], words: Sequence[Sequence[int]]
) -> Float[np.ndarray, "*heads W W"]:
    """Return attention from word to word: the sum over a key word's pieces, averaged over a query word's pieces.

    So each row still sums to 1 (Clark et al. 2019, "What Does BERT Look At?", section 4.1).
    words: W groups of neighbouring tokens that cover all S, in order.

    >>> word_attention(np.array([[0.2, 0.8, 0.0], [0.5, 0.1, 0.4], [0.1, 0.7, 0.2]]), [[0], [1, 2]])
    array([[0.2, 0.8],
           [0.3, 0.7]])
    """
    split = {place: list(word) for place, word in enumerate(words) if len(word) > 1}
    if not split:
        return attention_weights
    # Few words are split, so only these are added up; summing every group takes ten times as long.
    starts = [word[0] for word in words]
    received = attention_weights[..., starts]
    for place, pieces in split.items():
        received[..., place] = attention_weights[..., pieces].sum(axis=-1)
    between = received[..., starts, :]
    for place, pieces in split.items():
        between[..., place, :] = received[..., pieces, :].mean(axis=-2)
    return between


def attention_rollout(attention_weights: Float[np.ndarray, "L H S S"]) -> Float[np.ndarray, "S S"]:
    """Estimate each token's share in each last context vector, as if attention alone mixed tokens.

    In each layer the heads are averaged, and half of every token stays where it is, as the residual connection
    lets it; the layers are then multiplied (Abnar & Zuidema 2020, "Quantifying Attention Flow in Transformers",
    section 3). Values, output projections and feed-forward layers are ignored: it is a picture, not a proof.
    Row i belongs to token i of the last layer and sums to 1.

    >>> attention_rollout(np.array([[[[0.0, 1.0], [0.0, 1.0]]]]))
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    size = attention_weights.shape[-1]
    rolled = np.eye(size)
    for layer in attention_weights.mean(axis=1):
        rolled = (layer / 2 + np.eye(size) / 2) @ rolled
    return rolled


def combine_heads(attention_weights: Float[np.ndarray, "*heads S S"], way: str) -> Float[np.ndarray, "S S"]:
    """Combine the matrices of many heads by mean, maximum or, over all layers, rollout.

    attention_weights: of the heads of a layer, or of all layers. way: "mean", "maximum" or "rollout". Rows of a mean
    and of a rollout sum to 1; a maximum keeps what any head looks at, and its rows sum to more.
    """
    if way == "rollout":
        return attention_rollout(attention_weights)
    heads = tuple(range(attention_weights.ndim - 2))
    return attention_weights.max(axis=heads) if way == "maximum" else attention_weights.mean(axis=heads)


def mean_or_nan(weights: Float[np.ndarray, "*heads N"]) -> Float[np.ndarray, "*heads"]:
    """Return the mean over the last axis; nan if it is empty."""
    if weights.shape[-1]:
        return weights.mean(axis=-1)
    return np.full(weights.shape[:-1], np.nan, dtype=weights.dtype)


def attention_moved(
    weights: Float[np.ndarray, "*heads S S"], others: Float[np.ndarray, "*heads S S"]
) -> Float[np.ndarray, "*heads"] | np.floating:
    """Return the share of its attention that a token, on average, gives to other tokens in the second matrix.

    The total variation distance of two rows, ½ Σ |difference|, averaged over the rows.

    >>> attention_moved(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[0.0, 1.0], [0.5, 0.5]]))
    np.float64(0.5)
    """
    return np.abs(others - weights).sum(axis=-1).mean(axis=-1) / 2
