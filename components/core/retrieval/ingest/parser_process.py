"""Run parser_worker.py for one file, and turn its output, its failure or its end into sections or an UploadError."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from components.core.errors import UploadError
from components.core.retrieval.ingest.parser_worker import MOST_SECONDS, Part

#: Seconds of wall-clock time. The worker's own limit counts only computing, and Windows has no such limit.
MOST_PATIENCE = 60.0

_WORKER = Path(__file__).with_name("parser_worker.py")
# At most two files are read at the same time, for all readers: each may use the memory that it is granted.
_SLOTS = threading.BoundedSemaphore(2)


def parts_of(kind: str, content: bytes) -> list[Part]:
    """Return id, heading and text of each section of a file. kind: one of the worker's parsers. Raises UploadError."""
    # By its path and not as a module, because importing our package imports PyTorch. -P keeps the files beside it from
    # hiding modules of the same names.
    command = [sys.executable, "-P", str(_WORKER), kind]
    try:
        with _SLOTS:
            done = subprocess.run(command, input=content, capture_output=True, timeout=MOST_PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        raise _too_slow(MOST_PATIENCE) from error
    except OSError as error:
        raise UploadError(
            f"This file could not be read: 1 more process could not be started ({error.strerror}). Try again in a "
            "minute, or paste the text."
        ) from error
    if os.name == "posix" and done.returncode == -signal.SIGXCPU:
        raise _too_slow(MOST_SECONDS)
    if done.returncode:
        raise UploadError(
            f"This file of {len(content):,} bytes cannot be read: it makes the reader of {kind.upper()} files break "
            f"off (code {done.returncode}). Open it in the program that made it, save it again, and take that; or "
            "paste its text."
        )
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise UploadError(answer["refused"])
    return [(id, heading, text) for id, heading, text in answer["parts"]]


def _too_slow(seconds: float) -> UploadError:
    return UploadError(
        f"Reading this file takes more than {seconds:.0f} seconds. Split it into parts, and take those that you need; "
        "or paste its text."
    )
