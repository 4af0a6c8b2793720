"""What is Redis' own: keys that end with their room, changes that are heard of, and a server that goes and comes."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from components.core.classroom.redis_store import RedisRooms
from components.core.classroom.rooms import Rooms
from components.core.classroom.store import ROOM_LASTS, RoomStore, SentAnswer
from components.core.errors import StoreError
from tests.support.class_questions import asking
from tests.support.redis_server import RedisServer, running_redis

pytest_plugins = ["tests.support.class_store_fixtures"]

#: Seconds to wait for what comes at once, on a busy machine.
_PATIENCE = 60


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis server that a test may end."""
    with running_redis(tmp_path) as server:
        yield server


@pytest.fixture
def open_store(redis_server: RedisServer) -> Iterator[Callable[[], RedisRooms]]:
    """Opens stores on the same rooms."""
    opened: list[RedisRooms] = []

    def open_one() -> RedisRooms:
        opened.append(RedisRooms(redis_server.url))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def woken_by_a_change(store: RedisRooms) -> threading.Event:
    """Begin to wait; the event is set when the wait is over."""
    woken = threading.Event()

    def wait() -> None:
        store.wait(10 * _PATIENCE)
        woken.set()

    threading.Thread(target=wait, daemon=True).start()
    return woken


def test_every_key_of_a_room_ends_three_hours_after_its_last_use(
    redis_server: RedisServer, open_store: Callable[[], RedisRooms]
) -> None:
    with Redis.from_url(redis_server.url, decode_responses=True) as redis:
        redis.flushall()
        rooms = Rooms(open_store())
        room = rooms.open("secret")
        device = rooms.join(room)
        for number in (1, 2):
            rooms.ask(room, asking())
            assert rooms.store.answer([SentAnswer(room.code, device, number, 0.5)]) == [True]
        rooms.store.say_present("process", {room.code: 1})
        rooms.store.count_wrong_code("10.0.0.1")
        keys = {key: redis.pttl(key) for key in redis.scan_iter()}
        ofwrong = keys.pop("encoderscope:wrong:10.0.0.1")
        assert 0 < ofwrong <= 60_000
        assert len(keys) == 5  # the room, its devices, two rounds, who is present
        assert max(keys.values()) <= ROOM_LASTS * 1000
        # None ends before the others, by more than the time that reading them takes.
        assert min(keys.values()) > ROOM_LASTS * 1000 - _PATIENCE * 1000
        for key in keys:
            redis.pexpire(key, 5_000_000)
        for use in (
            lambda: rooms.store.answer([SentAnswer(room.code, device, 2, 0.6)]),
            lambda: rooms.lead(room, "/"),
        ):
            for key in keys:
                redis.pexpire(key, 5_000_000)
            use()
            assert min(redis.pttl(key) for key in keys) > 5_000_000
        # Who joins or is counted does not prolong a room, and leaves nothing that outlasts it.
        for key in keys:
            redis.pexpire(key, 5_000_000)
        rooms.join(room)
        rooms.store.say_present("process", {room.code: 2})
        assert max(redis.pttl(key) for key in keys) <= 5_000_000
        rooms.end(room)
        assert set(redis.scan_iter()) == {"encoderscope:wrong:10.0.0.1"}


@pytest.mark.parametrize("act", ["answer", "change", "delete", "people"])
def test_who_waits_hears_of_a_change_in_another_process(open_store: Callable[[], RedisRooms], act: str) -> None:
    waiting, other = open_store(), Rooms(open_store())
    room = other.open("secret")
    device = other.join(room)
    other.ask(room, asking())
    waiting.wait(_PATIENCE)  # returns as soon as it listens
    woken = woken_by_a_change(waiting)
    assert not woken.wait(0.2)
    if act == "answer":
        assert other.store.answer([SentAnswer(room.code, device, 1, 0.5)]) == [True]
    elif act == "change":
        other.reveal(room)
    elif act == "delete":
        other.end(room)
    else:
        other.store.say_present("process", {room.code: 1})
    assert woken.wait(_PATIENCE)


def test_a_change_between_two_waits_is_not_missed(open_store: Callable[[], RedisRooms]) -> None:
    waiting, other = open_store(), Rooms(open_store())
    waiting.wait(_PATIENCE)
    room = other.open("secret")
    other.ask(room, asking())
    woken = woken_by_a_change(waiting)
    assert woken.wait(_PATIENCE)


def test_without_a_change_a_wait_ends_by_itself(open_store: Callable[[], RedisRooms]) -> None:
    store = open_store()
    for _ in range(3):
        store.wait(0.05)


def test_several_who_wait_are_all_woken_by_one_change(open_store: Callable[[], RedisRooms]) -> None:
    waiting, other = open_store(), Rooms(open_store())
    room = other.open("secret")
    waiting.wait(_PATIENCE)
    woken = [woken_by_a_change(waiting) for _ in range(3)]
    assert not woken[0].wait(0.2)
    other.ask(room, asking())
    assert all(each.wait(_PATIENCE) for each in woken)


# A server that goes and comes


def test_where_redis_cannot_be_reached_the_operator_is_told_what_to_check(own_server: RedisServer) -> None:
    own_server.kill()
    store: RoomStore = RedisRooms(own_server.url)
    room = Rooms(RedisRooms(own_server.url))
    for act in (
        lambda: store.read("KXPM"),
        lambda: room.open("secret"),
        lambda: store.answer([SentAnswer("KXPM", "device", 1, 0.5)]),
        lambda: store.heads(["KXPM"]),
        lambda: store.say_present("process", {"KXPM": 1}),
        lambda: store.count_wrong_code("10.0.0.1"),
    ):
        with pytest.raises(
            StoreError, match=r"should check that Redis runs, that ENCODERSCOPE_REDIS_URL is its address"
        ):
            act()
    store.wait(0.05)


def test_a_password_in_the_address_is_in_no_message(own_server: RedisServer) -> None:
    store = RedisRooms(own_server.url.replace("redis://", "redis://user:hunter2@"))
    with pytest.raises(StoreError) as told:
        store.read("KXPM")
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize("url", ["", "127.0.0.1:6379", "http://127.0.0.1", "redis://127.0.0.1:port"])
def test_what_is_no_address_of_redis_is_refused_at_once(url: str) -> None:
    with pytest.raises(StoreError, match="redis://host:6379/0"):
        RedisRooms(url)


def test_after_a_kill_and_a_restart_of_redis_the_same_store_works_and_hears_again(own_server: RedisServer) -> None:
    store, other = RedisRooms(own_server.url), Rooms(RedisRooms(own_server.url))
    rooms = Rooms(store)
    room = rooms.open("secret")
    device = rooms.join(room)
    store.wait(_PATIENCE)
    for _ in range(2):
        own_server.kill()
        with pytest.raises(StoreError):
            rooms.reveal(room)
        own_server.start()
        # Redis keeps nothing over its end, the scripts neither.
        assert store.read(room.code) is None
        assert store.answer([SentAnswer(room.code, device, 1, 0.5)]) == [False]
        assert store.heads([room.code]) == {}
        room = rooms.open("secret")
        device = rooms.join(room)
        rooms.ask(room, asking())
        assert store.answer([SentAnswer(room.code, device, 1, 0.5)]) == [True]
        assert store.answers(room.code, 1) == {device: 0.5}
        # It was told that something may have happened while it heard nothing; then it hears of changes again.
        store.wait(_PATIENCE)
        woken = woken_by_a_change(store)
        while not woken.wait(0.2):
            other.lead(room, "/")
    store.close()


def test_a_command_whose_reply_was_lost_is_the_same_when_it_is_sent_again(
    open_store: Callable[[], RedisRooms], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    rooms = Rooms(store)

    def twice(name: str) -> None:
        script = getattr(store, name)
        monkeypatch.setattr(store, name, lambda *given, **named: (script(*given, **named), script(*given, **named))[1])

    for name in ("_create", "_change", "_add_device", "_delete", "_wrong_codes"):
        twice(name)
    room = rooms.open("secret")
    device = rooms.join(room)
    assert store.has_device(room.code, device)
    asked = rooms.ask(room, asking())
    assert (asked.version, asked.rounds) == (2, 1)
    assert rooms.find(room.code) == asked
    assert store.count_wrong_code("10.0.0.7") == 1
    rooms.end(room)
    assert store.read(room.code) is None
