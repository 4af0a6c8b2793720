"""The app's own server, started for the tests, and a record of every connection it tries to make.

The record is made inside the server's process: Python tells its audit hooks of each socket that connects and
of each host name that is looked up, whichever library does it.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import ROOT

# Loading the model takes seconds; a machine that does ten things at once gets a minute or two.
_PATIENCE = 180

# Python imports sitecustomize by itself when it starts, before anything of the app.
_WATCH = """
import os, socket, sys

_HOME = ("127.", "::1", "localhost", "0.0.0.0", "::")

def _watch(event, arguments):
    if event == "socket.connect":
        own, address = arguments[0], arguments[1]
        if own.family not in (socket.AF_INET, socket.AF_INET6):
            return
        if own.type == socket.SOCK_DGRAM:  # connecting a datagram socket sends nothing
            return
        target = address[0]
    elif event in ("socket.sendto", "socket.sendmsg"):
        own, address = arguments[0], arguments[1]
        if own.family not in (socket.AF_INET, socket.AF_INET6) or not address:
            return
        target = address[0]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        target = arguments[0]
    else:
        return
    if isinstance(target, bytes):
        target = target.decode()
    if target is None or str(target) == "" or str(target).startswith(_HOME):
        return
    with open(os.environ["CONNECTIONS_SEEN"], "a") as log:
        log.write(f"{event} {target}\\n")

sys.addaudithook(_watch)
"""


class Server:
    """A server of the app on a port of its own, and what it writes down."""

    def __init__(self, directory: Path, *, warm: bool = True, port: int | None = None) -> None:
        """directory: for the log and the record of connections; an empty one, unless another process serves from it.

        warm: whether the server computes beside its first visitors what later ones open. port: of the server that
        another process has begun in this directory; None: a free one.
        """
        self.directory = directory
        self.log_file = directory / "server.log"
        self._seen = directory / "connections.txt"
        self._seen.touch()
        watch = directory / "watch"
        watch.mkdir(exist_ok=True)
        (watch / "sitecustomize.py").write_text(_WATCH, encoding="utf-8")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("HF_", "STREAMLIT_"))},
            "PYTHONPATH": str(watch),
            "CONNECTIONS_SEEN": str(self._seen),
            "ENCODERSCOPE_CACHE": str(directory / "vectors"),
            "ENCODERSCOPE_WARM": "on" if warm else "off",
            # It would take the cores from tests for a minute.
            "ENCODERSCOPE_TRAIN": "off",
            # Several servers and browsers share the cores. Threads that wait for each other then do so asleep: by
            # default they keep the very core busy that the one they wait for could go on with.
            "OMP_WAIT_POLICY": "passive",
        }
        self.environment.pop("ENCODERSCOPE_MODELS", None)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port or _free_port()
        self.origin = f"http://127.0.0.1:{self.port}"

    @property
    def process_id(self) -> int:
        """The id of the server's process, while it is running()."""
        assert self._process is not None
        return self._process.pid

    @property
    def connections(self) -> list[str]:
        """What the server tried to reach beyond its own machine, in order."""
        return self._seen.read_text(encoding="utf-8").splitlines()

    @property
    def log(self) -> str:
        """What the server has printed."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    @contextlib.contextmanager
    def running(self) -> Iterator["Server"]:
        """Start it, hand it over when it answers, and end it."""
        try:
            self.start()
            yield self
        finally:
            self.end()

    def start(self) -> None:
        """Start it, for the first time or after kill(), and wait until it answers."""
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Start it, and do not wait."""
        options = ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", *options],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    def wait(self) -> None:
        """Wait until it answers, whichever process has begun it."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if self._answers():
                return
            if (self._process and self._process.poll() is not None) or "Traceback" in self.log:
                raise RuntimeError(f"The server ended at once:\n{self.log}")
            time.sleep(0.05)
        raise RuntimeError(f"The server was not ready after {_PATIENCE} s:\n{self.log}")

    def end(self) -> None:
        """End it, if this process has begun it."""
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End it as kill -9 does, while it is running()."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.origin}/_stcore/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
