"""The browser's scripts and style sheets, sent compressed: a third of their bytes over a classroom's Wi-Fi."""

import asyncio
import gzip
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Streamlit's own files have a hash of their content in their names, so what was compressed once stays right.
_FOLDER, _ENDINGS = "/static/", (".js", ".css")
_LEAST_BYTES = 1_000
# A file that is not there has many names.
_MOST_FILES = 1_000


@dataclass(frozen=True)
class _Answer:
    start: Message
    body: bytes


class CompressedFiles:
    """ASGI middleware that compresses each file once and keeps it.

    Streamlit leaves these files uncompressed, since compressing them for each reader would take longer than sending
    them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[str, _Answer] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not _is_asked_for(scope):
            await self._app(scope, receive, send)
            return
        answer = self._kept.get(scope["path"])
        if answer is None:
            answer = await self._answer(scope, receive)
            if answer.start["status"] == 200 and len(answer.body) >= _LEAST_BYTES:
                answer = await asyncio.to_thread(_compressed, answer)
                if len(self._kept) < _MOST_FILES:
                    self._kept[scope["path"]] = answer
        await send(answer.start)
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, receive: Receive) -> _Answer:
        """Return what the app answers, as one piece."""
        start: dict[str, Any] = {}
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        await self._app(scope, receive, keep)
        return _Answer(start, bytes(body))


def _is_asked_for(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    headers = Headers(scope=scope)
    path = str(scope["path"])
    # A part of a file, or a file that the browser has already, is for the app to answer.
    whole = not any(name in headers for name in ("range", "if-none-match", "if-modified-since"))
    return whole and _FOLDER in path and path.endswith(_ENDINGS) and "gzip" in headers.get("accept-encoding", "")


def _compressed(answer: _Answer) -> _Answer:
    """Return the same answer compressed as RFC 1952 says."""
    body = gzip.compress(answer.body, mtime=0)
    start = {**answer.start, "headers": [*answer.start["headers"]]}
    headers = MutableHeaders(raw=start["headers"])
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(body))
    headers.add_vary_header("accept-encoding")
    return replace(answer, start=start, body=body)
