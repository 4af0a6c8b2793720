"""Unit vectors in random directions."""

import numpy as np

from components.core.numerics.similarity import normalise_rows


def random_unit_vectors(count: int, width: int = 8, seed: int = 0) -> np.ndarray:
    """Return `count` unit vectors of `width` dimensions, float32, the same for the same seed."""
    return normalise_rows(np.random.default_rng(seed).normal(size=(count, width))).astype(np.float32)
