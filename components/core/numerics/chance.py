"""How many right answers the best of several methods gets by chance, where examples may depend on one another.

A permutation test (Nichols & Holmes 2002, "Nonparametric Permutation Tests for Functional Neuroimaging"): a coin
decides which of two answers is right, once for each group of examples whose answers belong together, and the same for
all methods, so that methods that are alike err together. The best of many methods is above half by selection alone.
N examples, M methods.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

# With this many, another seed changes the percentile by at most one example.
_SHUFFLES = 4000


@dataclass(frozen=True, eq=False)
class BestByChance:
    """The number of examples that the best method gets right, in each of many shuffles."""

    counts: Int[np.ndarray, " shuffles"]

    @property
    def mean(self) -> float:
        """The number to expect."""
        return float(self.counts.mean())

    @property
    def seldom_exceeded(self) -> int:
        """The number that is exceeded in at most 1 shuffle of 20."""
        return int(np.quantile(self.counts, 0.95, method="higher"))

    def p_value(self, count: int) -> float:
        """Return the share of shuffles, this sample among them, in which the best has at least so many right."""
        return (1 + int((self.counts >= count).sum())) / (1 + len(self.counts))


def best_by_chance(correct: Bool[np.ndarray, "N M"], groups: Int[np.ndarray, " N"]) -> BestByChance:
    """Toss the coins. correct: where each method is right. groups: equal numbers for examples that swap together."""
    _, group = np.unique(groups, return_inverse=True)
    agreed = np.where(correct, 1.0, -1.0)
    # What a method has right in a group and what it has wrong there swap at once.
    balance = np.zeros((int(group.max()) + 1, correct.shape[1]))
    np.add.at(balance, group, agreed)
    coins = np.random.default_rng(0).choice([-1.0, 1.0], size=(_SHUFFLES, len(balance)))
    best = ((coins @ balance).max(axis=1) + len(correct)) / 2
    return BestByChance(np.rint(best).astype(int))
