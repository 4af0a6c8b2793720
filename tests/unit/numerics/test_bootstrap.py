"""Intervals by the bootstrap: those of a plain one, whether examples are drawn singly or by kind."""

import numpy as np
import pytest
from scipy.stats import bootstrap

from components.core.numerics.bootstrap import (
    RESAMPLES,
    Interval,
    grouped_mean_interval,
    interval,
    mean_intervals,
    resample_counts,
)


def test_each_sample_is_as_large_as_what_it_is_drawn_from() -> None:
    drawn = resample_counts(np.array([3, 0, 5, 0]), seed=0)
    assert drawn.shape == (RESAMPLES, 4)
    assert set(drawn.sum(axis=1).tolist()) == {8}


def test_each_kind_is_drawn_in_its_share_and_one_that_nothing_is_of_never() -> None:
    drawn = resample_counts(np.array([30, 0, 50, 20, 0]), seed=0)
    # Of 2,000 samples, means with a standard error of 0.11.
    np.testing.assert_allclose(drawn.mean(axis=0), [30, 0, 50, 20, 0], atol=0.5)
    assert not drawn[:, [1, 4]].any()
    # As often as single examples vary: N p (1 − p).
    np.testing.assert_allclose(drawn.var(axis=0), [21, 0, 25, 16, 0], rtol=0.15)


def test_an_interval_is_the_middle_95_percent_by_hand() -> None:
    assert interval(7.0, np.arange(1_001)[::-1]) == Interval(7.0, 25.0, 975.0)


def test_intervals_of_means_are_those_of_scipys_bootstrap_measure_by_measure() -> None:
    values = np.random.default_rng(1).uniform(size=(50, 2)) * [1, 10]
    for found, column in zip(mean_intervals(values, seed=0), values.T, strict=True):
        expected = bootstrap((column,), np.mean, n_resamples=20_000, method="percentile", rng=1).confidence_interval
        scale = column.max()
        assert found.value == pytest.approx(column.mean())
        assert (found.low, found.high) == pytest.approx(tuple(expected), abs=0.01 * scale)


def test_rows_that_stand_for_several_examples_have_the_interval_of_the_examples() -> None:
    values, counts = np.array([[-1.0], [0.0], [1.0]]), np.array([20, 100, 60])
    by_kind = mean_intervals(values, 0, counts)[0]
    singly = mean_intervals(np.repeat(values, counts, axis=0), 0)[0]
    assert by_kind.value == pytest.approx(singly.value) == pytest.approx(40 / 180)
    assert (by_kind.low, by_kind.high) == pytest.approx((singly.low, singly.high), abs=0.015)


def test_the_seed_decides_the_samples() -> None:
    values = np.random.default_rng(1).normal(size=(9, 1))
    assert mean_intervals(values, 1) == mean_intervals(values, 1) != mean_intervals(values, 2)


def test_groups_are_drawn_whole_and_each_by_itself_is_the_plain_bootstrap() -> None:
    random = np.random.default_rng(4)
    groups = np.repeat(np.arange(30), random.integers(1, 6, 30))
    values = random.normal(size=30)[groups] + 0.3 * random.normal(size=len(groups))
    samples = []
    for _ in range(4_000):
        drawn = random.integers(30, size=30)
        samples.append(np.concatenate([values[groups == group] for group in drawn]).mean())
    found = grouped_mean_interval(values, groups)
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(samples, [2.5, 97.5])), abs=0.05)
    alone = grouped_mean_interval(values, np.arange(len(values)))
    plain = mean_intervals(values[:, None], seed=0)[0]
    assert (alone.value, alone.low, alone.high) == pytest.approx((plain.value, plain.low, plain.high))
    assert found.high - found.low > 1.3 * (alone.high - alone.low)
