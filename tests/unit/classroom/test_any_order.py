"""Whatever a teacher and a class do, in any order and by any process: rooms are what a plain model of them is."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from components.core.classroom.phone_view import phone_view
from components.core.classroom.questions import Answer, Kind
from components.core.classroom.room import Room
from components.core.classroom.rooms import Rooms
from components.core.classroom.store import Head, SentAnswer
from components.core.errors import AnswerError, RoomError
from tests.support.class_questions import FITTING, QUESTIONS, TRUE_NUMBER, TRUE_PLACE, asking
from tests.support.class_stores import StoreKind

pytest_plugins = ["tests.support.class_store_fixtures"]

_ROOMS = st.sampled_from([0, 1])
_PROCESSES = st.sampled_from([0, 1])
_KINDS = st.sampled_from(list(Kind))


@dataclass
class ModelRound:
    """A round, with the answers of devices."""

    number: int
    is_open: bool = True
    answers: dict[str, Answer] = field(default_factory=dict)


@dataclass
class ModelEntry:
    """A question that was asked."""

    kind: Kind
    rounds: list[ModelRound]
    is_revealed: bool = False


@dataclass
class ModelRoom:
    """A room as one would write it down on paper."""

    version: int = 1
    entries: list[ModelEntry] = field(default_factory=list)
    shown: ModelEntry | None = None
    rounds: int = 0
    devices: list[str] = field(default_factory=list)

    def close(self) -> None:
        for entry in self.entries:
            for each in entry.rounds:
                each.is_open = False

    def ask(self, kind: Kind) -> None:
        self.version += 1
        self.close()
        self.rounds += 1
        entry = next((each for each in self.entries if each.kind is kind), None)
        if entry is None:
            entry = ModelEntry(kind, [])
            self.entries.append(entry)
        entry.rounds.append(ModelRound(self.rounds))
        entry.is_revealed = False
        self.shown = entry

    def reveal(self) -> None:
        self.version += 1
        if self.shown:
            self.close()
            self.shown.is_revealed = True

    def withdraw(self) -> None:
        self.version += 1
        if self.shown and self.shown.rounds[-1].is_open:
            if len(self.shown.rounds) > 1:
                self.shown.rounds.pop()
                self.shown.is_revealed = True
            else:
                self.entries.remove(self.shown)
            self.shown = None

    def put_away(self) -> None:
        self.version += 1
        self.close()
        self.shown = None

    @property
    def last_round(self) -> ModelRound | None:
        return self.shown.rounds[-1] if self.shown else None

    def question(self) -> dict[str, Any] | None:
        """What phones are told of the question that is shown."""
        if self.shown is None:
            return None
        last, kind = self.shown.rounds[-1], self.shown.kind
        told = QUESTIONS[kind].as_json() | {
            "round": last.number,
            "again": len(self.shown.rounds) > 1,
            "open": last.is_open,
            "revealed": self.shown.is_revealed and not last.is_open,
        }
        if told["revealed"] and kind is not Kind.TEXT:
            told |= _by_hand(kind, list(last.answers.values()))
        return told


def _by_hand(kind: Kind, answers: Sequence[Any]) -> dict[str, Any]:
    """The truth and the tally of the answers."""
    if kind is Kind.NUMBER:
        near = sum(abs(each - TRUE_NUMBER) <= 0.1 for each in answers)
        return _told(TRUE_NUMBER, [], answers, _middle(answers), near, [])
    if kind is Kind.CHOICE:
        counts = [answers.count(index) for index in range(3)]
        return _told(1, [2], answers, None, counts[1] + counts[2], counts)
    near = sum(math.hypot(x - TRUE_PLACE[0], y - TRUE_PLACE[1]) <= 0.25 for x, y in answers)
    middle = [_middle([x for x, _ in answers]), _middle([y for _, y in answers])] if answers else None
    return _told(list(TRUE_PLACE), [], answers, middle, near, [])


def _told(
    truth: Any, also: list[int], answers: Sequence[Any], middle: Any, near: int, counts: list[int]
) -> dict[str, Any]:
    found = {"truth": truth, "also": also, "answered": len(answers), "median": middle, "near": near}
    return found | {"counts": counts}


def _middle(numbers: Sequence[float]) -> float | None:
    """The median: the one in the middle, or the mean of both."""
    if not numbers:
        return None
    ordered = sorted(numbers)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return (low + high) / 2


class AnyOrder(RuleBasedStateMachine):
    """Two rooms, two processes on the same store, and what happens."""

    kind: StoreKind

    def __init__(self) -> None:
        super().__init__()
        self.processes: list[Rooms] = [self.kind.rooms(), self.kind.rooms()]
        self.models: list[ModelRoom | None] = [None, None]
        self.opened: list[Room | None] = [None, None]

    def teardown(self) -> None:
        for room in self.opened:
            if room:
                self.processes[0].end(room)

    def _room(self, number: int) -> tuple[Room, ModelRoom] | None:
        """A room as it was when it was opened, and its model; None while it is not open."""
        room, model = self.opened[number], self.models[number]
        return None if room is None or model is None else (room, model)

    def shown(self) -> list[int]:
        """Return the numbers of the rooms that show a question."""
        return [number for number, model in enumerate(self.models) if model and model.shown]

    @initialize(kind=_KINDS)
    def open_both(self, kind: Kind) -> None:
        for number in (0, 1):
            self.open(number, number)
            self.ask(number, number, kind)

    @precondition(lambda self: None in self.models)
    @rule(number=_ROOMS, process=_PROCESSES)
    def open(self, number: int, process: int) -> None:
        if self.models[number] is None:
            self.opened[number] = self.processes[process].open(f"secret {number}")
            self.models[number] = ModelRoom()
            self.join(number, process)

    @rule(number=_ROOMS, process=_PROCESSES)
    def join(self, number: int, process: int) -> None:
        if found := self._room(number):
            found[1].devices.append(self.processes[process].join(found[0]))

    @rule(number=_ROOMS, process=_PROCESSES, kind=_KINDS)
    def ask(self, number: int, process: int, kind: Kind) -> None:
        if found := self._room(number):
            self.processes[process].ask(found[0], asking(kind))
            found[1].ask(kind)

    @precondition(lambda self: self.shown())
    @rule(process=_PROCESSES, data=st.data())
    def ask_again(self, process: int, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.shown()))
        model = self.models[number]
        assert model
        assert model.shown
        self.ask(number, process, model.shown.kind)

    @rule(
        number=_ROOMS, process=_PROCESSES, act=st.sampled_from(["reveal", "reveal", "reveal", "withdraw", "put_away"])
    )
    def change(self, number: int, process: int, act: str) -> None:
        if found := self._room(number):
            getattr(self.processes[process], act)(found[0])
            getattr(found[1], act)()

    @rule(number=_ROOMS, process=_PROCESSES, data=st.data())
    def answer_or_change_the_answer(self, number: int, process: int, data: st.DataObject) -> None:
        if (found := self._room(number)) and found[1].devices:
            room, model = found
            rooms = self.processes[process]
            device = data.draw(st.sampled_from(model.devices))
            last, shown = model.last_round, model.shown
            kind = shown.kind if shown else Kind.NUMBER
            given = data.draw(st.sampled_from(FITTING[kind]))
            try:
                sent = rooms.check(rooms.find(room.code), device, last.number if last else 1, given)
            except AnswerError:
                assert last is None or not last.is_open
            else:
                assert last is not None
                assert last.is_open
                assert rooms.store.answer([sent]) == [True]
                last.answers[device] = given

    @precondition(lambda self: self.shown())
    @rule(process=_PROCESSES, data=st.data())
    def send_batch_of_anything(self, process: int, data: st.DataObject) -> None:
        """Devices of both rooms and strangers answer any round, unchecked, as who was overtaken by a change does."""
        devices = ["a stranger", *(each for model in self.models if model for each in model.devices)]
        if found := self._room(data.draw(st.sampled_from(self.shown()))):
            room, model = found
            last, shown = model.last_round, model.shown
            assert last
            assert shown
            rounds = st.sampled_from([last.number, last.number, last.number - 1, model.rounds + 1])
            answers = st.sampled_from(FITTING[shown.kind])
            one = st.builds(SentAnswer, st.just(room.code), st.sampled_from(devices), rounds, answers)
            sent = data.draw(st.lists(one, min_size=1, max_size=4))
            fits = [last.is_open and last.number == each.round and each.device in model.devices for each in sent]
            assert self.processes[process].store.answer(sent) == fits
            for each, kept in zip(sent, fits, strict=True):
                if kept:
                    last.answers[each.device] = each.answer

    @rule(number=_ROOMS, process=_PROCESSES)
    def reconnect(self, number: int, process: int) -> None:
        """A phone that was cut off comes back to any process, and finds its own answer and the state of now."""
        if found := self._room(number):
            room, model = found
            rooms = self.processes[process]
            now = rooms.find(room.code)
            for device in model.devices:
                assert rooms.store.has_device(room.code, device)
                expected = model.last_round.answers.get(device) if model.last_round else None
                assert rooms.own_answer(now, device) == expected

    @rule(process=_PROCESSES)
    def restart(self, process: int) -> None:
        """A process ends, and another one takes its place."""
        self.processes[process] = self.kind.rooms()

    @rule(number=_ROOMS, process=_PROCESSES)
    def end(self, number: int, process: int) -> None:
        # A room to which little has happened goes on.
        if (found := self._room(number)) and found[1].version > 8:
            self.processes[process].end(found[0])
            for rooms in self.processes:
                with pytest.raises(RoomError):
                    rooms.find(found[0].code)
            for device in found[1].devices:
                assert not self.processes[process].store.has_device(found[0].code, device)
            self.models[number] = self.opened[number] = None

    @invariant()
    def every_process_sees_what_the_model_holds(self) -> None:
        codes = [room.code for room in self.opened if room]
        heads = self.processes[1].store.heads(codes)
        assert set(heads) == set(codes)
        for number in (0, 1):
            if not (found := self._room(number)):
                continue
            opened, model = found
            last = model.last_round
            assert heads[opened.code] == Head(model.version, len(last.answers) if last else 0, 0)
            for rooms in self.processes:
                room = rooms.find(opened.code)
                assert room.version == model.version
                assert room.host == opened.host
                assert [entry.subject for entry in room.entries] == [entry.kind.value for entry in model.entries]
                assert [entry.is_revealed for entry in room.entries] == [entry.is_revealed for entry in model.entries]
                for entry, expected in zip(room.entries, model.entries, strict=True):
                    assert [each.number for each in entry.rounds] == [each.number for each in expected.rounds]
                    assert [sorted(each.answers.values(), key=str) for each in expected.rounds] == [
                        list(each) for each in rooms.answers(room, entry)
                    ]
                answers = rooms.answers(room, room.shown)[-1] if room.shown else ()
                told = json.loads(json.dumps(phone_view(room, answers)))
                assert told == {"version": model.version, "code": opened.code, "question": model.question()}


def test_in_any_order_rooms_are_what_a_plain_model_of_them_is(store_kind: StoreKind) -> None:
    class OfThisKind(AnyOrder):
        kind = store_kind

    # SQLite opens its file anew for each of some thousand reads.
    examples = 15 if store_kind.url is None else 40
    run_state_machine_as_test(
        OfThisKind, settings=settings(max_examples=examples, stateful_step_count=25, deadline=None)
    )
