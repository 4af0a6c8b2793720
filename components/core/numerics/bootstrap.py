"""Confidence intervals by the percentile bootstrap (Efron 1979): how much a measure depends on the examples at hand.

RESAMPLES samples of size N are drawn from N examples with replacement; the interval holds the central 95 % of what a
measure is on them.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Int, Num

#: Samples that an interval is taken from.
RESAMPLES: Final = 2_000


@dataclass(frozen=True)
class Interval:
    """A measured value and its 95 % interval."""

    value: float
    low: float
    high: float


def resample_counts(counts: Int[np.ndarray, " C"], seed: int) -> Int[np.ndarray, "resamples C"]:
    """Draw bootstrap samples of examples of C kinds, and return how many of each kind every sample holds.

    counts: the number of examples of each kind; all ones where each example is a kind by itself. A measure that
    depends only on the number of examples of each kind has the same distribution as on samples of single examples, and
    takes far less time.

    >>> resample_counts(np.array([3, 0, 1]), seed=0)[:2]
    array([[3, 0, 1],
           [4, 0, 0]])
    """
    samples: np.ndarray = np.random.default_rng(seed).multinomial(counts.sum(), counts / counts.sum(), size=RESAMPLES)
    return samples


def interval(value: float, sampled: Num[np.ndarray, " resamples"]) -> Interval:
    """Return a value measured on all examples with the central 95 % of its values on the samples.

    >>> interval(7.0, np.arange(1_001))
    Interval(value=7.0, low=25.0, high=975.0)
    """
    low, high = np.percentile(sampled, [2.5, 97.5]).tolist()
    return Interval(value, low, high)


def grouped_mean_interval(values: Num[np.ndarray, " N"], groups: Int[np.ndarray, " N"], seed: int = 0) -> Interval:
    """Return the mean of values with its interval, where examples of a group depend on one another: groups are drawn.

    groups: equal numbers for the examples of a group. Samples differ in size if groups do.

    >>> grouped_mean_interval(np.array([1, 0, 1, 0]), np.array([0, 0, 1, 1]))
    Interval(value=0.5, low=0.5, high=0.5)
    """
    return grouped_mean_intervals(values[:, None], groups, seed)[0]


def grouped_mean_intervals(
    values: Num[np.ndarray, "N M"], groups: Int[np.ndarray, " N"], seed: int = 0
) -> list[Interval]:
    """Return grouped_mean_interval of each of M measures of the same examples. All measures share their samples."""
    _, group = np.unique(groups, return_inverse=True)
    sizes = np.bincount(group)
    sums = np.stack([np.bincount(group, weights=column) for column in values.T], axis=1)
    samples = resample_counts(np.ones(len(sizes), dtype=int), seed)
    sampled = (samples @ sums) / (samples @ sizes)[:, None]
    return [interval(mean, column) for mean, column in zip(values.mean(axis=0).tolist(), sampled.T, strict=True)]


def mean_intervals(
    values: Num[np.ndarray, "C M"], seed: int, counts: Int[np.ndarray, " C"] | None = None
) -> list[Interval]:
    """Return the mean of each of M measures of the same examples, with its interval.

    counts: the number of examples that each row stands for; None for one each. All measures share their samples.

    >>> mean_intervals(np.array([[1.0], [3.0]]), seed=0)
    [Interval(value=2.0, low=1.0, high=3.0)]
    """
    counts = np.ones(len(values), dtype=int) if counts is None else counts
    means, sampled = (each @ values / counts.sum() for each in (counts, resample_counts(counts, seed)))
    return [interval(mean, column) for mean, column in zip(means.tolist(), sampled.T, strict=True)]
