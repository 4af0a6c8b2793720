"""Tallies are those that one counts by hand."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.classroom.guesses import NOBODY, Guesses, said_of
from components.core.classroom.questions import Answer, Kind, Truth
from components.core.classroom.tally import Tally, tally
from tests.support.class_questions import QUESTIONS

_NUMBER, _CHOICE, _PLACE, _TEXT = (QUESTIONS[kind] for kind in (Kind.NUMBER, Kind.CHOICE, Kind.PLACE, Kind.TEXT))


def test_numbers_have_a_median_and_are_near_within_reach() -> None:
    # 0.7 and 0.9 are just within reach of 0.8; the middle of four lies between 0.7 and 0.9.
    assert tally(_NUMBER, Truth(0.8, reach=0.1), [0.9, 0.5, 0.7, 0.91]) == Tally(4, 0.8, 2, ())
    assert tally(_NUMBER, Truth(0.8, reach=0.1), [-1.0, 1.0, 0.2]) == Tally(3, 0.2, 0, ())


def test_options_are_counted_also_those_that_nobody_chose() -> None:
    assert tally(_CHOICE, Truth(1, also_right=(2,)), [1, 0, 1, 2]) == Tally(4, None, 3, (1, 2, 1))
    assert tally(_CHOICE, Truth(1), [0, 0]) == Tally(2, None, 0, (2, 0, 0))


def test_the_median_of_places_is_that_of_each_coordinate() -> None:
    guesses = [(0.1, 0.9), (0.2, 0.1), (0.9, 0.2)]
    assert tally(_PLACE, Truth((0.1, 0.1), reach=0.1), guesses) == Tally(3, (0.2, 0.2), 1, ())


def test_texts_are_counted_and_none_is_right() -> None:
    assert tally(_TEXT, None, ["a", "b", "a"]) == Tally(3, None, None, ())


@pytest.mark.parametrize("kind", Kind)
def test_without_answers_there_is_no_median_and_nothing_is_near(kind: Kind) -> None:
    options = len(QUESTIONS[kind].options)
    assert tally(QUESTIONS[kind], Truth(1), []) == Tally(0, None, 0, (0,) * options)


@given(st.lists(st.integers(0, 2)), st.integers(0, 2))
def test_counts_add_up_to_the_answers_in_any_order(answers: Sequence[Answer], right: int) -> None:
    counted = tally(_CHOICE, Truth(right), answers)
    assert sum(counted.counts) == counted.answered == len(answers)
    assert counted.near == counted.counts[right]
    assert tally(_CHOICE, Truth(right), answers[::-1]) == counted


def test_guesses_of_nobody_are_false_and_those_of_a_round_without_answers_too() -> None:
    assert not NOBODY
    assert not Guesses(rounds=((), ()))
    assert Guesses(0)
    assert Guesses(rounds=((), (0,)))


def test_who_guessed_an_answer_is_said_round_by_round() -> None:
    guesses = Guesses(rounds=(("oven", "pizza", "it"), ("pizza", "pizza")))
    assert said_of(guesses, "pizza") == "1 of 3 guessed this, then 2 of 2"
    assert said_of(guesses, "oven") == "1 of 3 guessed this, then 0 of 2"
    assert said_of(guesses, "nobody") == ""
