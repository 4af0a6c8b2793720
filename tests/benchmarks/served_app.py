"""The app's server in a process of its own, as `make run` starts it, and what it takes of the machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import psutil

from tests.support.paths import ROOT

_PATIENCE = 180  # seconds for the server to start, and to come to rest
_AT_REST = 0.05  # of one core


class ServedApp:
    """A server. What it has computed before, on disk, it does not find: it keeps files of its own."""

    def __init__(self, script: Path, folder: Path) -> None:
        """folder: an empty one, for its files and its log."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._script, self._log = script, folder / "log"
        self.origin = f"http://127.0.0.1:{self._port}"
        #: Where it keeps its files.
        self.cache = folder / "cache"
        self._process = psutil.Process()
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, also again after kill(), and wait until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", str(self._script), "--server.port", str(self._port)]
        command += ["--server.address", "127.0.0.1", "--server.headless", "true"]
        environment = os.environ | {"ENCODERSCOPE_CACHE": str(self.cache)}
        with self._log.open("ab") as output:
            self._running = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        self._process = psutil.Process(self._running.pid)
        _wait_for(self.origin, self._running, self._log)

    def kill(self) -> None:
        """End it as kill -9 does."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()

    def end(self) -> None:
        """End it."""
        if self._running is not None:
            self._running.terminate()
            try:
                self._running.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()

    @property
    def memory(self) -> float:
        """Resident memory of the server's process in GB."""
        return float(self._process.memory_info().rss) / 1e9

    @property
    def cpu(self) -> float:
        """Seconds of CPU time that the server's process has used, of all its threads."""
        if sys.platform == "linux":
            # What clock_getcpuclockid(3) returns; psutil counts in steps of 10 ms.
            return time.clock_gettime((~self._process.pid << 3) | 2)
        times = self._process.cpu_times()
        return float(times.user + times.system)

    @property
    def failures(self) -> int:
        """The number of tracebacks that the server has printed."""
        return self._log.read_text(encoding="utf-8", errors="replace").count("Traceback (most recent call last)")

    def wait_until_at_rest(self) -> None:
        """Wait until the server computes nothing, such as what it prepares in the background for later visitors."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            before = self.cpu
            time.sleep(1)
            if self.cpu - before < _AT_REST:
                return


@contextmanager
def served_app(script: Path = ROOT / "app.py") -> Iterator[ServedApp]:
    """The server of the app, or of another script, on a free port; from when it answers until it is not needed."""
    with TemporaryDirectory() as folder:
        app = ServedApp(script, Path(folder))
        try:
            app.start()
            yield app
        finally:
            app.end()


def _wait_for(origin: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            with urlopen(f"{origin}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")
