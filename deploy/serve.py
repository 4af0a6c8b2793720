"""Serve several replicas of the app behind HAProxy on this machine: `make serve REPLICAS=4`.

Each replica is a process of its own with a port of its own. HAProxy keeps a reader on one replica by a cookie, and
sends the readers of a replica that has ended to another one, where their address restores what they saw. Phones of a
class may come to any replica: their rooms stand in the cache folder, which all replicas share. An ended replica is
started again. Ctrl+C ends all.
"""

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.request import urlopen

_ROOT = Path(__file__).parents[1]
_LOCAL = "127.0.0.1"
# Seconds between two looks at the replicas, and until the processes that are to end must have ended.
_PAUSE, _PATIENCE = 0.5, 10.0


class Replicas:
    """Processes of the app, each on a port of 127.0.0.1."""

    def __init__(self, count: int, path: str) -> None:
        """path: the part of the address under which the app is served, such as "/encoderscope"; "" for none."""
        self.ports = free_ports(count)
        self._path = path
        self._running = {port: self._start(port) for port in self.ports}

    def _start(self, port: int) -> "subprocess.Popen[bytes]":
        options = ["--server.port", str(port), "--server.address", _LOCAL, "--server.baseUrlPath", self._path]
        # HAProxy is what readers reach; the ports of the replicas would only confuse.
        return subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *options], cwd=_ROOT, stdout=subprocess.DEVNULL
        )

    def processes(self) -> dict[int, int]:
        """Return the port of each replica and the id of its process."""
        return {port: process.pid for port, process in self._running.items()}

    def restart_ended(self) -> None:
        """Start again what has ended."""
        for port, process in self._running.items():
            if process.poll() is not None:
                print(f"The replica on port {port} has ended ({process.returncode}); it is started again.", flush=True)
                self._running[port] = self._start(port)

    def are_ready(self) -> bool:
        """Return True if all replicas answer."""
        return all(answers(f"http://{_LOCAL}:{port}{self._path}/_stcore/health") for port in self.ports)

    def end(self) -> None:
        """End all replicas."""
        _end(list(self._running.values()))


@contextlib.contextmanager
def balanced(ports: Sequence[int], bind: str, path: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run HAProxy in front of these ports. bind: what it listens on, such as ":8501"; path: as for Replicas."""
    servers = "".join(f"    server replica{port} {_LOCAL}:{port}\n" for port in ports)
    with tempfile.TemporaryDirectory() as folder:
        backend = Path(folder) / "replicas.cfg"
        backends = "".join(f"backend {name} from {name}\n{servers}" for name in ("readers", "phones"))
        backend.write_text(backends, encoding="utf-8")
        haproxy = subprocess.Popen(
            [find_haproxy() or "haproxy", "-db", "-f", str(_ROOT / "deploy" / "haproxy.cfg"), "-f", str(backend)],
            env=os.environ | {"ENCODERSCOPE_BIND": bind, "ENCODERSCOPE_PATH": path},
        )
        try:
            yield haproxy
        finally:
            _end([haproxy])


def main() -> int:
    """Serve until Ctrl+C or an end of HAProxy; returns the exit status."""
    given = _arguments()
    if find_haproxy() is None:
        print("HAProxy is not installed. On Debian and Ubuntu: sudo apt-get install haproxy", file=sys.stderr)
        return 1
    if not _is_free(given.port):
        print(f"Port {given.port} is taken. End what serves there, or choose another with --port.", file=sys.stderr)
        return 1
    path = f"/{given.path.strip('/')}".rstrip("/")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    replicas = Replicas(given.replicas, path)
    try:
        with balanced(replicas.ports, f":{given.port}", path) as haproxy:
            said = False
            while haproxy.poll() is None:
                replicas.restart_ended()
                if not said and replicas.are_ready():
                    said = True
                    address = f"http://localhost:{given.port}{path}/"
                    print(f"\n  Encoderscope is ready: {address} ({given.replicas} replicas)\n", flush=True)
                time.sleep(_PAUSE)
            return haproxy.returncode
    except KeyboardInterrupt:
        return 0
    finally:
        replicas.end()


def find_haproxy() -> str | None:
    """Return the HAProxy of this machine; None if there is none."""
    # Debian keeps it where only an administrator's PATH leads.
    return shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Serve several replicas of Encoderscope behind HAProxy.")
    parser.add_argument("--replicas", type=int, default=2, help="processes; one for each two cores is a good number")
    parser.add_argument("--port", type=int, default=8501, help="what readers reach")
    parser.add_argument("--path", default="", help="serve under a path, such as encoderscope")
    return parser.parse_args()


def free_ports(count: int) -> list[int]:
    """Return ports of this machine that nobody listens on."""
    # All are held at once, so that no port is found twice.
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((_LOCAL, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _is_free(port: int) -> bool:
    """Return True if a server can listen on this port of all addresses."""
    with socket.socket() as probe:
        # As HAProxy does: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
        return True


def answers(address: str) -> bool:
    """Return True if there is an answer at this address."""
    try:
        with urlopen(address, timeout=2):
            return True
    except OSError:
        return False


def _end(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Ask processes to end, and end those that do not."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
