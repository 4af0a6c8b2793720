"""Server-sent events: what a phone, and the browser of somebody who watches, hears of a room."""

import asyncio
import json
import random
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from components.core.errors import StoreError
from components.ui.phones.hub import FollowedRoom, Hub

# Seconds after which a quiet stream says that it is still there, and between two states that a watcher hears.
_QUIET, _WATCH_PAUSE = 15.0, 0.25
# Seconds after which the stream of a phone is closed for the phone to open a new one: of a phone that has left the
# network without a word, the server would else hear nothing for a quarter of an hour.
_LASTS = 120.0
# Seconds in which a phone must take what it is sent.
_PATIENCE = 10.0
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
_STILL_HERE, _END = ": still here\n\n", "event: end\ndata: {}\n\n"


class EventStream(StreamingResponse):
    """A response that lasts; what it has opened is closed as soon as the client has gone."""

    def __init__(self, events: AsyncGenerator[str, None]) -> None:
        super().__init__(events, media_type="text/event-stream", headers=_HEADERS)
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events until there are no more, or the client has gone."""

        async def send_soon(message: Message) -> None:
            async with asyncio.timeout(_PATIENCE):
                await send(message)

        async with aclosing(self._events):
            try:
                await super().__call__(scope, receive, send_soon)
            except TimeoutError:
                return


async def phone_events(hub: Hub, followed: FollowedRoom, device: str) -> AsyncGenerator[str, None]:
    """Tell a phone what its room shows, now and whenever that changes; first also what it has answered itself."""
    lasts_until = time.monotonic() + _LASTS * random.uniform(0.75, 1.25)
    with hub.listening(followed, device) as listener:
        room, said, version = followed.room, followed.said, followed.version
        try:
            mine = await hub.own_answer(room, device)
        except StoreError as error:
            hub.note(error)
            return
        first = f'{said[:-1]},"mine":{json.dumps(mine, ensure_ascii=False)}}}'
        yield _retry() + _state(first, version)
        while not followed.has_ended:
            if hub.is_ending or listener.is_replaced or time.monotonic() > lasts_until:
                return
            if followed.version != version:
                version = followed.version
                yield _state(followed.said, version)
            elif not await listener.is_woken(_QUIET):
                yield _STILL_HERE
        yield _END


async def watch_events(hub: Hub, followed: FollowedRoom, device: str | None) -> AsyncGenerator[str, None]:
    """Tell a browser how many are in a room and have answered, and what the teacher shows and lets through.

    device: of who follows in the app, and is counted; None for the teacher's own. The version is that of what phones
    are told, so that a step of the teacher draws no page anew.
    """
    told: dict[str, Any] = {}
    yield _retry()
    with hub.listening(followed, device) as listener:
        while not followed.has_ended:
            if hub.is_ending or listener.is_replaced:
                return
            room, head = followed.room, followed.head
            state = {
                "version": followed.version,
                "people": head.people,
                "answered": head.answered,
                "open": room.open_round is not None,
                "address": room.address,
                "decided": room.decided,
            }
            if state != told:
                told = state
                yield _state(json.dumps(state, ensure_ascii=False, separators=(",", ":")), head.version)
                await asyncio.sleep(_WATCH_PAUSE)
            elif not await listener.is_woken(_QUIET):
                yield _STILL_HERE
        yield _END


def _state(data: str, version: int) -> str:
    return f"id: {version}\nevent: state\ndata: {data}\n\n"


def _retry() -> str:
    # A class that has lost its server does not come back in the same moment.
    return f"retry: {random.randint(1000, 4000)}\n\n"
