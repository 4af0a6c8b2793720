"""Computation in a single thread, by one caller at a time.

Several threads add numbers in changing order, and their last digit can decide where a dot of a map ends. On busy cores
they also wait for each other longer than they compute. The limit is the whole process's: two callers who set it at the
same time would leave it behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

import torch
from threadpoolctl import threadpool_limits

_lock = RLock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Serialise callers and limit each to one thread."""
    with _lock:
        before = torch.get_num_threads()
        try:
            with threadpool_limits(1):
                # torch brings an MKL of its own, which threadpoolctl does not find: it keeps the number of threads
                # that torch.set_num_threads gave it last.
                torch.set_num_threads(1)
                yield
        finally:
            torch.set_num_threads(before)
