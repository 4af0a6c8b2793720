"""A real Redis for tests: a process of its own on a free port of this machine, which keeps nothing on disk."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 60  # seconds until it answers


class RedisServer:
    """A Redis server that is started, killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        """folder: a temporary one."""
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        program = find_redis()
        if program is None:
            raise RuntimeError("There is no redis-server: run `python -m tests.browser.get_redis`.")
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self._folder)]
        options += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, *options], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        end = time.monotonic() + _PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"Redis did not start:\n{(self._folder / 'redis.log').read_text('utf-8')}")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it as kill -9 does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


@contextmanager
def running_redis(folder: Path) -> Iterator[RedisServer]:
    """A Redis server, until it is not needed."""
    server = RedisServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def find_redis() -> str | None:
    """Return the redis-server of this machine; None if there is none."""
    return shutil.which("redis-server") or shutil.which("redis-server", path="/usr/sbin")
