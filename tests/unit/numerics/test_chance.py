"""What the best of several methods gets by chance is what counting out, binomial draws and the formulas say."""

from itertools import product

import numpy as np
import pytest

from components.core.numerics.chance import BestByChance, best_by_chance


def alone(correct: np.ndarray) -> BestByChance:
    """Each example is a group by itself."""
    return best_by_chance(correct, np.arange(len(correct)))


def _simulated(examples: int, methods: int) -> tuple[float, float]:
    """The best of so many methods that toss a coin each: the mean, and what 19 cases of 20 stay within."""
    best = np.random.default_rng(7).binomial(examples, 0.5, size=(20_000, methods)).max(axis=1)
    return float(best.mean()), float(np.quantile(best, 0.95))


@pytest.mark.parametrize(("examples", "methods"), [(100, 72), (50, 12), (100, 1)])
def test_the_best_of_methods_that_have_nothing_in_common_is_the_best_of_so_many_coins(
    examples: int, methods: int
) -> None:
    chance = alone(np.random.default_rng(3).random((examples, methods)) < 0.5)
    mean, seldom = _simulated(examples, methods)
    assert chance.mean == pytest.approx(mean, abs=0.6)
    assert chance.seldom_exceeded == pytest.approx(seldom, abs=1)
    assert isinstance(chance.seldom_exceeded, int)


def test_the_best_of_methods_that_are_all_alike_is_no_better_than_one() -> None:
    one = np.random.default_rng(5).random((100, 1)) < 0.7
    np.testing.assert_array_equal(alone(np.repeat(one, 72, axis=1)).counts, alone(one).counts)
    assert alone(one).mean == pytest.approx(50, abs=0.5)  # however often it is right: the coin knows nothing of that
    assert alone(one).seldom_exceeded == pytest.approx(58, abs=1)  # 50 + 1.645 · 5


def test_of_two_methods_that_always_disagree_the_best_is_never_below_half() -> None:
    one = np.random.default_rng(5).random((99, 1)) < 0.5
    chance = alone(np.concatenate([one, ~one], axis=1))
    coins = np.random.default_rng(7).binomial(99, 0.5, size=20_000)
    best = np.maximum(coins, 99 - coins)
    assert chance.mean == pytest.approx(best.mean(), abs=0.3)
    assert chance.seldom_exceeded == pytest.approx(np.quantile(best, 0.95), abs=1)
    assert chance.counts.min() > 49


@pytest.mark.parametrize("groups", [[0], [0, 0], [0, 1, 1], [0, 1, 2], [3, 3, 1, 1, 3, 7, 9]])
def test_with_few_examples_chance_is_counted_out_in_full(groups: list[int]) -> None:
    correct = np.random.default_rng(2).random((len(groups), 4)) < 0.5
    names = sorted(set(groups))
    cases = []
    for swapped in product((False, True), repeat=len(names)):  # each way in which the answers may be swapped
        turned = np.array([swapped[names.index(group)] for group in groups])
        cases.append((correct ^ turned[:, None]).sum(axis=0).max())
    chance = best_by_chance(correct, np.array(groups))
    assert chance.mean == pytest.approx(np.mean(cases), abs=0.1)
    assert np.mean(np.array(cases) > chance.seldom_exceeded) <= 0.05 + 0.01
    for count in range(len(groups) + 1):
        assert chance.p_value(count) == pytest.approx(np.mean(np.array(cases) >= count), abs=0.03)


def test_examples_that_swap_together_leave_more_to_chance_where_a_method_has_both_right() -> None:
    correct = np.ones((40, 1), dtype=bool)
    apart, together = alone(correct), best_by_chance(correct, np.arange(40) // 2)
    assert apart.counts.std() == pytest.approx(40**0.5 / 2, rel=0.05)
    assert together.counts.std() == pytest.approx(20**0.5, rel=0.05)


def test_the_number_by_chance_is_the_same_each_time() -> None:
    correct = np.random.default_rng(0).random((30, 4)) < 0.5
    np.testing.assert_array_equal(alone(correct).counts, alone(correct).counts)
