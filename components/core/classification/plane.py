"""A flat cut through the space of vectors, on which texts are dots and a classifier's answers are regions.

N texts, D dimensions, K classes.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float64, Int


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane through the mean of some vectors."""

    middle: Float64[np.ndarray, " D"]
    axes: Float64[np.ndarray, "D 2"]  # of length 1, at a right angle

    def project(self, vectors: Float[np.ndarray, "N D"]) -> Float64[np.ndarray, "N 2"]:
        """Return the foot of each vector on the plane."""
        points: np.ndarray = (vectors.astype(np.float64) - self.middle) @ self.axes
        return points

    def lift(self, points: Float[np.ndarray, "M 2"]) -> Float64[np.ndarray, "M D"]:
        """Return the vectors that lie on the plane at these points."""
        vectors: np.ndarray = self.middle + points @ self.axes.T
        return vectors


def separating_plane(vectors: Float[np.ndarray, "N D"], targets: Int[np.ndarray, " N"]) -> Plane:
    """Return the plane on which the means of the classes are farthest apart.

    Its first axis is the main direction of the class means, towards the last class; the second that of the class means
    or, with two classes, of the vectors, at a right angle to the first.

    >>> vectors = np.array([[1.0, 0, 3], [1, 0, -3], [-1, 0, 2], [-1, 0, -2]])
    >>> separating_plane(vectors, np.array([0, 0, 1, 1])).axes[:, 0].round(6).tolist()
    [-1.0, 0.0, 0.0]
    """
    middle = vectors.mean(axis=0, dtype=np.float64)
    means = np.array([vectors[targets == each].mean(axis=0, dtype=np.float64) for each in np.unique(targets)])
    first = _main_direction(means - means.mean(axis=0))
    first *= np.sign((means[-1] - means[0]) @ first) or 1.0
    around = means - means.mean(axis=0) if len(means) > 2 else vectors - middle
    second = _main_direction(around - np.outer(around @ first, first))
    second -= second @ first * first
    length = np.linalg.norm(second)
    return Plane(middle, np.stack([first, second / length if length else second], axis=1))


def _main_direction(centred: Float64[np.ndarray, "M D"]) -> Float64[np.ndarray, " D"]:
    """Return the first principal component, with the sign that makes its largest number positive."""
    component: np.ndarray = np.linalg.svd(centred, full_matrices=False)[2][0]
    signed: np.ndarray = component * np.sign(component[np.abs(component).argmax()])
    return signed
