"""One attention weight, taken apart: every step from two vectors to the layer's output, as a trace has it.

Vaswani et al. 2017, "Attention Is All You Need", sections 3.2.1 and 3.2.2. S tokens, H heads, d dimensions a head,
D hidden size.
"""

from dataclasses import dataclass

import numpy as np

from components.core.model.layers import OutputProjection
from components.core.model.trace import Trace

# No product of a query and a key comes near.
_LEAST_SCORE = -1e30


@dataclass(frozen=True, eq=False)
class WeightDerivation:
    """How one head's weight from one query token to one key token comes about, and what becomes of it."""

    query: np.ndarray  # (d,)
    key: np.ndarray  # (d,)
    scaling: float  # 1/√d in BERT
    scores: np.ndarray  # (S,): the query's row, as it enters the softmax
    weights: np.ndarray  # (S,): the row after it
    values: np.ndarray  # (S, d)
    head_output: np.ndarray  # (d,): 0 if the head is off
    joined: np.ndarray  # (H, d): all heads' outputs for this query token
    key_index: int  # of the key token in the row

    @property
    def products(self) -> np.ndarray:
        """(d,): query times key, dimension by dimension."""
        return self.query * self.key

    @property
    def dot(self) -> float:
        """The sum of the products: q · k."""
        return float(self.query @ self.key)

    @property
    def scaled(self) -> float:
        """q · k · scaling."""
        return self.dot * self.scaling

    @property
    def score(self) -> float:
        """What enters the softmax: `scaled`, unless a mask or an intervention changes it. May be -inf."""
        return float(self.scores[self.key_index])

    @property
    def masked(self) -> np.ndarray:
        """(S,) of bool: tokens that this query may not look at, by the model's own mask or by an intervention."""
        # transformers masks with the smallest number there is rather than with minus infinity.
        return self.scores < _LEAST_SCORE

    @property
    def exponentials(self) -> np.ndarray:
        """(S,): e to the power of each score less the row's largest, so that no number grows too large."""
        return np.exp(self.scores - self.scores.max())

    @property
    def weight(self) -> float:
        """This token's exponential, divided by the sum of all."""
        return float(self.weights[self.key_index])

    @property
    def weighted_values(self) -> np.ndarray:
        """(S, d): each token's value times its weight. They add up to the head's output, unless it is off."""
        return self.weights[:, None] * self.values


def derive_weight(trace: Trace, layer: int, head: int, query: int, key: int) -> WeightDerivation:
    """Take one weight of a trace apart. layer, head, query, key: counted from 0."""
    outputs = trace.head_outputs(layer)[:, query]
    return WeightDerivation(
        query=trace.queries[layer, head, query],
        key=trace.keys[layer, head, key],
        scaling=trace.scaling[layer],
        scores=trace.attention_scores(layer, head)[query],
        weights=trace.attention_weights(layer, head)[query],
        values=trace.values[layer, head],
        head_output=outputs[head],
        joined=outputs,
        key_index=key,
    )


def project_heads(joined: np.ndarray, projection: OutputProjection) -> np.ndarray:
    """What each head adds to the layer's output, (H, D); with the bias they sum to what attention gives the token.

    joined: (H, d). A product with the whole weight matrix is the sum of products with a slice of it for each head.

    >>> project_heads(np.array([[1.0], [2.0]]), OutputProjection(np.array([[3.0, 4.0]]), np.zeros(1)))
    array([[3.],
           [8.]])
    """
    slices = np.split(projection.weight, len(joined), axis=1)
    return np.stack([each @ output for each, output in zip(slices, joined, strict=True)])
