"""The weights of one encoder layer, as plain arrays. D hidden size, H heads, d dimensions per head."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class OutputProjection:
    """The linear layer that joins the heads: x · weightᵀ + bias."""

    weight: Float[np.ndarray, "D joined"]
    bias: Float[np.ndarray, " D"]


@dataclass(frozen=True, eq=False)
class InputProjection:
    """The linear layer that makes all heads' queries, or keys, of a layer's input: x · weightᵀ + bias."""

    weight: Float[np.ndarray, "joined D"]
    bias: Float[np.ndarray, " joined"]

    def of_head(self, head: int, heads: int) -> "InputProjection":
        """Return the rows that make one head's numbers. head: counted from 0."""
        return InputProjection(np.split(self.weight, heads)[head], np.split(self.bias, heads)[head])

    def __call__(self, vector: Float[np.ndarray, " D"]) -> Float[np.ndarray, " joined"]:
        """Return the product of a token's vector with the weights, plus the bias."""
        return self.weight @ vector + self.bias
