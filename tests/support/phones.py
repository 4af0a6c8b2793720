"""Plain clients of the routes of the phones, and what they are asked."""

import http.client
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from components.core.classroom.questions import ClassQuestion, Kind, Map, Scale, Truth
from components.core.classroom.room import Room
from components.core.classroom.rooms import Asking, Rooms
from components.core.classroom.sqlite_store import SqliteRooms

SECRET = "5" * 32
PATIENCE = 20.0

NUMBER = Asking(
    "n",
    "attention",
    "one weight",
    "It.",
    ClassQuestion(Kind.NUMBER, "How much?", Scale(0, 1)),
    Truth(0.8312, reach=0.05),
)
CHOICE = Asking("c", "tokens", "cut", "It.", ClassQuestion(Kind.CHOICE, "Which?", options=("a", "b", "c")), Truth(1))
PLACE = Asking(
    "p", "sentence_map", "landing", "It.",
    ClassQuestion(Kind.PLACE, "Where?", map=Map(((0.1, 0.2), (0.8, 0.9)), (0, 1), ("food", "sport"))),
    Truth((0.5, 0.5), reach=0.1),
)  # fmt: skip
TEXT = Asking("t", "sentiment", "errors", "It.", ClassQuestion(Kind.TEXT, "What fools it?"), None)


class Reply:
    """What the server has answered."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self) -> Any:
        """The answer, read as JSON."""
        return json.loads(self.body)


class Stream:
    """An open stream of events."""

    def __init__(self, port: int, path: str, headers: dict[str, str] | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.connection.request("GET", path, headers=headers or {})
        self.response = self.connection.getresponse()

    def next(self) -> tuple[str, Any]:
        """Return name and data of the next event; ("closed", None) after the last."""
        name, data = "", ""
        while line := self.response.readline().decode():
            if line.startswith("event: "):
                name = line[7:].strip()
            elif line.startswith("data: "):
                data = line[6:]
            elif line == "\n" and name:
                return name, json.loads(data)
        return "closed", None

    def until(self, fits: Callable[[Any], bool]) -> Any:
        """Return the data of the first state that fits."""
        while True:
            name, data = self.next()
            assert name == "state", (name, data)
            if fits(data):
                return data

    def close(self) -> None:
        """Leave, as a phone does whose page is closed."""
        # The socket itself: the response holds a second reference to it.
        if self.connection.sock is not None:
            self.connection.sock.shutdown(socket.SHUT_RDWR)
        self.response.close()
        self.connection.close()


class Served:
    """A server with rooms, and what clients do with it."""

    def __init__(self, rooms: Rooms, port: int, root: str = "") -> None:
        """root: the path under which the routes are served."""
        self.rooms, self.port, self.root = rooms, port, root
        self.streams: list[Stream] = []

    def open(self, asking: Asking | None = None) -> Room:
        """Open a room; asking: what it asks."""
        room = self.rooms.open(SECRET)
        return room if asking is None else self.rooms.ask(room, asking)

    def get(self, path: str, **headers: str) -> Reply:
        """Get an address."""
        return self._request("GET", path, None, headers)

    def post(self, path: str, body: Any, **headers: str) -> Reply:
        """Post JSON; bytes are sent as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._request("POST", path, data, {"Content-Type": "application/json"} | headers)

    def join(self, room: Room) -> str:
        """Join a room and return the device."""
        reply = self.post(f"/class/{room.code}/join", {"key": room.key})
        assert reply.status == 200, reply.body
        device: str = reply.json["device"]
        return device

    def answer(self, room: Room, device: Any, answer: Any, round_number: Any = ...) -> Reply:
        """Answer the open question. round_number: another one."""
        number = room.open_round if round_number is ... else round_number
        body = {"device": device, "round": number, "answer": answer}
        return self.post(f"/class/{room.code}/answer", body)

    def events(self, room: Room, device: str) -> Stream:
        """Listen as a phone."""
        return self.stream(f"/class/{room.code}/events?device={device}")

    def stream(self, path: str) -> Stream:
        """Open a stream, which is closed after the test."""
        self.streams.append(Stream(self.port, self.root + path))
        return self.streams[-1]

    def _request(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(
                method, self.root + path, body, {name.replace("_", "-"): value for name, value in headers.items()}
            )
            return Reply(connection.getresponse())
        finally:
            connection.close()


class CountingRooms(SqliteRooms):
    """A store that counts what is asked of it."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.batches: list[int] = []
        self.reads = 0

    def answer(self, sent: Any) -> list[bool]:
        """Keep answers, slowly, so that others arrive meanwhile."""
        self.batches.append(len(sent))
        time.sleep(0.05)
        return super().answer(sent)

    def read(self, code: str) -> Room | None:
        """Read a room."""
        self.reads += 1
        return super().read(code)
