"""The routes of the phones, served by uvicorn on a port of this machine."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from components.core.classroom.rooms import Rooms
from components.ui.phones.routes import routes
from tests.support.phones import PATIENCE, CountingRooms, Served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server of the routes alone."""
    rooms = Rooms(CountingRooms(tmp_path / "rooms.sqlite"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    app = Starlette(routes=routes(lambda: rooms))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run)
    thread.start()
    end = time.monotonic() + PATIENCE
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
    running = Served(rooms, port)
    yield running
    for each in running.streams:
        if each.connection.sock is not None:
            each.close()
    server.should_exit = True
    thread.join()
