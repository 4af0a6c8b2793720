"""The routes beside Streamlit: what phones, and the browsers of those who watch a room, ask of the server."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache as once
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from streamlit import config

from components.core.classroom.limits import Limit
from components.core.classroom.phone_view import phone_view
from components.core.classroom.rooms import ClosedError, Rooms, TooManyWrongCodesError
from components.core.errors import AnswerError, EncoderscopeError, RoomError
from components.ui.classroom.rooms import rooms
from components.ui.phones.hub import Hub
from components.ui.phones.page import page, policy
from components.ui.phones.requests import RefusedError, address_of, read_json, refuse_other_sites, text_in
from components.ui.phones.writer import AnswerWriter

# A device answers and changes its mind; a whole class may stand behind one address.
_BY_DEVICE, _BY_ADDRESS, _JOINS = Limit(rate=2, burst=10), Limit(rate=400, burst=4_000), Limit(rate=50, burst=1_000)
_MOST_STREAMS = 5  # of one device
# Seconds after which a quiet stream says that it is still there, and between two counts that a watcher hears.
_QUIET, _WATCH_PAUSE = 15.0, 0.25
_EVENT_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

Handler = Callable[[Request], Awaitable[Response]]


def routes() -> list[BaseRoute]:
    """Return the routes, below the path under which the app is served."""
    path = str(config.get_option("server.baseUrlPath")).strip("/")
    root = f"/{path}/class" if path else "/class"
    return [
        Route(root, _page),
        Route(f"{root}/{{code}}", _page),
        Route(f"{root}/{{code}}/join", _answering(_join), methods=["POST"]),
        Route(f"{root}/{{code}}/answer", _answering(_answer), methods=["POST"]),
        Route(f"{root}/{{code}}/events", _answering(_events)),
        Route(f"{root}/{{code}}/watch", _answering(_watch)),
    ]


@once
def _hub() -> Hub:
    return Hub(rooms())


@once
def _writer() -> AnswerWriter:
    return AnswerWriter(rooms().store)


async def _page(_: Request) -> Response:
    headers = {"Content-Security-Policy": policy(), "X-Content-Type-Options": "nosniff"}
    return HTMLResponse(page(), headers=headers | {"Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"})


def _answering(handler: Handler) -> Handler:
    """Return a handler that refuses what is too often or comes from other sites, and tells problems in a sentence."""

    async def answer(request: Request) -> Response:
        try:
            refuse_other_sites(request)
            _hold(_BY_ADDRESS, address_of(request))
            return await handler(request)
        except RefusedError as error:
            return _problem(error.status, error.problem, error.wait)
        except TooManyWrongCodesError as error:
            return _problem(429, str(error), 60)
        except ClosedError as error:
            return _problem(409, str(error))
        except AnswerError as error:
            return _problem(400, str(error))
        except RoomError as error:
            return _problem(404, str(error))
        except EncoderscopeError as error:
            return _problem(503, str(error), 2)

    return answer


def _problem(status: int, problem: str, wait: float = 0.0) -> Response:
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(max(1, round(wait)))} if wait else {})
    return JSONResponse({"problem": problem}, status, headers)


def _hold(limit: Limit, key: str) -> None:
    wait = limit.wait(key)
    if wait:
        raise RefusedError(429, "That was too often. Wait a moment.", wait)


async def _join(request: Request) -> Response:
    """Let a device in, and say what the room shows."""
    found = await read_json(request)
    _hold(_JOINS, address_of(request))

    def join(all_rooms: Rooms) -> dict[str, Any]:
        room = all_rooms.find(request.path_params["code"], address_of(request), text_in(found, "key"))
        device = all_rooms.join(room)
        entry = room.shown
        answers = all_rooms.answers(room, entry)[-1] if entry is not None and entry.is_revealed else ()
        return {"device": device, "state": phone_view(room, answers)}

    return JSONResponse(await asyncio.to_thread(join, rooms()), headers={"Cache-Control": "no-store"})


async def _answer(request: Request) -> Response:
    """Keep an answer; what is acknowledged is written."""
    found = await read_json(request)
    device, number = text_in(found, "device"), found.get("round")
    code = request.path_params["code"]
    _hold(_BY_DEVICE, device)
    room = _hub().room(code)
    if room is None:
        room = await asyncio.to_thread(rooms().find, code, address_of(request))
    sent = rooms().check(room, device, number if isinstance(number, int) else -1, found.get("answer"))
    if not await _writer().write(sent):
        known = await asyncio.to_thread(rooms().store.has_device, room.code, device)
        if not known:
            raise RefusedError(404, "This phone is not in the room. Join again.")
        raise ClosedError("This question is closed; your last answer counts.")
    return JSONResponse({"answer": sent.answer}, headers={"Cache-Control": "no-store"})


async def _events(request: Request) -> Response:
    """Tell a phone what its room shows, now and whenever that changes."""
    code, device = request.path_params["code"], request.query_params.get("device", "")
    room = await asyncio.to_thread(rooms().find, code, address_of(request))
    if not await asyncio.to_thread(rooms().store.has_device, room.code, device):
        raise RefusedError(404, "This phone is not in the room. Join again.")
    if _hub().devices(room.code, device) >= _MOST_STREAMS:
        raise RefusedError(429, "This phone listens already.", 5)

    async def events() -> AsyncIterator[str]:
        async with _hub().listening(room.code, device) as followed:
            sent = -1
            while followed.head is not None and followed.room is not None:
                changed = followed.changed
                if followed.head.version != sent:
                    first, sent = sent == -1, followed.head.version
                    if first:
                        # After a lost connection the phone may not know what it has answered.
                        view = followed.view | {
                            "mine": await asyncio.to_thread(rooms().own_answer, followed.room, device)
                        }
                        data = json.dumps(view, ensure_ascii=False)
                        yield f"retry: 1500\nid: {sent}\nevent: state\ndata: {data}\n\n"
                    else:
                        yield followed.event
                if not await _changes(changed, _QUIET):
                    yield ": still here\n\n"
            yield "event: end\ndata: {}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream", headers=_EVENT_HEADERS)


async def _watch(request: Request) -> Response:
    """Tell the browser of a teacher how many are in a room and have answered."""
    room = await asyncio.to_thread(rooms().find, request.path_params["code"], address_of(request))

    async def events() -> AsyncIterator[str]:
        async with _hub().listening(room.code) as followed:
            while followed.head is not None and followed.room is not None:
                changed, head = followed.changed, followed.head
                view = {"version": head.version, "people": head.people, "answered": head.answered}
                yield f"retry: 1500\nevent: state\ndata: {json.dumps(view)}\n\n"
                await asyncio.sleep(_WATCH_PAUSE)
                while not await _changes(changed, _QUIET):
                    yield ": still here\n\n"
            yield "event: end\ndata: {}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream", headers=_EVENT_HEADERS)


async def _changes(changed: asyncio.Event, seconds: float) -> bool:
    """Wait for a change; False if there was none for some seconds."""
    try:
        await asyncio.wait_for(changed.wait(), seconds)
    except TimeoutError:
        return False
    return True
