"""Intervals by the bootstrap: those of a plain one, whether examples are drawn singly or by kind."""

import numpy as np
import pytest
from scipy.stats import bootstrap, ttest_1samp

from components.core.numerics.bootstrap import (
    RESAMPLES,
    Interval,
    grouped_mean_interval,
    interval,
    joint_mean_intervals,
    may_be_best,
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


def test_the_joint_interval_of_one_measure_is_its_own_as_wide_as_students() -> None:
    random = np.random.default_rng(2)
    groups, values = np.arange(60) // 2, random.normal(size=60)
    (joint,), alone = joint_mean_intervals(values[:, None], groups), grouped_mean_interval(values, groups)
    of_pairs = values.reshape(30, 2).mean(axis=1)
    student = ttest_1samp(of_pairs, 0).confidence_interval()
    assert joint.value == alone.value
    assert (joint.low, joint.high) == pytest.approx((student.low, student.high), abs=0.03)
    assert joint.low < alone.low < alone.high < joint.high


def _misses(values: np.ndarray) -> tuple[int, bool]:
    """How many intervals of single measures leave out 0, the truth, and whether any of the joint ones does."""
    single = mean_intervals(values, seed=0)
    joint = joint_mean_intervals(values)
    return sum(not each.low <= 0 <= each.high for each in single), any(not each.low <= 0 <= each.high for each in joint)


def test_of_many_measures_that_are_nothing_joint_intervals_single_out_one_in_one_of_twenty_studies() -> None:
    random = np.random.default_rng(3)
    studies = [_misses(random.normal(size=(80, 10))) for _ in range(40)]
    # Of single intervals, one of ten leaves out the truth in 40 studies of a hundred.
    assert np.mean([count > 0 for count, _ in studies]) > 0.3
    assert np.mean([joint for _, joint in studies]) < 0.15


def test_joint_intervals_of_measures_that_vary_together_are_hardly_wider_than_one() -> None:
    shared = np.random.default_rng(4).normal(size=(80, 1))
    alike = joint_mean_intervals(np.repeat(shared, 20, axis=1))[0]
    alone = mean_intervals(shared, seed=0)[0]
    assert alike.high - alike.low == pytest.approx(alone.high - alone.low, rel=0.05)
    apart = joint_mean_intervals(np.random.default_rng(4).normal(size=(80, 20)))[0]
    assert apart.high - apart.low > 1.3 * (alone.high - alone.low)


def test_a_measure_that_never_varies_changes_no_other_interval() -> None:
    values = np.random.default_rng(5).normal(size=(40, 1))
    joint = joint_mean_intervals(np.concatenate([values, np.zeros((40, 3))], axis=1))
    (alone,) = joint_mean_intervals(values)
    assert (joint[0].value, joint[0].low, joint[0].high) == pytest.approx((alone.value, alone.low, alone.high))
    assert joint[1] == Interval(0.0, 0.0, 0.0)


def test_of_methods_that_are_equally_good_all_may_be_best_in_nineteen_of_twenty_studies() -> None:
    random = np.random.default_rng(6)
    studies = [may_be_best((random.random((60, 5)) < 0.8).astype(int)) for _ in range(20)]
    assert np.mean([each.all() for each in studies]) >= 0.85
    clear = np.array([0.9, 0.88, 0.5]) > np.random.default_rng(0).random((200, 3))
    assert may_be_best(clear.astype(int)).tolist() == [True, True, False]
    assert may_be_best(np.ones((3, 1))).tolist() == [True]
