"""A map of texts on which the boundary between two classes is a vertical line.

N texts, D dimensions. Classes are given as indices of the classifier's classes.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Float64

from components.core.classification.classifiers import Classifier, LinearClassifier

# Smaller differences are rounding errors of 32-bit numbers.
_ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class DecisionMap:
    """An orthogonal projection of N vectors onto a plane.

    x is the signed distance from the boundary, positive where `favoured` is more probable than `other`; y is the
    direction of highest variance at a right angle to x.
    """

    points: Float32[np.ndarray, "N 2"]
    log_odds_per_unit: float  # log-odds divided by x; 0 if the classifier answers the same for every text
    axes: Float64[np.ndarray, "D 2"]  # directions of x and y, orthogonal and of length 1, or all zeros
    origin: Float64[np.ndarray, " 2"]  # subtracted from every point

    def place(self, vectors: Float[np.ndarray, "M D"]) -> Float32[np.ndarray, "M 2"]:
        """Project further vectors; the map itself does not change."""
        return _project(vectors, self.axes, self.origin)


def decision_map(classifier: Classifier, favoured: int, other: int, vectors: Float[np.ndarray, "N D"]) -> DecisionMap:
    """Map N > 0 vectors, as the classifier reads them, and the boundary between two classes.

    With w and b the differences of the two classes' weights and biases, x = (w · v + b) / |w|. y is the first principal
    component (Pearson 1901) of the vectors without their component along w, with the sign that makes its largest number
    positive; it is 0 for all if the rest does not vary. If w is zero, there is no boundary: x is 0 for all, and y is
    the first principal component of the vectors. Raises ValueError for a classifier that is not linear or counts words.
    """
    learned = classifier.parameters
    if not isinstance(learned, LinearClassifier) or classifier.bag is not None:
        raise ValueError(f"{classifier.method} has no boundary that is flat in the space of dense vectors.")
    weights = learned.weights[favoured] - learned.weights[other]
    bias = float(learned.bias[favoured] - learned.bias[other])
    length = float(np.linalg.norm(weights))
    direction = weights / length if length else np.zeros_like(weights)
    middle = vectors.mean(axis=0, dtype=np.float64)
    second = _first_component(vectors - middle, direction)
    axes = np.stack([direction, second], axis=1)
    origin = np.array([-bias / length if length else 0.0, middle @ second])
    points = _project(vectors, axes, origin)
    for array in (points, axes, origin):
        array.setflags(write=False)
    return DecisionMap(points, length, axes, origin)


def _first_component(
    centred: Float64[np.ndarray, "N D"], direction: Float64[np.ndarray, " D"]
) -> Float64[np.ndarray, " D"]:
    """Return the first principal component at a right angle to a direction; zeros if the vectors do not vary."""
    left = centred - np.outer(centred @ direction, direction)
    if np.ptp(left, axis=0).max() < _ROUNDING:
        return np.zeros_like(direction)
    component: np.ndarray = np.linalg.eigh(left.T @ left)[1][:, -1]
    component -= component @ direction * direction
    component /= np.linalg.norm(component)
    # The first of the largest numbers within rounding, so that rounding does not choose between equal ones.
    sizes = np.abs(component)
    largest = int((sizes >= sizes.max() - _ROUNDING).argmax())
    signed: np.ndarray = component * np.sign(component[largest])
    return signed


def _project(
    vectors: Float[np.ndarray, "N D"], axes: Float64[np.ndarray, "D 2"], origin: Float64[np.ndarray, " 2"]
) -> Float32[np.ndarray, "N 2"]:
    projected: np.ndarray = (vectors.astype(np.float64) @ axes - origin).astype(np.float32)
    return projected
