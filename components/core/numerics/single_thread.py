"""Work that must not be shared out among threads, one at a time.

Several threads add up in an order of their own, and the last digit decides where a dot ends; on busy cores they also
wait for each other longer than they compute. The limit holds for the whole process, so that two who set it at once
would leave it behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

from threadpoolctl import threadpool_limits

_alone = RLock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute in one thread, after whoever does so already."""
    with _alone, threadpool_limits(1):
        yield
