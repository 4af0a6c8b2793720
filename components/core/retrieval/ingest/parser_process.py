"""Starts file_worker.py for one file, and turns each end that it can come to into parts or an UploadError."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from components.core.errors import UploadError
from components.core.retrieval.ingest.parser_worker import MOST_SECONDS, Part

#: Seconds by the clock: the worker's own limit counts only computing, and Windows has none.
MOST_PATIENCE = 60.0

_WORKER = Path(__file__).with_name("parser_worker.py")
# How many files are read at once, whoever they are from: each may fill as much memory as it is granted.
_PLACES = threading.BoundedSemaphore(2)


def parts_of(kind: str, content: bytes) -> list[Part]:
    """The sections of a file, each with id, heading and text; kind: "pdf", "docx" or "html". Raises UploadError."""
    # By its path and not as a module, since importing our package imports PyTorch; -P, since the files beside it are
    # no modules of its own.
    command = [sys.executable, "-P", str(_WORKER), kind]
    try:
        with _PLACES:
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
