"""The store's work, done beside the event loop in threads of its own."""

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

Result = TypeVar("Result")

# Not the loop's own few threads: a store that is slow to answer would hold up what else the server does in those.
_THREADS = ThreadPoolExecutor(8, thread_name_prefix="class")


async def in_thread(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a function in a thread, and return what it returns."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, partial(function, *arguments))


class SharedReads:
    """Reads that are made once for all who ask for the same while an earlier read is running."""

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[Any]] = {}
        self._next: dict[Hashable, asyncio.Task[Any]] = {}

    async def read(self, key: Hashable, read: Callable[[], Result]) -> Result:
        """Return what a read that begins after this call returns. key: of what is read."""
        if key not in self._next:
            self._next[key] = asyncio.create_task(self._read(key, read))
        # Whoever leaves does not take the read away from others.
        result: Result = await asyncio.shield(self._next[key])
        return result

    async def _read(self, key: Hashable, read: Callable[[], Result]) -> Result:
        before = self._running.get(key)
        if before is not None:
            await asyncio.wait([before])
        self._running[key] = self._next.pop(key)
        try:
            return await in_thread(read)
        finally:
            del self._running[key]
