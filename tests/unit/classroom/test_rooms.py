"""What a teacher and a class do in rooms, in both kinds of store."""

import re

import pytest

from components.core.classroom import rooms as rooms_module
from components.core.classroom.codes import read_code
from components.core.classroom.questions import Kind, Truth
from components.core.classroom.room import Room
from components.core.classroom.rooms import MOST_WRONG_CODES, Asking, ClosedError, Rooms, TooManyWrongCodesError
from components.core.classroom.store import PRESENCE_LASTS, ROOM_LASTS, Head, SentAnswer
from components.core.errors import AnswerError, RoomError
from tests.support.class_questions import FITTING, QUESTIONS, asking
from tests.support.class_stores import StoreKind

pytest_plugins = ["tests.support.class_store_fixtures"]

SECRET = "5ec3e7" * 5


def answer(rooms: Rooms, room: Room, device: str, given: object) -> bool:
    """Answer what the room shows now."""
    now = rooms.find(room.code)
    assert now.open_round is not None
    return rooms.store.answer([rooms.check(now, device, now.open_round, given)]) == [True]


# Open, find, join, end


def test_a_new_room_is_found_by_its_code_and_holds_only_a_digest_of_the_secret(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    assert rooms.find(f" {room.code.lower()} ") == room
    assert rooms.is_host(room, SECRET)
    assert not rooms.is_host(room, SECRET[:-1])
    assert not rooms.is_host(room, room.host)
    assert SECRET not in room.as_json()
    assert room.shown is room.open_round is None


def test_a_code_that_is_taken_is_given_to_nobody_else(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter(["BBBB", "BBBB", "BBBB", "CCCC"])
    monkeypatch.setattr(rooms_module, "new_code", lambda: next(codes))
    assert [rooms.open(SECRET).code, rooms.open(SECRET).code] == ["BBBB", "CCCC"]
    monkeypatch.setattr(rooms_module, "new_code", lambda: "BBBB")
    with pytest.raises(RoomError, match="too many are open"):
        rooms.open(SECRET)


@pytest.mark.parametrize("typed", ["", "ZZZZ", "ABC", "'; DROP TABLE rooms; --", "*", "../../", "\x00" * 4])
def test_a_wrong_code_finds_no_room_and_says_what_to_do(rooms: Rooms, typed: str) -> None:
    with pytest.raises(RoomError, match="Look at the screen again"):
        rooms.find(typed, "10.0.0.1")


def test_an_ended_room_takes_everything_with_it(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    device = rooms.join(room)
    asked = rooms.ask(room, asking())
    assert answer(rooms, room, device, 0.5)
    rooms.end(room)
    with pytest.raises(RoomError):
        rooms.find(room.code)
    for act in (rooms.reveal, rooms.withdraw, rooms.put_away, lambda ended: rooms.ask(ended, asking())):
        with pytest.raises(RoomError, match="has ended"):
            act(room)
    with pytest.raises(RoomError, match="full, or has just ended"):
        rooms.join(room)
    assert rooms.store.answer([SentAnswer(room.code, device, 1, 0.5)]) == [False]
    assert rooms.store.answers(room.code, 1) == {}
    assert not rooms.store.has_device(room.code, device)
    assert rooms.store.heads([room.code]) == {}
    # Whoever gets the same code later finds nothing of it.
    assert rooms.store.create(Room(room.code, "key", "host", 0.0))
    assert rooms.store.answers(room.code, 1) == {}
    assert not rooms.store.has_device(room.code, device)
    assert rooms.own_answer(asked, device) is None


def test_a_full_room_lets_nobody_in_but_those_who_are(
    rooms: Rooms, store_kind: StoreKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "sqlite_store" if store_kind.url is None else "redis_store"
    monkeypatch.setattr(f"components.core.classroom.{module}.MOST_DEVICES", 3)
    room, other = rooms.open(SECRET), rooms.open(SECRET)
    devices = [rooms.join(room) for _ in range(3)]
    with pytest.raises(RoomError, match="full"):
        rooms.join(room)
    assert len({*devices}) == 3
    assert all(rooms.store.has_device(room.code, device) for device in devices)
    assert rooms.join(other) not in devices


# Wrong codes


def test_after_twenty_wrong_codes_an_address_waits_and_others_do_not(rooms: Rooms, store_kind: StoreKind) -> None:
    room = rooms.open(SECRET)
    for _ in range(MOST_WRONG_CODES):
        with pytest.raises(RoomError, match="no room with this code"):
            rooms.find("ZZZZ", "10.0.0.1")
    # The right code by luck does not help either; the key of the QR code does, as does another address.
    for key in ("", "wrong", "ключ", "\ud800"):
        with pytest.raises(TooManyWrongCodesError, match="Wait a minute, or use the QR code"):
            rooms.find(room.code, "10.0.0.1", key)
    assert rooms.find(room.code, "10.0.0.1", room.key) == room
    assert rooms.find(room.code, "10.0.0.2") == room
    assert rooms.find(room.code) == room
    store_kind.pass_time(59)
    with pytest.raises(TooManyWrongCodesError):
        rooms.find(room.code, "10.0.0.1")
    store_kind.pass_time(2)
    assert rooms.find(room.code, "10.0.0.1") == room


def test_wrong_codes_are_counted_by_all_processes_together(store_kind: StoreKind) -> None:
    stores = [store_kind.open() for _ in range(3)]
    assert [stores[turn % 3].count_wrong_code("10.0.0.1") for turn in range(6)] == [1, 2, 3, 4, 5, 6]
    assert [store.wrong_codes("10.0.0.1") for store in stores] == [6, 6, 6]
    assert stores[0].wrong_codes("10.0.0.2") == 0


def test_the_key_of_another_room_is_no_key(rooms: Rooms) -> None:
    room, other = rooms.open(SECRET), rooms.open(SECRET)
    for _ in range(MOST_WRONG_CODES):
        rooms.store.count_wrong_code("10.0.0.1")
    with pytest.raises(TooManyWrongCodesError):
        rooms.find(room.code, "10.0.0.1", other.key)


# Ask, answer, reveal


@pytest.mark.parametrize("kind", Kind)
def test_answers_of_every_kind_are_kept_as_they_were_read(rooms: Rooms, kind: Kind) -> None:
    room = rooms.open(SECRET)
    rooms.ask(room, asking(kind))
    devices = [rooms.join(room) for _ in FITTING[kind]]
    for device, given in zip(devices, FITTING[kind], strict=True):
        assert answer(rooms, room, device, given)
    shown = rooms.find(room.code)
    assert shown.shown is not None
    assert shown.shown.question == QUESTIONS[kind]
    assert [rooms.own_answer(shown, device) for device in devices] == list(FITTING[kind])
    (kept,) = rooms.answers(shown, shown.shown)
    assert sorted(kept, key=str) == list(kept)
    assert set(kept) == set(FITTING[kind])


def test_a_later_answer_of_a_device_replaces_its_earlier_one_also_within_one_batch(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    first, second = rooms.join(room), rooms.join(room)
    rooms.ask(room, asking())
    sent = [SentAnswer(room.code, device, 1, given) for device, given in [(first, 0.1), (second, 0.2), (first, 0.3)]]
    assert rooms.store.answer(sent) == [True, True, True]
    assert rooms.store.answers(room.code, 1) == {first: 0.3, second: 0.2}
    assert answer(rooms, room, second, 0.4)
    assert rooms.store.answers(room.code, 1) == {first: 0.3, second: 0.4}


def test_of_a_batch_of_many_rooms_and_rounds_each_answer_is_judged_by_itself(rooms: Rooms) -> None:
    one, other = rooms.open(SECRET), rooms.open(SECRET)
    mine, theirs = rooms.join(one), rooms.join(other)
    rooms.ask(one, asking())
    rooms.ask(one, asking())
    rooms.ask(other, asking(Kind.TEXT))
    sent = [
        SentAnswer(one.code, mine, 2, 0.1),
        SentAnswer(one.code, mine, 1, 0.2),  # a round that is over
        SentAnswer(other.code, theirs, 1, "hello"),
        SentAnswer(one.code, theirs, 2, 0.3),  # a device of another room
        SentAnswer("ZZZZ", mine, 1, 0.4),  # no room
        SentAnswer(one.code, mine, 3, 0.5),  # a round to come
        SentAnswer(one.code, mine, 2, 0.6),
    ]
    assert rooms.store.answer(sent) == [True, False, True, False, False, False, True]
    assert rooms.store.answers(one.code, 2) == {mine: 0.6}
    assert rooms.store.answers(one.code, 1) == {}
    assert rooms.store.answers(other.code, 1) == {theirs: "hello"}
    assert rooms.store.answer([]) == []


def test_a_batch_of_a_whole_school_is_kept(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    devices = [rooms.join(room) for _ in range(120)]
    rooms.ask(room, asking())
    sent = [SentAnswer(room.code, device, 1, turn / 100) for turn in range(12) for device in devices]
    assert rooms.store.answer(sent) == [True] * 1440
    assert rooms.store.answers(room.code, 1) == dict.fromkeys(devices, 0.11)


def test_once_revealed_no_answer_is_taken(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    device = rooms.join(room)
    before = rooms.ask(room, asking())
    assert answer(rooms, room, device, 0.5)
    late = rooms.check(before, device, 1, 0.9)  # checked just before
    revealed = rooms.reveal(room)
    assert rooms.store.answer([late]) == [False]
    assert rooms.store.answers(room.code, 1) == {device: 0.5}
    with pytest.raises(ClosedError):
        rooms.check(revealed, device, 1, 0.9)


@pytest.mark.parametrize("number", [0, 2, -1, 10**30, None, True, 1.0, "1"])
def test_an_answer_to_a_round_that_is_not_open_is_refused(rooms: Rooms, number: int) -> None:
    room = rooms.open(SECRET)
    device = rooms.join(room)
    asked = rooms.ask(room, asking())
    for each in (asked, rooms.reveal(room), rooms.put_away(room)):
        with pytest.raises(ClosedError):
            rooms.check(each, device, number, 0.5)


def test_an_answer_that_does_not_fit_is_refused_before_it_is_kept(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    asked = rooms.ask(room, asking())
    with pytest.raises(AnswerError, match="from −1"):
        rooms.check(asked, rooms.join(room), 1, 7)


def test_asked_again_a_question_gets_another_round_and_hides_its_truth(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    device, other = rooms.join(room), rooms.join(room)
    rooms.ask(room, asking())
    assert answer(rooms, room, device, 0.1)
    rooms.reveal(room)
    again = rooms.ask(room, asking())
    assert len(again.entries) == 1
    assert again.shown is not None
    assert not again.shown.is_revealed
    assert again.open_round == 2
    assert answer(rooms, room, device, 0.8)
    assert answer(rooms, room, other, 0.7)
    revealed = rooms.reveal(room)
    assert revealed.shown is not None
    assert rooms.answers(revealed, revealed.shown) == ((0.1,), (0.7, 0.8))
    assert rooms.store.heads([room.code])[room.code].answered == 2


def test_asked_again_a_question_gets_the_truth_of_now(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    rooms.ask(room, asking())
    first = asking()
    again = rooms.ask(room, Asking(first.subject, "", "", "", first.question, Truth(0.1)))
    assert again.shown is not None
    assert again.shown.truth == Truth(0.1)


def test_asking_another_question_closes_the_one_before(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    device = rooms.join(room)
    rooms.ask(room, asking(Kind.NUMBER))
    rooms.ask(room, asking(Kind.CHOICE))
    assert rooms.store.answer([SentAnswer(room.code, device, 1, 0.5), SentAnswer(room.code, device, 2, 0)]) == [
        False,
        True,
    ]
    now = rooms.find(room.code)
    assert [entry.is_open for entry in now.entries] == [False, True]


def test_what_is_withdrawn_leaves_nothing_and_its_round_is_never_given_again(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    device = rooms.join(room)
    rooms.ask(room, asking())
    assert answer(rooms, room, device, 0.5)
    gone = rooms.withdraw(room)
    assert gone.entries == ()
    assert gone.shown is None
    assert rooms.store.answer([SentAnswer(room.code, device, 1, 0.5)]) == [False]
    asked = rooms.ask(room, asking())
    assert asked.open_round == 2
    assert asked.shown is not None
    assert rooms.answers(asked, asked.shown) == ((),)


def test_of_a_question_that_was_asked_again_only_the_last_round_is_withdrawn(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    device = rooms.join(room)
    rooms.ask(room, asking())
    assert answer(rooms, room, device, 0.5)
    rooms.ask(room, asking())
    assert answer(rooms, room, device, 0.6)
    left = rooms.withdraw(room)
    (entry,) = left.entries
    assert [each.number for each in entry.rounds] == [1]
    assert rooms.answers(left, entry) == ((0.5,),)
    assert left.open_round is left.shown is None


def test_withdrawing_what_is_not_open_changes_nothing_but_the_version(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    assert rooms.withdraw(room).entries == ()
    rooms.ask(room, asking())
    revealed = rooms.reveal(room)
    assert rooms.withdraw(room).entries == revealed.entries


def test_texts_wait_until_they_are_decided_and_can_be_decided_anew(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    rooms.ask(room, asking(Kind.TEXT))
    for text in ("a", "b", "b", "c"):
        assert answer(rooms, room, rooms.join(room), text)

    def waiting(now: Room) -> list[str]:
        (entry,) = now.entries
        ((*answers,),) = rooms.answers(now, entry)
        return rooms.waiting_texts(entry, answers)

    assert waiting(rooms.find(room.code)) == ["a", "b", "c"]
    assert waiting(rooms.decide(room, "text", "b", let_through=True)) == ["a", "c"]
    now = rooms.decide(room, "text", "c", let_through=False)
    assert (now.entries[0].let_through, now.entries[0].declined) == (("b",), ("c",))
    now = rooms.decide(room, "text", "b", let_through=False)
    now = rooms.decide(room, "text", "c", let_through=True)
    assert (now.entries[0].let_through, now.entries[0].declined) == (("c",), ("b",))
    assert rooms.decide(room, "no such subject", "a", let_through=True).entries == now.entries


def test_where_the_teacher_is_is_kept_and_an_endless_address_ends_leading(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    assert rooms.lead(room, "/tokens?text=Norm").address == "/tokens?text=Norm"
    assert rooms.find(room.code).address == "/tokens?text=Norm"
    assert rooms.lead(room, "/" + "x" * 8_000).address == ""
    assert rooms.lead(room, "").address == ""


def test_each_change_raises_the_version_by_one_and_an_answer_does_not(rooms: Rooms) -> None:
    room = rooms.open(SECRET)
    device = rooms.join(room)
    changes = [
        rooms.ask(room, asking()),
        rooms.reveal(room),
        rooms.put_away(room),
        rooms.lead(room, "/"),
        rooms.decide(room, "number", "x", let_through=True),
        rooms.ask(room, asking()),
    ]
    assert [each.version for each in changes] == [2, 3, 4, 5, 6, 7]
    assert answer(rooms, room, device, 0.5)
    assert rooms.find(room.code) == changes[-1]
    assert rooms.store.heads([room.code]) == {room.code: Head(7, 1, 0)}


def test_a_change_that_is_refused_changes_nothing(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms_module, "_MOST_ENTRIES", 1)
    monkeypatch.setattr(rooms_module, "_MOST_ROUNDS", 2)
    room = rooms.open(SECRET)
    rooms.ask(room, asking())
    asked = rooms.ask(room, asking())
    with pytest.raises(RoomError, match=re.escape("was asked 2 times")):
        rooms.ask(room, asking())
    with pytest.raises(RoomError, match="holds 1 questions"):
        rooms.ask(room, asking(Kind.CHOICE))
    assert rooms.find(room.code) == asked
    assert asked.open_round == 2


# Time


@pytest.mark.parametrize("use", ["answer", "change"])
def test_a_room_lasts_three_hours_from_its_last_use(rooms: Rooms, store_kind: StoreKind, use: str) -> None:
    room = rooms.open(SECRET)
    device = rooms.join(room)
    rooms.ask(room, asking())
    for _ in range(3):
        store_kind.pass_time(ROOM_LASTS - 60)
        if use == "answer":
            assert answer(rooms, room, device, 0.5)
        else:
            rooms.lead(room, "/")
    # All that belongs to it lasts as long.
    assert rooms.store.has_device(room.code, device)
    assert rooms.store.answers(room.code, 1) == ({device: 0.5} if use == "answer" else {})
    store_kind.pass_time(ROOM_LASTS + 1)
    with pytest.raises(RoomError, match="no room with this code"):
        rooms.find(room.code)
    with pytest.raises(RoomError):
        rooms.join(room)
    with pytest.raises(RoomError):
        rooms.reveal(room)
    assert rooms.store.heads([room.code]) == {}
    assert rooms.store.answers(room.code, 1) == {}
    assert not rooms.store.has_device(room.code, device)


def test_answers_to_earlier_rounds_last_as_long_as_the_room(rooms: Rooms, store_kind: StoreKind) -> None:
    room = rooms.open(SECRET)
    device = rooms.join(room)
    rooms.ask(room, asking())
    assert answer(rooms, room, device, 0.1)
    rooms.ask(room, asking())
    for _ in range(3):
        store_kind.pass_time(ROOM_LASTS - 60)
        assert answer(rooms, room, device, 0.2)
    now = rooms.find(room.code)
    assert rooms.answers(now, now.entries[0]) == ((0.1,), (0.2,))


def test_an_answer_to_a_room_whose_time_is_over_does_not_bring_it_back(rooms: Rooms, store_kind: StoreKind) -> None:
    room = rooms.open(SECRET)
    device = rooms.join(room)
    rooms.ask(room, asking())
    store_kind.pass_time(ROOM_LASTS + 1)
    assert rooms.store.answer([SentAnswer(room.code, device, 1, 0.5)]) == [False]
    with pytest.raises(RoomError):
        rooms.find(room.code)


def test_an_answer_that_is_refused_is_no_use(rooms: Rooms, store_kind: StoreKind) -> None:
    room = rooms.open(SECRET)
    rooms.ask(room, asking())
    for _ in range(2):
        store_kind.pass_time(ROOM_LASTS / 2 + 60)
        assert rooms.store.answer([SentAnswer(room.code, "a stranger", 1, 0.5)]) == [False]
    with pytest.raises(RoomError):
        rooms.find(room.code)


def test_rooms_whose_time_is_over_are_swept_and_their_codes_are_free(rooms: Rooms, store_kind: StoreKind) -> None:
    old = rooms.open(SECRET)
    device = rooms.join(old)
    store_kind.pass_time(ROOM_LASTS - 60)
    young = rooms.open(SECRET)
    assert rooms.store.sweep() == 0
    store_kind.pass_time(61)
    assert rooms.store.sweep() == (1 if store_kind.url is None else 0)  # Redis has done so by itself
    assert rooms.find(young.code) == young
    assert rooms.store.create(Room(old.code, "key", "host", 0.0))
    assert not rooms.store.has_device(old.code, device)


def test_people_of_all_processes_are_counted_while_those_say_so(rooms: Rooms, store_kind: StoreKind) -> None:
    room, other = rooms.open(SECRET), rooms.open(SECRET)
    store = rooms.store

    def people() -> int:
        return store.heads([room.code])[room.code].people

    store.say_present("one", {room.code: 20, other.code: 3, "ZZZZ": 5})
    store.say_present("two", {room.code: 11})
    store.say_present("none", {})
    assert people() == 31
    store_kind.pass_time(PRESENCE_LASTS - 5)
    store.say_present("two", {room.code: 12})
    assert people() == 32
    store_kind.pass_time(10)
    assert people() == 12  # the other process has ended
    store.say_present("two", {room.code: 0})
    assert people() == 0
    assert set(store.heads([room.code, other.code, "ZZZZ"])) == {room.code, other.code}
    assert store.heads([]) == {}


def test_two_rooms_know_nothing_of_each_other(rooms: Rooms) -> None:
    one, other = rooms.open(SECRET), rooms.open("another secret")
    mine = rooms.join(one)
    assert read_code(one.code) != read_code(other.code)
    assert not rooms.is_host(one, "another secret")
    rooms.ask(one, asking())
    assert answer(rooms, one, mine, 0.5)
    assert rooms.find(other.code) == other
    assert not rooms.store.has_device(other.code, mine)
    asked = rooms.ask(other, asking())
    assert rooms.own_answer(asked, mine) is None
    rooms.end(other)
    assert rooms.store.answers(one.code, 1) == {mine: 0.5}
