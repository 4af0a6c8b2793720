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
    """A running server. What it has computed before, on disk, it does not find: it keeps files of its own."""

    def __init__(self, process_id: int, origin: str, log: Path) -> None:
        """origin: such as "http://127.0.0.1:8501". log: the file that the server prints into."""
        self._process, self.origin, self._log = psutil.Process(process_id), origin, log

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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true"]
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        environment = os.environ | {"ENCODERSCOPE_CACHE": str(Path(folder) / "cache")}
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        try:
            origin = f"http://127.0.0.1:{port}"
            _wait_for(origin, process, log)
            yield ServedApp(process.pid, origin, log)
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(origin: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            with urlopen(f"{origin}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")
