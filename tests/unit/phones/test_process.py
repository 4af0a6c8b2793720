"""A server that ends, or is killed, while phones listen."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from components.core.classroom.rooms import Rooms
from components.core.classroom.sqlite_store import SqliteRooms
from tests.support.paths import ROOT
from tests.support.phones import NUMBER, PATIENCE, Served

Start = Callable[[], "tuple[Served, subprocess.Popen[bytes]]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a server in a process of its own; a second one serves the same rooms under the same address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    started: list[subprocess.Popen[bytes]] = []

    def begin() -> "tuple[Served, subprocess.Popen[bytes]]":
        environment = os.environ | {"ENCODERSCOPE_CACHE": str(tmp_path)}
        environment.pop("ENCODERSCOPE_REDIS_URL", None)
        command = [sys.executable, "-m", "uvicorn", "tests.support.phones_app:app", "--port", str(port)]
        started.append(subprocess.Popen([*command, "--log-level", "warning"], cwd=ROOT, env=environment))
        served = Served(Rooms(SqliteRooms(tmp_path / "rooms.sqlite")), port, "/school/app")
        end = time.monotonic() + PATIENCE * 3
        while time.monotonic() < end:
            try:
                assert served.get("/class").status == 200
            except OSError:
                time.sleep(0.05)
            else:
                break
        return served, started[-1]

    yield begin
    for each in started:
        if each.poll() is None:
            each.kill()
        each.wait()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_asked_to_end_does_not_wait_for_phones(start: Start, how: signal.Signals) -> None:
    served, process = start()
    room = served.open(NUMBER)
    streams = [served.events(room, served.join(room)) for _ in range(3)]
    streams.append(served.stream(f"/class/{room.code}/watch"))
    assert [stream.next()[0] for stream in streams] == ["state"] * 4
    process.send_signal(how)
    process.wait(PATIENCE)
    for stream in streams:
        name, _ = stream.next()
        assert name in ("closed", "state")


def test_after_kill_9_every_acknowledged_answer_is_there_and_phones_come_back(start: Start) -> None:
    served, process = start()
    room = served.open(NUMBER)
    kept: dict[str, Any] = {}
    devices = [served.join(room) for _ in range(30)]
    for index, device in enumerate(devices):
        if index == 20:
            process.kill()
        try:
            reply = served.answer(room, device, index / 100)
        except OSError:
            continue
        assert reply.status == 200
        kept[device] = reply.json["answer"]
    process.wait()
    assert len(kept) >= 20
    served, _ = start()
    stored = served.rooms.store.answers(room.code, 1)
    assert {device: stored[device] for device in kept} == kept
    for device in devices[:5]:
        assert served.events(room, device).next()[1]["mine"] == kept[device]
    for device in devices[20:]:
        assert served.answer(room, device, 0.5).status == 200
