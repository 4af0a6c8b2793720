"""Layer normalisation: each vector gets mean 0 and standard deviation 1, then a learned gain and bias."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True)
class NormalisedNumber:
    """One dimension of a vector in a LayerNorm: (number − mean) / deviation · gain + bias."""

    number: float
    mean: float
    deviation: float  # √(σ² + ε) of the whole vector
    gain: float
    bias: float
    result: float


@dataclass(frozen=True, eq=False)
class LayerNorm:
    """Ba, Kiros and Hinton 2016, "Layer Normalization": (x − μ) / √(σ² + ε) · gain + bias."""

    gain: Float[np.ndarray, " D"]
    bias: Float[np.ndarray, " D"]
    epsilon: float

    def statistics(
        self, vectors: Float[np.ndarray, "*batch D"]
    ) -> tuple[Float[np.ndarray, "*batch 1"], Float[np.ndarray, "*batch 1"]]:
        """Return the mean and √(σ² + ε) of each vector."""
        mean = vectors.mean(axis=-1, keepdims=True)
        return mean, np.sqrt(vectors.var(axis=-1, keepdims=True) + self.epsilon)

    def __call__(self, vectors: Float[np.ndarray, "*batch D"]) -> Float[np.ndarray, "*batch D"]:
        """Normalise each vector.

        >>> LayerNorm(np.ones(2), np.zeros(2), 0.0)(np.array([[1.0, 3.0]]))
        array([[-1.,  1.]])
        """
        mean, spread = self.statistics(vectors)
        return (vectors - mean) / spread * self.gain + self.bias

    def derive(self, vector: Float[np.ndarray, " D"], dimension: int) -> NormalisedNumber:
        """Return what one dimension of a vector, counted from 0, is made of."""
        mean, deviation = (float(each[0]) for each in self.statistics(vector))
        return NormalisedNumber(
            number=float(vector[dimension]),
            mean=mean,
            deviation=deviation,
            gain=float(self.gain[dimension]),
            bias=float(self.bias[dimension]),
            result=float(self(vector)[dimension]),
        )
