"""How the app is served: it opens, checks and warms the bundled model before the first visitor.

With ENCODERSCOPE_WARM=off what is otherwise computed in the background for later visitors is computed when a page asks
for it. With ENCODERSCOPE_TRAIN=off no tiny model is trained before somebody asks for it.
"""

import ctypes
import gc
import logging
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache as once
from threading import Thread
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit import config, net_util
from streamlit.runtime.media_file_manager import MediaFileManager

from components.ui import overtaken, warming
from components.ui.address import served_under
from components.ui.explanations import warming as explanations
from components.ui.retrieval import housekeeping
from components.ui.sentence_map import warming as sentence_map
from components.ui.sentiment import warming as sentiment
from components.ui.train_one import warming as train_one

# Streamlit asks a server on the internet for this machine's public address, for its greeting and for each
# connection from an unknown host name. Nothing here may need or touch the network.
net_util.get_external_ip = lambda: None

# Seconds between two looks for files of downloads that nobody needs any more.
_SWEEP = 30.0
_sweep = MediaFileManager.remove_orphaned_files
_swept_at: WeakKeyDictionary[MediaFileManager, float] = WeakKeyDictionary()


def _sweep_seldom(files: MediaFileManager) -> None:
    """Delete files of downloads at most every _SWEEP seconds.

    A file that is made on a click belongs to no run. Streamlit deletes what two ends of runs, of whichever session,
    have found so; in a full class that is before the browser has fetched it.
    """
    now = time.monotonic()
    if now - _swept_at.get(files, -_SWEEP) >= _SWEEP:
        _swept_at[files] = now
        _sweep(files)


MediaFileManager.remove_orphaned_files = _sweep_seldom  # type: ignore[assignment, method-assign]

_options_of = config.get_options_for_section
_M_ARENA_MAX = -8


@asynccontextmanager
async def warmed(_: st.App) -> AsyncIterator[None]:
    """Do the slow things once, say where the app is, and hand over."""
    _share_arenas()
    overtaken.watch()
    # For each run of a page, Streamlit goes through its some 300 options six times; while it serves none changes.
    config.get_options_for_section = once(_options_of)
    # Streamlit warns that no page is being drawn, which is what warming means.
    logging.disable(logging.WARNING)
    # Until st.navigation has run once, a link to a sub-page would be answered "page not found".
    st.navigation([st.Page(lambda: None, title="warm-up")])
    warming.warm()
    logging.disable(logging.NOTSET)
    # What takes longer is done while the first visitors already read.
    if os.environ.get("ENCODERSCOPE_WARM") != "off":
        Thread(target=_warm_the_rest, daemon=True).start()
    Thread(target=housekeeping.sweep_forever, daemon=True).start()
    # What lives as long as the server need not be looked at by the garbage collector again.
    gc.collect()
    gc.freeze()
    _give_back_memory()
    place = f"{config.get_option('server.port')}{served_under()}"
    print(f"\n  Encoderscope is ready: http://localhost:{place}")
    print(f"  For others in this network: http://{_own_address()}:{place}\n", flush=True)
    yield


def _warm_the_rest() -> None:
    housekeeping.warm()
    sentence_map.warm()
    sentiment.warm()
    explanations.warm()
    train_one.warm()
    _give_back_memory()


def _give_back_memory() -> None:
    """Return to the system what the warming has freed, where the C library can (glibc)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def _share_arenas() -> None:
    """Have all threads allocate from two arenas; glibc's eight a core keep what each has freed (mallopt(3))."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_M_ARENA_MAX, 2)


def _own_address() -> str:
    """This machine's address in its local network, as far as it knows itself."""
    return net_util.get_internal_ip() or socket.gethostname()


def apologise(_: Exception) -> bool:
    """Say in a sentence that something broke here; Streamlit's log keeps the details."""
    st.error(
        "Something broke in Encoderscope, not in your sentence, which is still there. Change it or go to another "
        "page; if it happens again, the server's log says what it was."
    )
    return True
