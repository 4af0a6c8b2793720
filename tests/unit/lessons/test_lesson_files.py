"""Lesson files: the shipped ones are read, and each fault of a teacher's own is named with its line and field."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import LessonError
from components.core.lessons.lesson import Lesson, read_lesson
from components.ui.lesson.library import SCREENS, shipped
from components.ui.lesson.progress import address_of

_KNOWN = {"Tokens": ("the cut", "the vocabulary")}
_GOOD = """name = "Mine"

[[stop]]
page = "Tokens"
screen = "the cut"
say = "Look."
sentence = "Squatch eats pizza & <b>"
with = { layer = 4, positions_off = true }
ask = true
minutes = 1.5

[[stop]]
page = "Tokens"
screen = "the vocabulary"
say = "And here."
"""


def test_a_lesson_has_its_stops_in_order_with_what_the_address_needs() -> None:
    lesson = read_lesson(_GOOD, _KNOWN)
    assert lesson.name == "Mine"
    assert [stop.screen for stop in lesson.stops] == ["the cut", "the vocabulary"]
    assert dict(lesson.stops[0].parameters) == {
        "text": "Squatch eats pizza & <b>",
        "layer": "4",
        "positions_off": "true",
        "ask": "true",
    }
    assert lesson.minutes == 2.5


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "Mine"\n', "", "Line 1: the lesson has no name"),
        ('page = "Tokens"', 'page = "Token"', "Line 4, field “page”: there is no page “Token”"),
        ('screen = "the cut"', 'screen = "cut"', "Line 5, field “screen”: Tokens has no screen “cut”"),
        ('say = "Look."\n', "", "Line 3, field “say”: it is missing"),
        ("ask = true", 'ask = "yes"', "Line 9, field “ask”: it must be true or false"),
        ("minutes = 1.5", "minutes = true", "Line 10, field “minutes”: it must be a number"),
        ("minutes = 1.5", "minutes = -1", "Line 10, field “minutes”: -1 is no length of time"),
        (
            "minutes = 1.5",
            f"minutes = 0x{'f' * 400}",
            "Line 10, field “minutes”: so large a number is no length of time",
        ),
        ("layer = 4", f"layer = 0x{'f' * 5_000}", "Line 8, field “with”: the setting “layer” has too large a number"),
        ("minutes = 1.5", 'pointing = "x"', "Line 10, field “pointing”: it is not known"),
        ("minutes = 1.5", 'point = "a b}"', "Line 10, field “point”: it has other signs"),
        ("layer = 4", "layer = [4]", "Line 8, field “with”: the setting “layer” must be"),
        ('say = "And here."', "say = And here.", "Line 15 cannot be read as TOML"),
        ('say = "And here."', 'say = ""\nsay = ""', "Line 16 cannot be read as TOML"),
        ('screen = "the vocabulary"', 'screen = "the maps"', "Line 14, field “screen”"),
    ],
)
def test_a_fault_is_named_with_its_line_and_field(old: str, new: str, said: str) -> None:
    assert old in _GOOD
    with pytest.raises(LessonError) as caught:
        read_lesson(_GOOD.replace(old, new, 1), _KNOWN)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    "text", ["", "name = 3", 'name = "x"', 'name = "x"\nstop = 3', 'name = "x"\nstop = [1]', "x" * 100_001, "\x00"]
)
def test_what_is_no_lesson_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(LessonError):
        read_lesson(text, _KNOWN)


@pytest.mark.parametrize("value", ["[" * 2_000, "{a=" * 2_000, "9" * 5_000])
def test_more_brackets_or_digits_than_are_read_are_refused_with_a_sentence(value: str) -> None:
    with pytest.raises(LessonError, match=r"too many brackets inside each other, or too many digits\."):
        read_lesson(f'name = "x"\nstop = {value}', _KNOWN)


@given(st.text(max_size=200))
def test_any_text_is_a_lesson_or_is_refused_with_a_sentence(text: str) -> None:
    with contextlib.suppress(LessonError):
        assert isinstance(read_lesson(text, _KNOWN), Lesson)


def test_the_shipped_lessons_are_read_and_take_as_long_as_they_say() -> None:
    lessons = shipped()
    assert {name: round(lesson.minutes) for name, lesson in lessons.items()} == {
        "five_minutes": 5,
        "by_hand": 10,
        "retrieval": 10,
        "twenty_minutes": 20,
    }
    assert all(stop.screen in SCREENS[stop.page] for lesson in lessons.values() for stop in lesson.stops)


def test_every_shipped_lesson_asks_before_it_shows() -> None:
    for lesson in shipped().values():
        assert any(("ask", "true") in stop.parameters for stop in lesson.stops)


def test_an_address_of_a_stop_holds_all_that_the_stop_sets() -> None:
    lesson = read_lesson(_GOOD, SCREENS)
    assert address_of("mine", lesson, 1) == "/tokens?screen=the+vocabulary&lesson=mine&stop=2"
    assert address_of("mine", lesson, 0).startswith("/tokens?text=Squatch+eats+pizza+%26+%3Cb%3E&layer=4")
