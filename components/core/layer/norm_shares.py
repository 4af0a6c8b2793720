"""Shares of what a layer's attention brings: whose they are, in one sentence and over many.

S tokens, L layers, M measures (MEASURES of norms.py), K kinds of tokens.
"""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Bool, Float

from components.core.layer.norms import MEASURES, attention_norms
from components.core.model.encoder import Encoder

#: Whose share it is, as seen from a token that was typed.
KINDS = ("special tokens", "itself", "other tokens")


def shares(brought: Float[np.ndarray, "S S"]) -> Float[np.ndarray, "S S"]:
    """Divide each row by its sum; a row to which nothing is brought stays 0.

    >>> shares(np.array([[1.0, 3.0], [0.0, 0.0]]))
    array([[0.25, 0.75],
           [0.  , 0.  ]])
    """
    sums = brought.sum(axis=1, keepdims=True)
    return np.divide(brought, sums, out=np.zeros_like(brought), where=sums > 0)


def shares_by_kind(shared: Float[np.ndarray, "S S"], special: Bool[np.ndarray, " S"]) -> Float[np.ndarray, " K"]:
    """Return the share that each of KINDS brings, on average over the rows of the tokens that were typed.

    >>> shares_by_kind(np.array([[0.9, 0.1, 0.0], [0.5, 0.2, 0.3], [0.1, 0.3, 0.6]]), np.array([True, False, False]))
    array([0.3, 0.4, 0.3])
    """
    rows = shared[~special]
    of_special, of_itself = rows[:, special].sum(axis=1).mean(), shared.diagonal()[~special].mean()
    return np.array([of_special, of_itself, rows.sum(axis=1).mean() - of_special - of_itself])


def shares_over_texts(
    encoder: Encoder, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
) -> Float[np.ndarray, "N L M K"]:
    """Return shares_by_kind of N texts in each layer under each measure; nan for a measure that cannot be had.

    progress(done, N) is called after each text. Raises SentenceError.
    """
    measured = np.full((len(texts), encoder.num_layers, len(MEASURES), len(KINDS)), np.nan)
    for number, text in enumerate(texts):
        trace = encoder.trace(text, truncate=True)
        for layer in range(encoder.num_layers):
            for name, brought in attention_norms(encoder, trace, layer).known.items():
                by_kind = shares_by_kind(shares(brought), trace.tokenized.special)
                measured[number, layer, MEASURES.index(name)] = by_kind
        if progress:
            progress(number + 1, len(texts))
    return measured
