"""How much a number hangs on which examples it was measured on: the bootstrap (Efron 1979), by percentiles.

Of N examples as many samples as RESAMPLES say are drawn, N each, with replacement. What a measure is on the middle 95 %
of them is its interval.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

#: Samples that an interval is taken from.
RESAMPLES: Final = 2_000


@dataclass(frozen=True)
class Interval:
    """A value that was measured, and its 95 % interval."""

    value: float
    low: float
    high: float


def resample_counts(counts: np.ndarray, seed: int) -> np.ndarray:
    """How many examples of each of C kinds are in each sample: (RESAMPLES, C).

    counts: (C,), how many there are of each kind; or ones, for each example by itself. A measure that only asks how
    many there are of each kind is the same on these as on samples of single examples, and known much sooner.
    """
    drawn: np.ndarray = np.random.default_rng(seed).multinomial(counts.sum(), counts / counts.sum(), size=RESAMPLES)
    return drawn


def interval(value: float, sampled: np.ndarray) -> Interval:
    """A value measured on all examples, and the middle 95 % of what it is on the samples, (RESAMPLES,)."""
    low, high = np.percentile(sampled, [2.5, 97.5]).tolist()
    return Interval(value, low, high)


def mean_intervals(values: np.ndarray, seed: int, counts: np.ndarray | None = None) -> list[Interval]:
    """The mean of each of M measures. values: (C, M). counts: (C,), how many examples each row is of; None for one.

    >>> mean_intervals(np.array([[1.0], [3.0]]), seed=0)
    [Interval(value=2.0, low=1.0, high=3.0)]
    """
    counts = np.ones(len(values), dtype=int) if counts is None else counts
    means, sampled = (each @ values / counts.sum() for each in (counts, resample_counts(counts, seed)))
    return [interval(mean, column) for mean, column in zip(means.tolist(), sampled.T, strict=True)]
