"""The streams of a process: one task looks at the rooms that somebody listens to, and wakes who listens."""

import asyncio
import json
import logging
import os
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from components.core.classroom.phone_view import phone_view
from components.core.classroom.room import Room
from components.core.classroom.rooms import Rooms
from components.core.classroom.store import Head
from components.core.errors import EncoderscopeError

_LOG = logging.getLogger(__name__)

# Seconds between two looks at the rooms, between two of a room's headcounts, and until a headcount is said again.
_PAUSE, _HEADCOUNT_PAUSE, _HEADCOUNT_LASTS = 0.12, 0.4, 15.0


@dataclass(eq=False)
class _Followed:
    """A room that somebody listens to."""

    head: Head | None = None  # None once it has ended
    room: Room | None = None
    view: dict[str, Any] = field(default_factory=dict)
    event: str = ""  # the view, as phones get it
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    listeners: int = 0
    devices: Counter[str] = field(default_factory=Counter)


class Hub:
    """Who listens to which room in this process."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._followed: dict[str, _Followed] = {}
        self._task: asyncio.Task[None] | None = None
        self._process = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._said: dict[str, tuple[int, float]] = {}  # code → headcount, and when it was said
        self._failed = False

    @asynccontextmanager
    async def listening(self, code: str, device: str | None = None) -> AsyncIterator[_Followed]:
        """Listen to a room. device: counts as a person while it listens."""
        followed = self._followed.setdefault(code, _Followed())
        followed.listeners += 1
        if device is not None:
            followed.devices[device] += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        try:
            if followed.head is None:
                await self._refresh([code])
            yield followed
        finally:
            followed.listeners -= 1
            if device is not None:
                followed.devices[device] -= 1
                if followed.devices[device] <= 0:
                    del followed.devices[device]

    def room(self, code: str) -> Room | None:
        """Return a room that somebody listens to, as it was a moment ago."""
        followed = self._followed.get(code)
        return followed.room if followed and followed.head is not None else None

    def devices(self, code: str, device: str) -> int:
        """Return how many streams a device has open."""
        followed = self._followed.get(code)
        return followed.devices[device] if followed else 0

    async def _look(self) -> None:
        """Look at the rooms for as long as somebody listens."""
        while self._followed:
            await asyncio.sleep(_PAUSE)
            try:
                await self._count_heads()
                await self._refresh(list(self._followed))
                self._failed = False
            except EncoderscopeError as error:
                if not self._failed:
                    _LOG.warning("%s", error)
                self._failed = True
            for code in [code for code, each in self._followed.items() if not each.listeners]:
                # Its headcount is 0, and must be said before it is forgotten.
                if self._said.get(code, (0, 0.0))[0] == 0:
                    del self._followed[code]
                    self._said.pop(code, None)

    async def _refresh(self, codes: list[str]) -> None:
        heads = await asyncio.to_thread(self._rooms.store.heads, codes)
        for code in codes:
            followed, head = self._followed.get(code), heads.get(code)
            if followed is None or followed.head == head:
                continue
            if head is not None and (followed.head is None or followed.head.version != head.version):
                followed.room, followed.view = await asyncio.to_thread(self._view, code)
                if followed.room is None:
                    head = None
                else:
                    data = json.dumps(followed.view, ensure_ascii=False, separators=(",", ":"))
                    followed.event = f"id: {followed.room.version}\nevent: state\ndata: {data}\n\n"
            followed.head = head
            waiting, followed.changed = followed.changed, asyncio.Event()
            waiting.set()

    def _view(self, code: str) -> tuple[Room | None, dict[str, Any]]:
        room = self._rooms.store.read(code)
        if room is None:
            return None, {}
        entry = room.shown
        shows = entry is not None and entry.is_revealed
        answers = self._rooms.answers(room, entry)[-1] if entry is not None and shows else ()
        return room, phone_view(room, answers)

    async def _count_heads(self) -> None:
        """Say how many people listen, where that has changed or was said long ago."""
        now, people = time.monotonic(), {}
        for code, followed in self._followed.items():
            count = len(followed.devices)
            said, at = self._said.get(code, (0, -_HEADCOUNT_LASTS))
            changed = count != said and now - at > _HEADCOUNT_PAUSE
            if changed or (count and now - at > _HEADCOUNT_LASTS):
                people[code] = count
        if people:
            await asyncio.to_thread(self._rooms.store.say_present, self._process, people)
            self._said.update({code: (count, now) for code, count in people.items()})
