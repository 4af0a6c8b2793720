"""The index of this process: opened at its first use, and again if it is embedded and does not answer any more."""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread
from typing import TypeVar

from components.core.errors import StoreError
from components.core.retrieval.index.chunk_index import ChunkIndex
from components.core.retrieval.index.embedded_directories import free_directories
from components.core.storage.vector_store import cache_directory

_LOG = logging.getLogger(__name__)

_Result = TypeVar("_Result")

# Seconds to wait until an index is closed; one that hangs is left behind.
_CLOSING = 3.0

_lock = Lock()
_opened: ChunkIndex | None = None


def default_index() -> ChunkIndex:
    """Return the index of this process: on the server named by ENCODERSCOPE_MILVUS_URI, or in files if there is none.

    The files are in the app's folder for files; each process that runs at the same time has its own directory. Raises
    StoreError.
    """
    global _opened
    with _lock:
        if _opened is None:
            _opened = _open()
        return _opened


def close_default_index() -> None:
    """Close the index of this process, if it is open; the next that asks opens it again."""
    with _lock:
        if _opened is not None:
            _close(_opened)


def in_default_index(work: Callable[[ChunkIndex], _Result]) -> tuple[_Result, bool]:
    """Work in the index of this process. An index that does not answer any more is opened again, and work repeated.

    Returns the result and whether the index was opened again. Raises StoreError.
    """
    index = default_index()
    try:
        return work(index), False
    except StoreError:
        if not index.is_lost():
            raise
    with _lock:
        # Of several threads that find it lost, one closes it.
        if index is _opened:
            _LOG.warning("The index of chunks does not answer any more; it is opened again.")
            _close(index)
    return work(default_index()), True


def _close(index: ChunkIndex) -> None:
    global _opened
    closing = Thread(target=index.close, daemon=True, name="closing the index")
    closing.start()
    closing.join(_CLOSING)
    _opened = None


def _open() -> ChunkIndex:
    if uri := os.environ.get("ENCODERSCOPE_MILVUS_URI"):
        return ChunkIndex(uri, os.environ.get("ENCODERSCOPE_MILVUS_TOKEN", ""))
    for directory in free_directories(cache_directory()):
        # Another process may have taken it meanwhile.
        with suppress(StoreError):
            return ChunkIndex(str(directory))
    raise StoreError(
        "No index can be opened on this computer. The operator of this app should check its folder for files."
    )
