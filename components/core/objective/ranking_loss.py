"""The objective of models for sentence vectors: of a batch of pairs, each text is to find its own partner.

The partners of the others are what it may be confused with (in-batch negatives). N pairs.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Int

from components.core.lazy import cached_property
from components.core.model.attention import softmax
from components.core.numerics.similarity import normalise_rows

#: Cosines are multiplied by it before the softmax: between −1 and 1 alone, shares could not get far apart.
SCALE: Final = 20.0


@dataclass(frozen=True, eq=False)
class RankingLoss:
    """Multiple negatives ranking loss of a batch of N pairs.

    Henderson et al., "Efficient natural language response suggestion for Smart Reply", 2017, with the cosine times 20
    in place of their dot product, as sentence-transformers trains (Reimers & Gurevych). Row i is the first text of
    pair i, column j the second text of pair j.

    >>> batch = RankingLoss(np.array([[1.0, 0.0], [0.9, 1.0]]))
    >>> batch.shares.round(2), round(batch.loss, 3)
    (array([[1.  , 0.  ],
           [0.12, 0.88]]), 0.063)
    """

    cosines: Float[np.ndarray, "N N"]

    @property
    def scores(self) -> Float[np.ndarray, "N N"]:
        """The cosines times 20."""
        return SCALE * self.cosines

    @cached_property
    def shares(self) -> Float[np.ndarray, "N N"]:
        """How the first text of each row divides its belief among all second texts: the softmax along the row."""
        return softmax(self.scores)

    @cached_property
    def losses(self) -> Float[np.ndarray, " N"]:
        """The loss of each pair in nats: −log of the share that its own partner gets."""
        scores = self.scores
        highest = scores.max(axis=1)
        # From the scores, since the share of a partner may be too small for a number.
        return highest + np.log(np.exp(scores - highest[:, None]).sum(axis=1)) - np.diag(scores)

    @property
    def loss(self) -> float:
        """The loss of the batch in nats: the mean over its pairs."""
        return float(self.losses.mean())

    @property
    def nearest(self) -> Int[np.ndarray, " N"]:
        """The second text that each first text is nearest to."""
        return self.cosines.argmax(axis=1)

    @property
    def found(self) -> int:
        """The number of first texts that are nearest to their own partner."""
        return int((self.nearest == np.arange(len(self.cosines))).sum())

    @property
    def hardest(self) -> int:
        """The pair with the largest loss."""
        return int(self.losses.argmax())

    def rival(self, pair: int) -> int:
        """Return the second text of another pair that the first text of this pair is nearest to."""
        others = self.cosines[pair].copy()
        others[pair] = -np.inf
        return int(others.argmax())


def ranking_loss(first: Float[np.ndarray, "N D"], second: Float[np.ndarray, "N D"]) -> RankingLoss:
    """Return the loss of N pairs from the sentence vectors of their first and of their second texts."""
    return RankingLoss(normalise_rows(first).astype(float) @ normalise_rows(second).astype(float).T)
