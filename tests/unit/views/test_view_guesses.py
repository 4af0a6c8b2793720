"""The guesses of a class, as the views are told of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.classroom.guesses import NOBODY, Guesses
from components.views.heads.view import guessed_cells
from components.views.pairs import CosineScale
from components.views.way import Path

ROUND = st.lists(st.floats(-1, 1), max_size=40).map(tuple)


@given(st.lists(ROUND, max_size=2).map(tuple), st.floats(-1, 1))
def test_every_guess_of_both_rounds_is_on_the_scale_and_on_the_path(
    rounds: tuple[tuple[float, ...], ...], truth: float
) -> None:
    guesses = Guesses(rounds=rounds)
    for sent in (CosineScale("cosine", truth, guesses).described(), Path("cosine", (None, truth), guesses).described()):
        assert all(sent["low"] <= value for each in rounds for value in (*each, truth))
        held = [sum(count for _, count in each["stacks"]) for each in sent["rounds"]]
        assert held == [len(values) for values in rounds if values]
        json.dumps(sent)


@pytest.mark.parametrize(("cosine", "own", "low"), [(0.5, None, 0), (0.5, 0.2, 0), (0.5, -0.1, -1), (-0.2, None, -1)])
def test_the_scale_begins_at_0_or_where_something_is_negative_at_minus_1(
    cosine: float, own: float | None, low: float
) -> None:
    sent = CosineScale("cosine", cosine, Guesses(own)).described()
    assert (sent["low"], sent["guess"], sent["rounds"]) == (low, own, [])


def test_a_guessed_cell_says_how_many_guessed_it_in_fewer_and_fewer_words() -> None:
    twice = Guesses(rounds=(((3, 1), (3, 1), (3, 2)), ((3, 1), (3, 2), (3, 2), (3, 2))))
    one, other = guessed_cells(twice)
    assert one == {"cell": (3, 1), "width": 2.0, "says": [["2 → 1"], ["2", "1"], ["1"]]}
    assert other == {"cell": (3, 2), "width": 4.0, "says": [["1 → 3"], ["1", "3"], ["3"]]}
    (once,) = guessed_cells(Guesses(rounds=(((3, 1),) * 2,)))
    assert once["says"] == [["2 of 2"], ["2"]]


def test_a_readers_own_cell_is_framed_as_before_and_nobody_frames_none() -> None:
    assert guessed_cells(Guesses((3, 1))) == [{"cell": (3, 1), "width": 3, "says": []}]
    assert guessed_cells(NOBODY) == []
