"""Layer normalisation: each vector brought to mean 0 and spread 1, then scaled and shifted as learned."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class LayerNorm:
    """Ba, Kiros and Hinton 2016, "Layer Normalization": (x − μ) / √(σ² + ε) · gain + bias."""

    gain: np.ndarray  # (D,)
    bias: np.ndarray  # (D,)
    epsilon: float

    def statistics(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and √(σ² + ε) of each vector of (..., D); both (..., 1)."""
        mean = vectors.mean(axis=-1, keepdims=True)
        return mean, np.sqrt(vectors.var(axis=-1, keepdims=True) + self.epsilon)

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """Normalise each vector of (..., D).

        >>> LayerNorm(np.ones(2), np.zeros(2), 0.0)(np.array([[1.0, 3.0]]))
        array([[-1.,  1.]])
        """
        mean, spread = self.statistics(vectors)
        return (vectors - mean) / spread * self.gain + self.bias
