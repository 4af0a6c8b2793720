"""The routes beside Streamlit: what phones, and the browsers of those who watch a room, ask of the server."""

import math
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from components.core.classroom.codes import read_code
from components.core.classroom.limits import Limit
from components.core.classroom.rooms import ClosedError, Rooms, TooManyWrongCodesError
from components.core.classroom.store import SentAnswer
from components.core.errors import AnswerError, RoomError, StoreError
from components.core.lazy import cached_property
from components.ui.address import served_under
from components.ui.classroom.rooms import rooms as own_rooms
from components.ui.phones.hub import FollowedRoom, Hub
from components.ui.phones.page import page, policy
from components.ui.phones.requests import (
    RefusedError,
    address_of,
    device_in,
    path_in,
    plain_in,
    read_json,
    refuse_other_sites,
    round_in,
)
from components.ui.phones.streams import EventStream, phone_events, watch_events
from components.ui.phones.threads import in_thread
from components.ui.phones.writer import AnswerWriter

# Bytes of what a phone sends, and of what the teacher's browser says that it shows.
_MOST_BYTES, _MOST_ADDRESS_BYTES = 4_096, 65_536
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

Handler = Callable[[Request], Awaitable[Response]]


def routes(rooms: Callable[[], Rooms] = own_rooms) -> list[BaseRoute]:
    """Return the routes, below the path under which the app is served. rooms: called when first needed."""
    root = f"{served_under()}/class"
    desk = _Desk(rooms)
    return [
        Route(root, _page),
        Route(f"{root}/", _page),
        Route(f"{root}/{{code}}", _page),
        Route(f"{root}/{{code}}/join", desk.answering(desk.join), methods=["POST"]),
        Route(f"{root}/{{code}}/answer", desk.answering(desk.answer, holds=False), methods=["POST"]),
        Route(f"{root}/{{code}}/lead", desk.answering(desk.lead), methods=["POST"]),
        Route(f"{root}/{{code}}/events", desk.answering(desk.events), methods=["GET"]),
        Route(f"{root}/{{code}}/watch", desk.answering(desk.watch), methods=["GET"]),
        # Streamlit would answer with its own page.
        Route(f"{root}/{{rest:path}}", _nothing, methods=_METHODS),
    ]


async def _page(_: Request) -> Response:
    headers = {
        "Content-Security-Policy": policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    return HTMLResponse(page(), headers=headers)


async def _nothing(_: Request) -> Response:
    return _problem(404, "There is nothing at this address. Look at the screen again.")


def _problem(status: int, problem: str, wait: float = 0.0, **also: Any) -> Response:
    headers = _HEADERS | ({"Retry-After": str(math.ceil(wait))} if wait else {})
    return JSONResponse({"problem": problem, **also}, status, headers)


def _hold(limit: Limit, key: str) -> None:
    wait = limit.wait(key)
    if wait:
        raise RefusedError(429, "That was too often. Wait a moment.", wait)


class _Desk:
    """Answers requests about rooms."""

    def __init__(self, rooms: Callable[[], Rooms]) -> None:
        self._open_rooms = rooms
        # A whole class may stand behind one address; a device answers and changes its mind.
        self._by_address, self._joins = Limit(rate=400, burst=4_000), Limit(rate=50, burst=1_000)
        self._answers, self._streams = Limit(rate=2, burst=10), Limit(rate=1, burst=20)

    @cached_property
    def _rooms(self) -> Rooms:
        return self._open_rooms()

    @cached_property
    def _hub(self) -> Hub:
        return Hub(self._rooms)

    @cached_property
    def _writer(self) -> AnswerWriter:
        return AnswerWriter(self._rooms.store)

    def answering(self, handler: Handler, holds: bool = True) -> Handler:
        """Return a handler that refuses what comes too often or from other sites, and tells problems in a sentence.

        holds: whether each request counts for its address; False if the handler itself says which do.
        """

        async def answer(request: Request) -> Response:
            try:
                refuse_other_sites(request)
                if holds:
                    _hold(self._by_address, address_of(request))
                return await handler(request)
            except RefusedError as error:
                return _problem(error.status, error.problem, error.wait, **error.also)
            except TooManyWrongCodesError as error:
                return _problem(429, str(error), 60)
            except ClosedError as error:
                return _problem(409, str(error))
            except AnswerError as error:
                return _problem(400, str(error))
            except RoomError as error:
                return _problem(404, str(error), ended=True)
            except StoreError as error:
                self._hub.note(error)
                return _problem(503, "The room cannot be reached at the moment. It is tried again.", 2)

        return answer

    async def join(self, request: Request) -> Response:
        """Let a device in, and say what the room shows."""
        found = await read_json(request, _MOST_BYTES)
        _hold(self._joins, address_of(request))
        key = plain_in(found.get("key"))
        room = await in_thread(self._rooms.find, request.path_params["code"], address_of(request), key)
        followed = await self._hub.follow(room.code)
        try:
            device = await in_thread(self._rooms.join, room)
        except RoomError as error:
            return _problem(409, str(error))
        if followed is None:
            raise RoomError("This room has just ended.")
        return Response(f'{{"device":"{device}","state":{followed.said}}}', 200, _HEADERS, "application/json")

    async def answer(self, request: Request) -> Response:
        """Keep an answer; what is acknowledged is written."""
        found = await read_json(request, _MOST_BYTES)
        device, number = device_in(found.get("device")), round_in(found.get("round"))
        code = read_code(request.path_params["code"])
        # First the device, so that one that never stops uses up nothing of what it shares with its class.
        if device:
            _hold(self._answers, device)
        _hold(self._by_address, address_of(request))
        followed = await self._hub.follow(code) if code and device else None
        if followed is None:
            await self._turn_away(request)
        try:
            sent = await self._checked(followed, device, number, found.get("answer"))
            if await self._writer.write(sent):
                return JSONResponse({"answer": sent.answer}, headers=_HEADERS)
            raise ClosedError("This question is closed; your last answer counts.")
        except AnswerError:
            if not await in_thread(self._rooms.store.has_device, followed.room.code, device):
                await self._turn_away(request)
            raise

    async def _checked(self, followed: FollowedRoom, device: str, number: int, given: object) -> SentAnswer:
        """Return an answer that fits the open question, as far as this process knows; the store itself looks again."""
        try:
            return self._rooms.check(followed.room, device, number, given)
        except ClosedError:
            # It may have been opened in this moment.
            await self._hub.refresh()
            return self._rooms.check(followed.room, device, number, given)

    async def events(self, request: Request) -> Response:
        """Tell a phone what its room shows, now and whenever that changes."""
        code, device = read_code(request.path_params["code"]), device_in(request.query_params.get("device"))
        if not code or not device or not await in_thread(self._rooms.store.has_device, code, device):
            await self._turn_away(request)
        _hold(self._streams, device)
        followed = await self._hub.follow(code)
        if followed is None:
            raise RoomError("This room has ended.")
        return EventStream(phone_events(self._hub, followed, device))

    async def watch(self, request: Request) -> Response:
        """Tell the browser of a teacher, or of who follows, how many are in a room and have answered.

        With the room's key as ?k= it is not held up by wrong codes of others behind the same address.
        """
        key = plain_in(request.query_params.get("k"))
        room = await in_thread(self._rooms.find, request.path_params["code"], address_of(request), key)
        followed = await self._hub.follow(room.code)
        if followed is None:
            raise RoomError("This room has ended.")
        device = device_in(request.query_params.get("device"))
        is_in = bool(device) and await in_thread(self._rooms.store.has_device, room.code, device)
        return EventStream(watch_events(self._hub, followed, device if is_in else None))

    async def lead(self, request: Request) -> Response:
        """Write down what the teacher's browser shows."""
        found = await read_json(request, _MOST_ADDRESS_BYTES)
        secret, address = plain_in(found.get("secret")), path_in(found.get("address"))
        code = read_code(request.path_params["code"])
        followed = await self._hub.follow(code) if code else None
        if followed is None or not self._rooms.is_host(followed.room, secret):
            await in_thread(self._rooms.find, request.path_params["code"], address_of(request))
            raise RefusedError(403, "Only who opened this room can lead.")
        if address is None:
            raise RefusedError(400, "This is no address of this app.")
        if address != followed.room.address:
            await in_thread(self._rooms.lead, followed.room, address)
        return JSONResponse({"address": address}, headers=_HEADERS)

    async def _turn_away(self, request: Request) -> NoReturn:
        """Refuse a device that is not in the room; if there is none, that was a wrong code."""
        await in_thread(self._rooms.find, request.path_params["code"], address_of(request))
        raise RefusedError(404, "This phone is not in the room. Join again.")
