"""What a phone is told holds nothing of the answer before it is shown."""

import json
from typing import Any

import pytest

from components.core.classroom.phone_view import phone_view
from components.core.classroom.questions import Kind
from components.core.classroom.room import Room
from components.core.classroom.rooms import Rooms
from components.core.classroom.store import SentAnswer
from tests.support.class_questions import FITTING, TRUE_NUMBER, TRUTHS, asking
from tests.support.class_stores import StoreKind

pytest_plugins = ["tests.support.class_store_fixtures"]

#: What a phone knows of a question that is not revealed, beside the question itself.
_OPEN = {"round", "again", "open", "revealed"}
_ASKED = {"kind", "text", "low", "high", "decimals", "unit", "options", "map"}
_REVEALED = {"truth", "also", "answered", "median", "near", "counts"}


def view(rooms: Rooms, room: Room) -> dict[str, Any]:
    """What phones are told now."""
    now = rooms.find(room.code)
    answers = rooms.answers(now, now.shown)[-1] if now.shown else ()
    return json.loads(json.dumps(phone_view(now, answers), allow_nan=False))


def assert_nothing_of_the_answer(told: dict[str, Any], room: Room) -> None:
    """A phone knows the question, and nothing of host, key, subject, truth and others' answers."""
    assert set(told) == {"version", "code", "question"}
    if told["question"] is not None:
        assert set(told["question"]) <= _OPEN | _ASKED
        assert not told["question"]["revealed"]
    said = json.dumps(told)
    for secret in (room.host, room.key, "0.83", "0.2468", "0.1357"):
        assert secret not in said


def answer_all(rooms: Rooms, room: Room, devices: list[str], kind: Kind) -> None:
    now = rooms.find(room.code)
    sent = [
        SentAnswer(room.code, device, now.open_round or 0, given)
        for device, given in zip(devices, FITTING[kind], strict=True)
    ]
    assert rooms.store.answer(sent) == [True] * len(sent)


@pytest.mark.parametrize("kind", Kind)
def test_before_the_reveal_a_phone_knows_nothing_of_the_answer_also_when_asked_again(
    store_kind: StoreKind, kind: Kind
) -> None:
    rooms = store_kind.rooms()
    room = rooms.open("secret")
    devices = [rooms.join(room) for _ in range(3)]
    assert view(rooms, room) == {"version": 1, "code": room.code, "question": None}
    for round_number in (1, 2, 3):
        rooms.ask(room, asking(kind))
        answer_all(rooms, room, devices, kind)
        told = view(rooms, room)
        assert_nothing_of_the_answer(told, room)
        assert told["question"]["round"] == round_number
        assert told["question"]["again"] == (round_number > 1)
        assert told["question"]["open"]
        rooms.reveal(room)
        told = view(rooms, room)
        assert told["question"]["revealed"]
        assert not told["question"]["open"]
    # Another question, the same one withdrawn, and put away.
    rooms.ask(room, asking(kind, "another"))
    assert_nothing_of_the_answer(view(rooms, room), room)
    rooms.withdraw(room)
    assert view(rooms, room)["question"] is None
    rooms.ask(room, asking(kind))
    rooms.withdraw(room)
    assert view(rooms, room)["question"] is None
    rooms.ask(room, asking(kind))
    rooms.put_away(room)
    assert view(rooms, room)["question"] is None
    rooms.ask(room, asking(kind))
    assert_nothing_of_the_answer(view(rooms, room), room)


def test_what_was_closed_without_a_reveal_is_not_shown(store_kind: StoreKind) -> None:
    rooms = store_kind.rooms()
    room = rooms.open("secret")
    rooms.ask(room, asking())
    rooms.store.change(room.code, lambda before: before.closed())
    told = view(rooms, room)
    assert not told["question"]["open"]
    assert_nothing_of_the_answer(told, room)


@pytest.mark.parametrize(
    ("kind", "tallied"),
    [
        (Kind.NUMBER, {"truth": TRUE_NUMBER, "also": [], "answered": 3, "median": 0.33, "near": 1, "counts": []}),
        (Kind.CHOICE, {"truth": 1, "also": [2], "answered": 3, "median": None, "near": 2, "counts": [1, 1, 1]}),
        (
            Kind.PLACE,
            {"truth": [0.2468, 0.1357], "also": [], "answered": 3, "median": [0.25, 0.75], "near": 0, "counts": []},
        ),
    ],
)
def test_after_the_reveal_it_knows_truth_and_tally(store_kind: StoreKind, kind: Kind, tallied: dict[str, Any]) -> None:
    rooms = store_kind.rooms()
    room = rooms.open("secret")
    devices = [rooms.join(room) for _ in range(3)]
    rooms.ask(room, asking(kind))
    answer_all(rooms, room, devices, kind)
    rooms.reveal(room)
    told = view(rooms, room)["question"]
    assert {name: told[name] for name in _REVEALED} == tallied
    assert TRUTHS[kind] is not None


def test_texts_of_others_reach_no_phone(store_kind: StoreKind) -> None:
    rooms = store_kind.rooms()
    room = rooms.open("secret")
    devices = [rooms.join(room) for _ in range(3)]
    rooms.ask(room, asking(Kind.TEXT))
    answer_all(rooms, room, devices, Kind.TEXT)
    rooms.decide(room, "text", "not bad at all", let_through=True)
    rooms.reveal(room)
    assert "not bad at all" not in json.dumps(view(rooms, room))
