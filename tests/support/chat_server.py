"""A server of the OpenAI protocol that goes wrong in every way a server can."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from components.core.errors import GenerationError
from components.core.retrieval.generation.language_model import Generator

SECRET = "sk-a-key-nobody-may-see"


def read_until_error(pieces: Iterator[str], says: str) -> tuple[str, GenerationError]:
    """Return the text before an error with this message, and the error."""
    came: list[str] = []
    with pytest.raises(GenerationError, match=says) as failure:
        came.extend(pieces)
    return "".join(came), failure.value


def free_port() -> int:
    """Return a port of this computer that no program uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class FakeServer:
    """A server whose answer depends on the first part of the path: a name in CASES, or the status of an error."""

    port: int
    requests: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)  # headers and bodies
    released: threading.Event = field(default_factory=threading.Event)  # ends endless answers
    left_alone: threading.Event = field(default_factory=threading.Event)  # the client has hung up

    def generator(self, case: str, key: str | None = SECRET) -> Generator:
        """Return a language model whose answers are of this case."""
        return Generator(f"http://127.0.0.1:{self.port}/{case}/v1", "tiny", key)


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    fake: FakeServer

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is printed."""

    def do_POST(self) -> None:
        """Answer as the case says."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
        case = self.path.split("/")[1]
        # The client may hang up before the end.
        with contextlib.suppress(ConnectionError):
            if case.isdigit():
                self.fail(int(case))
            else:
                CASES[case](self)

    def fail(self, status: int, **error: str) -> None:
        """Answer with an error that repeats the key, as no server should and some do."""
        said = {"message": f"wrong: {self.headers['Authorization']} " + "and so on " * 100, **error}
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        # What a client that tries again would wait for.
        self.send_header("Retry-After", "30")
        self.end_headers()
        self.wfile.write(json.dumps({"error": said}).encode())

    def begin(self, content_type: str = "text/event-stream", length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def say(self, event: Any) -> None:
        data = event if isinstance(event, str) else json.dumps(event)
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def piece(self, finish_reason: str | None = None, **delta: str) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        self.say({"id": "1", "object": "chat.completion.chunk", "choices": [choice]})


def _whole(to: Handler) -> None:
    to.begin()
    to.piece(role="assistant")
    to.piece(content="Ten ")
    to.piece(content="minutes.")
    to.piece("stop")
    # Some tell at the end what it cost, with no choices or without that word.
    to.say({"id": "1", "object": "chat.completion.chunk", "usage": {"total_tokens": 9}})
    to.say({"id": "1", "object": "chat.completion.chunk", "choices": [], "usage": {"total_tokens": 9}})
    to.say("[DONE]")


def _said(*deltas: dict[str, str], reason: str | None) -> Callable[[Handler], None]:
    """A server that says these pieces, and why it stops."""

    def answer(to: Handler) -> None:
        to.begin()
        for delta in deltas:
            to.piece(**delta)
        if reason:
            to.piece(reason)
            to.say("[DONE]")

    return answer


def _silent(to: Handler) -> None:
    to.fake.released.wait(2)


def _falls_silent(to: Handler) -> None:
    to.begin()
    to.piece(content="Ten ")
    to.fake.released.wait(2)


def _goes_on(to: Handler) -> None:
    to.begin()
    try:
        while not to.fake.released.wait(0.01):
            to.piece(content="and so on ")
    except ConnectionError:
        to.fake.left_alone.set()


def _breaks(to: Handler) -> None:
    to.begin(length=100_000)
    to.piece(content="Ten ")


def _hangs_up(to: Handler) -> None:
    to.close_connection = True


def _events(*events: Any, content_type: str = "text/event-stream") -> Callable[[Handler], None]:
    def answer(to: Handler) -> None:
        to.begin(content_type)
        for event in events:
            to.say(event)

    return answer


def _page(to: Handler) -> None:
    to.begin("text/html")
    to.wfile.write(b"<html>Welcome</html>")


def _new_name(to: Handler) -> None:
    """As OpenAI's own server does for models that reason."""
    if "max_tokens" in to.fake.requests[-1][1]:
        to.fail(400, param="max_tokens", code="unsupported_parameter")
    else:
        _whole(to)


_TEN = {"content": "Ten "}


def _choice(**fields: Any) -> dict[str, Any]:
    return {"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, **fields}]}


def _odd_pieces(to: Handler) -> None:
    """A whole answer, as servers send it that filter content or count tokens: with choices that say nothing."""
    to.begin()
    to.say("null")
    to.say({"id": "", "object": "", "choices": [], "prompt_filter_results": [{"prompt_index": 0}]})
    to.say(_choice(delta={"role": "assistant", "content": None}, finish_reason=None))
    to.piece(content="Ten ")
    to.say(_choice(delta=None, finish_reason=None, content_filter_results={}))
    to.say({"id": "1", "choices": None})
    to.piece(content="minutes.")
    to.say(_choice(finish_reason="stop"))
    to.say("[DONE]")


CASES: dict[str, Callable[[Handler], None]] = {
    "whole": _whole,
    "new_name": _new_name,
    "silent": _silent,
    "falls_silent": _falls_silent,
    "goes_on": _goes_on,
    "breaks": _breaks,
    "hangs_up": _hangs_up,
    "no_end": _said(_TEN, reason=None),
    "nothing": _said(reason="stop"),
    "blank": _said({"content": " \n"}, reason="stop"),
    "limit": _said(_TEN, reason="length"),
    "filter": _said(_TEN, reason="content_filter"),
    "refusal": _said({"refusal": "I cannot "}, {"refusal": "say that."}, reason="stop"),
    "error": _events({"error": {"message": f"Out of memory, {SECRET}"}}),
    "no_json": _events("{not json"),
    "other_json": _events({"choices": [{"delta": "Ten"}]}),
    "list": _events([1, 2]),
    "odd_pieces": _odd_pieces,
    "filter_without_delta": _events(_choice(delta=_TEN), _choice(finish_reason="content_filter"), "[DONE]"),
    "halves": _said({"content": "Hot \ud83c"}, {"content": "\udf55! \ud83c"}, {"content": "end \udf55"}, reason="stop"),
    "half_at_end": _said({"content": "Hot \ud83c"}, reason="stop"),
    "thinks": _said(
        {"content": "\n<th"},
        {"content": "ink>\nIt is hot, "},
        {"content": "so</thi"},
        {"content": "nk>\n\nTen "},
        _TEN,
        reason="stop",
    ),
    "only_thinks": _said({"content": "<think>It is hot"}, reason="stop"),
    "begins_alike": _said({"content": "<thin"}, {"content": "k ice>"}, reason="stop"),
    "ends_alike": _said({"content": " <thi"}, reason="stop"),
    "page": _page,
}


@contextlib.contextmanager
def running_server() -> Iterator[FakeServer]:
    """Run a fake server in a thread."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        fake = Handler.fake = FakeServer(listening.server_address[1])
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield fake
        finally:
            fake.released.set()
            listening.shutdown()
            thread.join()
