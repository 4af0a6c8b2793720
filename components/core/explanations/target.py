"""What is explained: one number that a text's unit sentence vector s gives, F = w · s + b.

The cosine with another text (w is its unit vector), the score of a passage for a question (likewise), the log-odds of a
linear classifier (w is the difference of two rows of its weights) and the cosine with the text's own whole vector are
all of this form. D dimensions.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from components.core.classification.classifiers import LinearClassifier


@dataclass(frozen=True, eq=False)
class Target:
    """A linear function of a unit sentence vector."""

    direction: Float[np.ndarray, " D"]
    offset: float = 0.0
    #: True for the cosine of a text with itself: it is at its maximum, so its gradient is 0.
    of_itself: bool = False

    def of(self, unit_vectors: Float[np.ndarray, "N D"]) -> Float[np.ndarray, " N"]:
        """Return the number for each of N unit sentence vectors."""
        numbers: np.ndarray = unit_vectors.astype(np.float64) @ self.direction + self.offset
        return numbers


def log_odds(classifier: LinearClassifier, favoured: int, other: int) -> Target:
    """Return log(p of `favoured` / p of `other`), two of the classifier's classes, as a target."""
    return Target(
        classifier.weights[favoured] - classifier.weights[other],
        float(classifier.bias[favoured] - classifier.bias[other]),
    )
