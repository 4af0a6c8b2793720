"""Confidence intervals by the percentile bootstrap (Efron 1979): how much a measure depends on the examples at hand.

RESAMPLES samples of size N are drawn from N examples with replacement; the interval holds the central 95 % of what a
measure is on them. Examples that depend on one another are drawn together, as one group. Where several measures are
looked at and the striking ones are picked, each interval by itself would miss too often: joint intervals hold all at
once. N examples, M measures.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int, Num
from scipy.stats import norm
from scipy.stats import t as student_t

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
    """Return grouped_mean_interval() of each of M measures of the same examples, which share their samples."""
    sampled = _sampled_means(values, groups, seed)
    return [interval(float(mean), column) for mean, column in zip(values.mean(axis=0), sampled.T, strict=True)]


def joint_mean_intervals(
    values: Num[np.ndarray, "N M"], groups: Int[np.ndarray, " N"] | None = None, seed: int = 0
) -> list[Interval]:
    """Return the mean of each of M measures with intervals that hold all at once, as joint_intervals() does.

    groups: as for grouped_mean_interval(); None if no example depends on another.

    >>> joint_mean_intervals(np.array([[1.0, 0.0], [3.0, 0.0]]))
    [Interval(value=2.0, low=1.0, high=3.0), Interval(value=0.0, low=0.0, high=0.0)]
    """
    drawn = np.arange(len(values)) if groups is None else groups
    return joint_intervals(values.mean(axis=0), _sampled_means(values, drawn, seed), len(np.unique(drawn)))


def joint_intervals(
    values: Float[np.ndarray, " M"], sampled: Float[np.ndarray, "resamples M"], examples: int
) -> list[Interval]:
    """Return M measured values with intervals that hold all at once in 95 % of cases.

    All are percentile intervals of one level, the highest share of the tails with which 95 % of samples lie within all
    of them (Beran 1988, "Balanced Simultaneous Confidence Sets"). So of M measures that are truly 0, the chance that
    any interval leaves out 0 is about 5 %, not 5 % for each. Far out in the tails of few examples percentiles are too
    narrow, so the level is that of Student's t (Hesterberg 2015, the expanded percentile interval); of ten measures of
    34 examples one still leaves out 0 in 8 % of cases, of 80 examples in 5 %.

    examples: the number of examples, or groups of them, that were drawn.
    """
    tails = _joint_tails(sampled)
    if examples > 1:
        tails = 2 * float(norm.sf((examples / (examples - 1)) ** 0.5 * student_t.isf(tails / 2, examples - 1)))
    low, high = np.percentile(sampled, [50 * tails, 100 - 50 * tails], axis=0).tolist()
    return [Interval(*each) for each in zip(values.tolist(), low, high, strict=True)]


def may_be_best(
    values: Num[np.ndarray, "N M"], groups: Int[np.ndarray, " N"] | None = None, seed: int = 0
) -> Bool[np.ndarray, " M"]:
    """Return which of M methods may be the best: True for the highest mean and where a difference to it may be chance.

    Which method is highest is decided by the same examples, so the intervals are joint over the differences of all
    pairs of methods.
    """
    best = int(values.mean(axis=0).argmax())
    if values.shape[1] == 1:
        return np.array([True])
    first, second = np.triu_indices(values.shape[1], 1)
    differences = joint_mean_intervals(values[:, first] - values[:, second], groups, seed)
    found = np.zeros(values.shape[1], dtype=bool)
    found[best] = True
    for one, other, each in zip(first.tolist(), second.tolist(), differences, strict=True):
        if best in (one, other):
            found[other if one == best else one] = each.low <= 0 <= each.high
    return found


def _sampled_means(
    values: Num[np.ndarray, "N M"], groups: Int[np.ndarray, " N"], seed: int
) -> Float[np.ndarray, "resamples M"]:
    """Return the mean of each measure in each sample of groups."""
    _, group = np.unique(groups, return_inverse=True)
    return means_of_groups(values, group, resample_counts(np.ones(group.max() + 1, dtype=int), seed))


def means_of_groups(
    values: Num[np.ndarray, "N M"], groups: Int[np.ndarray, " N"], samples: Int[np.ndarray, "resamples G"]
) -> Float[np.ndarray, "resamples M"]:
    """Return the mean of each measure in each sample of G groups; in one without an example, that of all examples.

    groups: the number of the group of each example, below G. samples: how often a sample holds each group.

    >>> means_of_groups(np.array([[1.0], [3.0]]), np.array([0, 1]), np.array([[2, 0, 1], [0, 0, 3]])).tolist()
    [[1.0], [2.0]]
    """
    sums = np.zeros((samples.shape[1], values.shape[1]))
    np.add.at(sums, groups, values)
    sizes = (samples @ np.bincount(groups, minlength=samples.shape[1]))[:, None]
    return np.where(sizes > 0, samples @ sums / np.maximum(1, sizes), values.mean(axis=0))


def _joint_tails(sampled: Float[np.ndarray, "resamples M"]) -> float:
    """Return the share of the two tails of each measure, outside of which 95 % of samples lie with all measures."""
    ordered = np.sort(sampled, axis=0)
    outermost = np.ones(len(sampled))
    for column, values in zip(sampled.T, ordered.T, strict=True):
        # A sample's own tail: those at least as far out on its nearer side.
        below = np.searchsorted(values, column, side="right")
        above = len(values) - np.searchsorted(values, column, side="left")
        outermost = np.minimum(outermost, 2 * np.minimum(below, above) / len(values))
    # Of measures with few values, whole steps lie in the tails: no joint interval is narrower than a single one.
    return min(0.05, float(np.quantile(outermost, 0.05)))


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
