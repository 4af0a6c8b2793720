"""Phones of a class: plain HTTP clients that join, listen to events and answer, as the page on a phone does."""

import asyncio
import json
import random
import time
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

#: Seconds in which an answer of the server must come, before a phone asks again.
_PATIENCE: Final = 30.0


class Phone:
    """One phone. It comes back by itself after a loss of the server, with its answer too."""

    def __init__(self, origin: str, code: str) -> None:
        """origin: such as "http://127.0.0.1:8501"."""
        split = urlsplit(origin)
        self._host, self._port, self._path = split.hostname or "", split.port or 80, f"{split.path}/class/{code}"
        self.device = ""
        #: (round, "open" or "revealed") → when the first event said so, and what it said.
        self.heard: dict[tuple[int, str], tuple[float, dict[str, Any]]] = {}
        #: Round → the answer that was acknowledged last.
        self.acknowledged: dict[int, Any] = {}
        #: What was refused, and since when its stream is open.
        self.problems: list[str] = []
        self.listens_since = 0.0
        self.is_listening = asyncio.Event()
        self._retry = 1.0
        self._listening: asyncio.Task[None] | None = None

    async def join(self, key: str) -> float:
        """Join with the key of the QR code, and listen from then on; returns the seconds until its stream is open."""
        start = time.perf_counter()
        status, said = await self._post("/join", {"key": key})
        if status != 200:
            self.problems.append(f"joining: {status}")
            return time.perf_counter() - start
        self.device = said["device"]
        self._listening = asyncio.create_task(self._listen())
        async with asyncio.timeout(_PATIENCE):
            await self.is_listening.wait()
        return time.perf_counter() - start

    async def answer(self, round_number: int, answer: Any) -> tuple[float, int]:
        """Answer until that is acknowledged; returns the seconds it took, and the attempts."""
        start, attempts = time.perf_counter(), 0
        sent = {"device": self.device, "round": round_number, "answer": answer}
        while True:
            attempts += 1
            try:
                status, said = await self._post("/answer", sent)
            except (OSError, EOFError, ValueError, TimeoutError):
                status, said = 0, {}
            if status == 200:
                self.acknowledged[round_number] = said["answer"]
                break
            if status not in (0, 429, 503):
                self.problems.append(f"answering: {status} {said.get('problem')}")
                break
            await asyncio.sleep(random.uniform(0.5, 1.5))
        return time.perf_counter() - start, attempts

    async def leave(self) -> None:
        """Close its page."""
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening

    async def _post(self, path: str, sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        body = json.dumps(sent).encode()
        head = f"POST {self._path}{path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nConnection: close\r\n"
        head += f"Origin: http://{self._host}:{self._port}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        async with asyncio.timeout(_PATIENCE):
            reader, writer = await asyncio.open_connection(self._host, self._port)
            try:
                writer.write(head.encode() + body)
                answered = await reader.read(-1)
            finally:
                writer.close()
        status, _, rest = answered.partition(b"\r\n")
        if not rest:
            raise EOFError  # the server has gone in the middle of its answer
        return int(status.split()[1]), json.loads(rest.partition(b"\r\n\r\n")[2])

    async def _listen(self) -> None:
        while True:
            with suppress(OSError, EOFError, ValueError, IndexError):
                await self._read_stream()
            self.is_listening.clear()
            await asyncio.sleep(self._retry)

    async def _read_stream(self) -> None:
        """Read one stream of events until it ends."""
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=1 << 20)
        try:
            head = f"GET {self._path}/events?device={self.device} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            writer.write(f"{head}Accept: text/event-stream\r\n\r\n".encode())
            if int((await reader.readline()).split()[1]) != 200:
                return
            # Lengths of chunks stand on lines of their own between the lines of events.
            while line := await reader.readline():
                if line.startswith(b"data: "):
                    self._hear(json.loads(line[6:]))
                    if not self.is_listening.is_set():
                        self.listens_since = time.perf_counter()
                        self.is_listening.set()
                elif line.startswith(b"retry: "):
                    self._retry = int(line[7:]) / 1000
        finally:
            writer.close()

    def _hear(self, state: dict[str, Any]) -> None:
        question = state.get("question")
        if question:
            what = "revealed" if question["revealed"] else "open" if question["open"] else "closed"
            self.heard.setdefault((question["round"], what), (time.perf_counter(), question))
