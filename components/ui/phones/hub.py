"""Who listens to which room in this process: one task looks at these rooms in the store, and wakes who listens."""

import asyncio
import json
import logging
import os
import secrets
import signal
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from components.core.classroom.phone_view import phone_view
from components.core.classroom.questions import Answer
from components.core.classroom.room import Room
from components.core.classroom.rooms import Rooms
from components.core.classroom.store import Head
from components.ui.phones.threads import SharedReads, in_thread

_LOG = logging.getLogger(__name__)

#: Streams that a device may have open; a further one ends its oldest, which may be one whose network is gone.
MOST_STREAMS = 3
# Seconds between two looks at the rooms: at most, and at least where the store says by itself that something changes.
_PAUSE, _LEAST_PAUSE = 0.1, 0.03
# Seconds between two looks while the store fails.
_TROUBLE_PAUSE = 1.0
# Seconds between two counts of the people in a room, and after which a count is said again.
_COUNT_PAUSE, _COUNT_LASTS = 0.34, 15.0
# Seconds after which a room that nobody listens to is forgotten, and between two deletions of rooms whose time is over.
_KEPT, _SWEEP = 10.0, 60.0
# Seconds between two looks at whether the server is to end.
_END_PAUSE = 0.2


class Listener:
    """An open stream."""

    def __init__(self) -> None:
        self.is_replaced = False
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Have the stream look at its room."""
        self._woken.set()

    async def is_woken(self, seconds: float) -> bool:
        """Wait until it is woken; False if it was not for some seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True


@dataclass(eq=False)
class FollowedRoom:
    """A room that somebody listens to, as it was a moment ago."""

    room: Room
    view: dict[str, Any]  # what phones are told
    head: Head
    said: str = ""  # the view as JSON
    has_ended: bool = False
    listeners: set[Listener] = field(default_factory=set)
    devices: dict[str, list[Listener]] = field(default_factory=dict)
    used_at: float = field(default_factory=time.monotonic)
    counted: tuple[int, float] = (0, -_COUNT_LASTS)  # the people that the store was told of, and when

    def __post_init__(self) -> None:
        self.said = json.dumps(self.view, ensure_ascii=False, separators=(",", ":"))

    @property
    def version(self) -> int:
        """The version of the room in which what phones are told has changed last."""
        return int(self.view["version"])

    def change(self, room: Room, view: dict[str, Any]) -> None:
        """Take over a newer room. Phones are told only of what concerns them."""
        self.room = room
        if view | {"version": 0} != self.view | {"version": 0}:
            self.view = view
            self.__post_init__()

    def wake(self) -> None:
        """Wake all who listen."""
        for each in self.listeners:
            each.wake()

    def end(self) -> None:
        """Tell all who listen that the room is gone."""
        self.has_ended = True
        self.wake()


class Hub:
    """The rooms that somebody listens to in this process. All methods belong to the event loop."""

    def __init__(self, rooms: Rooms) -> None:
        self.is_ending = False
        self._rooms = rooms
        self._followed: dict[str, FollowedRoom] = {}
        self._reads = SharedReads()
        self._process = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._tasks: set[asyncio.Task[None]] = set()
        self._needed = asyncio.Event()
        self._swept_at = 0.0
        self._in_trouble = False

    async def follow(self, code: str) -> FollowedRoom | None:
        """Return a room, which is then kept up to date for a while; None if there is none. Raises StoreError."""
        if code not in self._followed:
            seen = await self._reads.read(code, lambda: self._see(code))
            if seen is None:
                return None
            self._followed.setdefault(code, FollowedRoom(*seen))
        if not self._tasks:
            self._begin(self._look_forever())
            self._begin(self._wait_for_end())
        self._needed.set()
        followed = self._followed[code]
        followed.used_at = time.monotonic()
        return followed

    async def refresh(self) -> None:
        """Look at the rooms now. Raises StoreError."""
        seen = await self._reads.read(None, self._look)
        for code, (head, changed) in seen.items():
            followed = self._followed.get(code)
            if followed is None:
                continue
            if head is None:
                del self._followed[code]
                followed.end()
                continue
            if changed is not None:
                followed.change(*changed)
            if changed is not None or head != followed.head:
                followed.head = head
                followed.wake()

    @contextmanager
    def listening(self, followed: FollowedRoom, device: str | None = None) -> Iterator[Listener]:
        """Listen to a room. device: of a phone; it counts as a person meanwhile."""
        listener = Listener()
        followed.listeners.add(listener)
        if device is not None:
            streams = followed.devices.setdefault(device, [])
            streams.append(listener)
            for each in streams[:-MOST_STREAMS]:
                each.is_replaced = True
                each.wake()
        try:
            yield listener
        finally:
            followed.used_at = time.monotonic()
            followed.listeners.discard(listener)
            if device is not None:
                followed.devices[device].remove(listener)
                if not followed.devices[device]:
                    del followed.devices[device]

    async def own_answer(self, room: Room, device: str) -> Answer | None:
        """Return what a device has answered to the question that a room shows. Raises StoreError."""
        entry = room.shown
        if entry is None:
            return None
        number = entry.last_round.number
        # All answers are read for all who come back together, as they do after a restart of the server.
        answers = await self._reads.read((room.code, number), lambda: self._rooms.store.answers(room.code, number))
        return answers.get(device)

    def note(self, error: Exception) -> None:
        """Log what the store fails of, once until it works again."""
        if not self._in_trouble:
            _LOG.warning("Rooms of classes cannot be read or written: %s", error)
        self._in_trouble = True

    def end(self) -> None:
        """End all streams."""
        self.is_ending = True
        for followed in self._followed.values():
            followed.wake()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.add(asyncio.create_task(work))

    async def _look_forever(self) -> None:
        while not self.is_ending:
            try:
                await self._wait()
                await self._say_counts()
                await self.refresh()
                if time.monotonic() - self._swept_at > _SWEEP:
                    self._swept_at = time.monotonic()
                    await in_thread(self._rooms.store.sweep)
                self._in_trouble = False
            # Whatever it was: without this task every phone would wait in vain.
            except Exception as error:
                self.note(error)
                await asyncio.sleep(_TROUBLE_PAUSE)
            self._forget()

    async def _wait(self) -> None:
        if not self._followed:
            self._needed.clear()
            try:
                async with asyncio.timeout(_SWEEP):
                    await self._needed.wait()
            except TimeoutError:
                return
        await asyncio.sleep(_LEAST_PAUSE)
        await in_thread(self._rooms.store.wait, _PAUSE - _LEAST_PAUSE)

    async def _wait_for_end(self) -> None:
        """End the streams when the server is to end, since it waits for them."""
        while not self.is_ending and not _server_ends():
            await asyncio.sleep(_END_PAUSE)
        self.end()

    async def _say_counts(self) -> None:
        """Say how many people listen, where that has changed or was said long ago."""
        now, people = time.monotonic(), {}
        for code, followed in self._followed.items():
            count, (said, at) = len(followed.devices), followed.counted
            if (count != said and now - at >= _COUNT_PAUSE) or (count and now - at >= _COUNT_LASTS):
                people[code] = count
        if people:
            await in_thread(self._rooms.store.say_present, self._process, people)
        for code, count in people.items():
            if code in self._followed:
                self._followed[code].counted = count, now

    def _forget(self) -> None:
        """Forget rooms that nobody has listened to for a while."""
        long_ago = time.monotonic() - _KEPT
        for code, followed in list(self._followed.items()):
            if not followed.listeners and followed.used_at < long_ago and followed.counted[0] == 0:
                del self._followed[code]

    def _look(self) -> dict[str, tuple[Head | None, tuple[Room, dict[str, Any]] | None]]:
        """Return for each room its head, if it is there, and the room, if it has changed."""
        known = {code: followed.room.version for code, followed in list(self._followed.items())}
        heads = self._rooms.store.heads(known) if known else {}
        found: dict[str, tuple[Head | None, tuple[Room, dict[str, Any]] | None]] = {}
        for code, version in known.items():
            head, changed = heads.get(code), None
            if head is not None and head.version != version:
                changed = self._read(code)
                head = head if changed is not None else None
            found[code] = head, changed
        return found

    def _see(self, code: str) -> tuple[Room, dict[str, Any], Head] | None:
        read, head = self._read(code), self._rooms.store.heads([code]).get(code)
        return None if read is None or head is None else (*read, head)

    def _read(self, code: str) -> tuple[Room, dict[str, Any]] | None:
        room = self._rooms.store.read(code)
        if room is None:
            return None
        entry = room.shown
        answers = self._rooms.answers(room, entry)[-1] if entry is not None and entry.is_revealed else ()
        return room, phone_view(room, answers)


def _server_ends() -> bool:
    """True if uvicorn was asked to end. It says so nowhere else before it has waited for all connections."""
    handler = signal.getsignal(signal.SIGTERM)
    return bool(getattr(getattr(handler, "__self__", None), "should_exit", False))
