"""The weights of one encoder layer, as plain arrays. D hidden size, H heads, d dimensions per head."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class OutputProjection:
    """The linear layer that joins the heads: x · weightᵀ + bias."""

    weight: Float[np.ndarray, "D joined"]
    bias: Float[np.ndarray, " D"]
