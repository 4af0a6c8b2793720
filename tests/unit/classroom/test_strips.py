"""Guesses along an axis: stacked, counted, and clipped at its ends."""

from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from components.core.classroom.guesses import NOBODY, Guesses
from components.core.classroom.strips import last_share, reach, round_names, short_shares, stack, strips

ROUND = st.lists(st.floats(-1, 1).map(lambda value: round(value, 2)), max_size=60).map(tuple)


@given(st.lists(ROUND, max_size=3).map(tuple), st.floats(-1, 0), st.floats(0.1, 1))
def test_the_stacks_of_each_round_and_what_lies_beyond_the_axis_are_all_its_guesses(
    rounds: tuple[tuple[float, ...], ...], low: float, high: float
) -> None:
    found = strips(Guesses(rounds=rounds), low, high)
    held = [sum(count for _, count in each.stacks) + each.below + each.above for each in found]
    assert held == [len(values) for values in rounds if values]
    assert [each.median for each in found] == [median(values) for values in rounds if values]
    assert all(low <= value <= high for each in found for value, _ in each.stacks)


@given(ROUND)
def test_each_stack_stands_where_its_guesses_are_and_equal_ones_share_it(values: tuple[float, ...]) -> None:
    found = stack(values, 0.05)
    assert all(min(abs(value - place) for place, _ in found) <= 0.025 + 1e-9 for value in values)
    assert len(stack([0.3] * 5, 0.05)) == 1


def test_one_guess_stands_exactly_where_it_was_made() -> None:
    (strip,) = strips(Guesses(rounds=((0.37,),)), 0, 1)
    assert (strip.name, strip.stacks, strip.median) == ("1 guess", ((0.37, 1),), 0.37)


def test_rounds_are_named_and_one_that_nobody_answered_is_left_out() -> None:
    assert [each.name for each in strips(Guesses(rounds=((0.1, 0.2), (), (0.3,))), 0, 1)] == [
        "1st: 2 guesses",
        "3rd: 1 guess",
    ]
    assert strips(NOBODY, 0, 1) == strips(Guesses(0.5), 0, 1) == ()
    assert round_names(4) == ("1st", "2nd", "3rd", "4th")


def test_a_class_far_from_the_truth_is_shown_and_a_single_outlier_is_not() -> None:
    far = tuple(0.3 + 0.01 * number for number in range(30))
    near = tuple(0.9 + 0.003 * number for number in range(30))
    assert reach(Guesses(rounds=(far,)), 0.95, 1.0) == (0.3, 1.0)
    assert reach(Guesses(rounds=((*near, 0.1),)), 0.95, 1.0) == (0.9, 1.0)
    # Of one round the outlier, which the other round would not be.
    assert reach(Guesses(rounds=(far, (*near, 0.1))), 0.95, 1.0) == (0.3, 1.0)


def test_within_twice_the_axis_every_guess_is_shown() -> None:
    near = (0.98,) * 20
    assert reach(Guesses(rounds=((*near, 0.91),)), 0.95, 1.0) == (0.91, 1.0)
    assert reach(NOBODY, 0.95, 1.0) == (0.95, 1.0)


def test_who_gave_an_answer_is_said_briefly_and_as_a_share_of_the_last_round() -> None:
    twice = Guesses(rounds=(("a", "b", "b"), ("a", "a", "b", "b")))
    assert short_shares(twice, "a") == "1 of 3 → 2 of 4"
    assert short_shares(twice, "c") == short_shares(Guesses("a"), "a") == ""
    assert (last_share(twice, "a"), last_share(twice, "c"), last_share(Guesses("a"), "a")) == (0.5, 0, 0)
