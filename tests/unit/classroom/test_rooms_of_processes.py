"""Several processes on the same rooms: no answer that was acknowledged is lost, also when one is killed."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from components.core.classroom.room import Room
from components.core.classroom.rooms import Rooms
from components.core.classroom.sqlite_store import SqliteRooms
from components.core.classroom.store import RoomStore, SentAnswer
from components.core.errors import StoreError
from tests.support.class_questions import asking
from tests.support.class_stores import Clock, StoreKind
from tests.support.core_alone import CORE_ALONE

# The time is that of the tests, so that nothing is over.
_CHILD = (
    CORE_ALONE
    + f"""
import json
from pathlib import Path
from components.core.classroom.redis_store import RedisRooms
from components.core.classroom.rooms import Rooms
from components.core.classroom.sqlite_store import SqliteRooms
from components.core.classroom.store import SentAnswer

pytest_plugins = ["tests.support.class_store_fixtures"]

address, code = sys.argv[1:3]
clock = lambda: {Clock()()}
store = RedisRooms(address, clock) if address.startswith("redis:") else SqliteRooms(Path(address), clock)
rooms = Rooms(store, clock)


def say(what):
    print(json.dumps(what), flush=True)


say("ready")
sys.stdin.readline()
"""
)

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(store_kind: StoreKind) -> Iterator[Start]:
    """Start another process on the same rooms; it waits until it is let go."""
    started: list[subprocess.Popen[str]] = []

    def start_one(source: str, *arguments: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", _CHILD + source, store_kind.address, *map(str, arguments)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert heard(process) == "ready"
        return process

    yield start_one
    for process in started:
        process.kill()
        process.communicate()


def heard(process: "subprocess.Popen[str]") -> Any:
    """What a process says next."""
    assert process.stdout
    return json.loads(process.stdout.readline())


def let_go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


_ANSWERING = """
devices = [rooms.join(rooms.find(code)) for _ in range(20)]
for turn in range(10):
    sent = [SentAnswer(code, device, 1, turn / 100) for device in devices]
    # All at once, or one by one.
    kept = store.answer(sent) if turn % 2 else [store.answer([each])[0] for each in sent]
    assert kept == [True] * 20
say(devices)
"""


def test_answers_that_several_processes_write_at_once_are_all_there(rooms: Rooms, start: Start) -> None:
    room = rooms.open("secret")
    rooms.ask(room, asking())
    processes = [start(_ANSWERING, room.code) for _ in range(3)]
    for process in processes:
        let_go(process)
    # Meanwhile the room changes, which loses no answer either.
    for turn in range(30):
        rooms.lead(room, f"/{turn}")
    devices = [device for process in processes for device in heard(process)]
    assert len({*devices}) == 60
    assert rooms.store.answers(room.code, 1) == dict.fromkeys(devices, 0.09)
    assert rooms.store.heads([room.code])[room.code].answered == 60


_CHANGING = """
for turn in range(20):
    rooms.decide(rooms.find(code), "number", sys.argv[3] + str(turn), let_through=True)
say("done")
"""


def test_of_changes_that_several_processes_make_at_once_none_is_lost(rooms: Rooms, start: Start) -> None:
    room = rooms.open("secret")
    rooms.ask(room, asking())
    processes = [start(_CHANGING, room.code, name) for name in "abc"]
    for process in processes:
        let_go(process)
    assert [heard(process) for process in processes] == ["done"] * 3
    now = rooms.find(room.code)
    assert {*now.entries[0].let_through} == {f"{name}{turn}" for name in "abc" for turn in range(20)}
    assert now.version == 2 + 60


_ANSWERING_WITHOUT_END = """
devices = [rooms.join(rooms.find(code)) for _ in range(5)]
turn = 0
while True:
    turn += 1
    kept = store.answer([SentAnswer(code, device, 1, turn / 1e6) for device in devices])
    say([devices, turn, kept])
"""


def test_what_was_acknowledged_before_a_kill_is_there_afterwards(
    store_kind: StoreKind, rooms: Rooms, start: Start
) -> None:
    room = rooms.open("secret")
    rooms.ask(room, asking())
    acknowledged: dict[str, int] = {}
    for lines in (1, 7, 40):
        writing = start(_ANSWERING_WITHOUT_END, room.code)
        let_go(writing)
        for _ in range(lines):
            heard(writing)
        writing.kill()
        rest, _ = writing.communicate()
        # Of the last line, half may have been said: what it says was acknowledged nevertheless.
        for line in rest.split("\n")[:-1]:
            devices, turn, kept = json.loads(line)
            assert kept == [True] * 5
            acknowledged |= dict.fromkeys(devices, turn)
    found = store_kind.rooms().store.answers(room.code, 1)
    assert acknowledged.keys() <= found.keys()
    for device, turn in acknowledged.items():
        assert found[device] in (turn / 1e6, (turn + 1) / 1e6)  # one more may have been written
    # And the room goes on.
    device = rooms.join(room)
    assert rooms.store.answer([SentAnswer(room.code, device, 1, 0.5)]) == [True]
    assert rooms.reveal(room).shown is not None


def test_a_reveal_in_the_middle_of_answers_parts_them_cleanly(rooms: Rooms, start: Start) -> None:
    room = rooms.open("secret")
    rooms.ask(room, asking())
    writing = start(_ANSWERING_WITHOUT_END, room.code)
    let_go(writing)
    for _ in range(5):
        heard(writing)
    rooms.reveal(room)
    shown = rooms.store.answers(room.code, 1)
    while any((said := heard(writing))[2]):
        pass
    assert said[2] == [False] * 5
    assert rooms.store.answers(room.code, 1) == shown


def test_threads_of_one_process_answer_join_and_look_at_once(store_kind: StoreKind) -> None:
    rooms = store_kind.rooms()
    room = rooms.open("secret")
    rooms.ask(room, asking())
    together = threading.Barrier(8)

    def use(number: int) -> str:
        together.wait()
        device = rooms.join(room)
        for turn in range(10):
            assert rooms.store.answer([SentAnswer(room.code, device, 1, turn / 10)]) == [True]
            assert rooms.store.heads([room.code])[room.code].answered >= 1
        return device

    with ThreadPoolExecutor(8) as pool:
        devices = list(pool.map(use, range(8)))
    assert rooms.store.answers(room.code, 1) == dict.fromkeys(devices, 0.9)


def test_a_file_that_cannot_be_written_is_said_with_what_to_check(tmp_path: Any) -> None:
    (tmp_path / "file").write_text("in the way")
    store: RoomStore = SqliteRooms(tmp_path / "file" / "rooms.sqlite")
    for act in (
        lambda: store.read("KXPM"),
        lambda: store.create(Room("KXPM", "key", "host", 0.0)),
        lambda: store.answer([SentAnswer("KXPM", "device", 1, 0.5)]),
        lambda: store.heads(["KXPM"]),
        store.sweep,
    ):
        with pytest.raises(StoreError, match=r"operator of this app should check that .*rooms\.sqlite can be written"):
            act()
