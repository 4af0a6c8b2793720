"""A Milvus Lite server on a port of this computer, which tests start, stop and start again."""

import socket
import subprocess
import sys
from pathlib import Path


class ServedMilvus:
    """At `uri` while it runs. Milvus Lite listens to the whole network unless told not to."""

    def __init__(self, directory: Path) -> None:
        """directory: where it keeps its files."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._directory = directory
        self._process: subprocess.Popen[str] | None = None
        self.uri = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Returns once it listens."""
        command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(self._directory)]
        self._process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(self._port)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        assert "listening" in self._process.stdout.readline()

    def stop(self) -> None:
        """Kills it, if it runs."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None
