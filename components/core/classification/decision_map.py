"""A decision as a picture's coordinates: texts on a plane on which the boundary between two classes is upright.

N texts, D dimensions. Classes are given as places in the classifier's own.
"""

from dataclasses import dataclass

import numpy as np

from components.core.classification.classifiers import Classifier, LinearClassifier

# Numbers that differ by less differ by what 32 bits round off.
_ROUNDING = 1e-6


@dataclass(frozen=True, eq=False)
class DecisionMap:
    """N vectors as dots: an orthogonal projection, so that no two are farther apart than the vectors are.

    x is the signed distance from the boundary, above 0 where `favoured` is more probable than `other`; y is what the
    vectors differ in most besides.
    """

    points: np.ndarray  # (N, 2) float32
    log_odds_per_unit: float  # the log-odds are x times this; 0 if the classifier says the same of every text
    axes: np.ndarray  # (D, 2) float64: the directions of x and y, at right angles and of length 1, or all zeros
    origin: np.ndarray  # (2,) what is taken from every point

    def place(self, vectors: np.ndarray) -> np.ndarray:
        """Where vectors land on the map, which does not move. (M, D) to (M, 2) float32."""
        return _projected(vectors, self.axes, self.origin)


def decision_map(classifier: Classifier, favoured: int, other: int, vectors: np.ndarray) -> DecisionMap:
    """The map of N vectors and of the boundary between two classes. vectors: (N, D), N > 0, as the classifier reads.

    With w and b the differences of the two classes' weights and biases, x = (w · v + b) / |w|. y is the first principal
    component (Pearson 1901) of what is left of the vectors without their component along w; of its two signs the one
    that makes the largest of its D numbers positive. It is 0 for all where nothing is left that differs. Where w is
    zero there is no boundary to be far from: then x is 0 for all, and y the first principal component of the vectors.
    Raises ValueError for a classifier that is not linear, or that counts words.
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
    points = _projected(vectors, axes, origin)
    for array in (points, axes, origin):
        array.setflags(write=False)
    return DecisionMap(points, length, axes, origin)


def _first_component(centred: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """The direction, (D,), at right angles to a given one, in which vectors, (N, D), differ most; zeros if in none."""
    left = centred - np.outer(centred @ direction, direction)
    if np.ptp(left, axis=0).max() < _ROUNDING:
        return np.zeros_like(direction)
    component: np.ndarray = np.linalg.eigh(left.T @ left)[1][:, -1]
    component -= component @ direction * direction
    component /= np.linalg.norm(component)
    # The first of the largest but for rounding, which would otherwise decide between two equal ones.
    sizes = np.abs(component)
    largest = int((sizes >= sizes.max() - _ROUNDING).argmax())
    signed: np.ndarray = component * np.sign(component[largest])
    return signed


def _projected(vectors: np.ndarray, axes: np.ndarray, origin: np.ndarray) -> np.ndarray:
    projected: np.ndarray = (vectors.astype(np.float64) @ axes - origin).astype(np.float32)
    return projected
