"""One attention weight of a trace, step by step from query and key to the layer's output.

Vaswani et al. 2017, "Attention Is All You Need", sections 3.2.1 and 3.2.2. S tokens, H heads, d dimensions a head,
D hidden size.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from components.core.model.layers import OutputProjection
from components.core.model.trace import Trace

# Products of queries and keys stay far above it.
_LEAST_SCORE = -1e30


@dataclass(frozen=True, eq=False)
class WeightDerivation:
    """One head's weight from a query token to a key token: what it is computed from, and what is computed from it."""

    query: Float[np.ndarray, " d"]
    key: Float[np.ndarray, " d"]
    scaling: float  # 1/√d in BERT
    scores: Float[np.ndarray, " S"]  # the query's row, as it enters the softmax
    weights: Float[np.ndarray, " S"]  # the row after the softmax
    values: Float[np.ndarray, "S d"]
    head_output: Float[np.ndarray, " d"]  # 0 if the head is off
    joined: Float[np.ndarray, "H d"]  # all heads' outputs for this query token
    key_index: int  # of the key token in the row

    @property
    def products(self) -> Float[np.ndarray, " d"]:
        """Query times key, dimension by dimension."""
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
        """The score that enters the softmax: `scaled`, unless a mask or an intervention changes it. May be -inf."""
        return float(self.scores[self.key_index])

    @property
    def masked(self) -> Bool[np.ndarray, " S"]:
        """True for tokens that the model's mask or an intervention hides from this query."""
        # transformers masks with the smallest number there is rather than with minus infinity.
        return self.scores < _LEAST_SCORE

    @property
    def exponentials(self) -> Float[np.ndarray, " S"]:
        """exp(score − the row's largest score); the subtraction keeps the numbers small."""
        return np.exp(self.scores - self.scores.max())

    @property
    def weight(self) -> float:
        """This token's exponential, divided by the sum of all."""
        return float(self.weights[self.key_index])

    @property
    def weighted_values(self) -> Float[np.ndarray, "S d"]:
        """Each token's value times its weight; their sum is the head's output, unless the head is off."""
        return self.weights[:, None] * self.values


def derive_weight(trace: Trace, layer: int, head: int, query: int, key: int) -> WeightDerivation:
    """Collect the steps of one weight of a trace. layer, head, query, key: counted from 0."""
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


def project_heads(joined: Float[np.ndarray, "H d"], projection: OutputProjection) -> Float[np.ndarray, "H D"]:
    """Return each head's contribution to the attention output; with the bias they sum to that output.

    A product with the whole weight matrix is the sum of products with a slice of it for each head.

    >>> project_heads(np.array([[1.0], [2.0]]), OutputProjection(np.array([[3.0, 4.0]]), np.zeros(1)))
    array([[3.],
           [8.]])
    """
    slices = np.split(projection.weight, len(joined), axis=1)
    return np.stack([each @ output for each, output in zip(slices, joined, strict=True)])
