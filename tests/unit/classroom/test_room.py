"""A room is read as it was written, and its parts say what they are."""

import dataclasses
import json

from hypothesis import given
from hypothesis import strategies as st

from components.core.classroom.questions import ClassQuestion, Kind, Map, Scale, Truth
from components.core.classroom.room import Entry, Room, Round

# What a lone surrogate would be, no store can write.
_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
_COORDINATE = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
_NUMBER = st.floats(-1e6, 1e6)
_PLACE = st.tuples(_COORDINATE, _COORDINATE)
_MAPS = st.lists(st.tuples(_PLACE, st.integers(0, 5)), max_size=5).flatmap(
    lambda points: st.builds(
        Map,
        st.just(tuple(place for place, _ in points)),
        st.just(tuple(group for _, group in points)),
        st.lists(_TEXT, max_size=3).map(tuple),
    )
)
_QUESTIONS = st.one_of(
    st.builds(ClassQuestion, st.just(Kind.NUMBER), _TEXT, st.builds(Scale, _NUMBER, _NUMBER, st.integers(0, 5), _TEXT)),
    st.builds(ClassQuestion, st.just(Kind.CHOICE), _TEXT, options=st.lists(_TEXT, min_size=1, max_size=5).map(tuple)),
    st.builds(ClassQuestion, st.just(Kind.PLACE), _TEXT, map=_MAPS),
    st.builds(ClassQuestion, st.just(Kind.TEXT), _TEXT),
)
_TRUTHS = st.none() | st.builds(
    Truth, _NUMBER | st.integers(0, 9) | _PLACE, st.lists(st.integers(0, 9), max_size=3).map(tuple), _NUMBER
)
_ENTRIES = st.builds(
    Entry,
    subject=_TEXT,
    page=_TEXT,
    screen=_TEXT,
    about=_TEXT,
    question=_QUESTIONS,
    truth=_TRUTHS,
    rounds=st.lists(st.builds(Round, st.integers(1, 99), _NUMBER, st.booleans()), min_size=1, max_size=3).map(tuple),
    is_revealed=st.booleans(),
    let_through=st.lists(_TEXT, max_size=3).map(tuple),
    declined=st.lists(_TEXT, max_size=3).map(tuple),
)


@st.composite
def _rooms(draw: st.DrawFn) -> Room:
    entries = tuple(draw(st.lists(_ENTRIES, max_size=3)))
    current = draw(st.none() | st.integers(0, len(entries) - 1)) if entries else None
    return Room("KXPM", "key", "host", draw(_NUMBER), draw(st.integers(1, 99)), entries, current, 3, draw(_TEXT))


@given(_rooms())
def test_a_room_is_read_as_it_was_written(room: Room) -> None:
    assert Room.from_json(room.as_json()) == room
    assert Room.from_json(room.as_json().encode()) == room


@given(_rooms())
def test_a_closed_room_has_no_open_round_and_is_else_the_same(room: Room) -> None:
    closed = room.closed()
    assert closed.open_round is None
    assert not any(each.is_open for entry in closed.entries for each in entry.rounds)
    assert [entry.question for entry in closed.entries] == [entry.question for entry in room.entries]
    assert dataclasses.replace(closed, entries=room.entries) == room


@given(_rooms())
def test_an_entry_is_found_by_its_subject(room: Room) -> None:
    for entry in room.entries:
        index = room.find(entry.subject)
        assert index is not None
        assert room.entries[index].subject == entry.subject
    assert room.find("a subject that nobody has, longer than those drawn") is None


def test_a_question_as_phones_get_it_holds_nothing_of_the_answer() -> None:
    fields = {field.name for field in dataclasses.fields(ClassQuestion)}
    assert fields == {"kind", "text", "scale", "options", "map"}
    assert set(json.loads(json.dumps(ClassQuestion(Kind.TEXT, "?").as_json()))) == {"kind", "text"}
