"""Limits on how often somebody may ask: a bucket of tokens that fills up again (token bucket, Turner 1986)."""

import time
from collections.abc import Callable, Hashable
from threading import Lock

from cachetools import LRUCache


class Limit:
    """Allows `burst` at once and `rate` a second in the long run, for each key; forgets who was not seen for long."""

    def __init__(
        self, rate: float, burst: float, keys: int = 20_000, now: Callable[[], float] = time.monotonic
    ) -> None:
        """keys: how many are remembered at most. now: seconds."""
        self._rate, self._burst, self._now = rate, burst, now
        self._buckets: LRUCache[Hashable, tuple[float, float]] = LRUCache(keys)
        self._lock = Lock()

    def wait(self, key: Hashable) -> float:
        """Take a token and return 0.0; without one, return the seconds until there is one.

        >>> limit = Limit(rate=2, burst=1, now=lambda: 0.0)
        >>> limit.wait("a"), limit.wait("a"), limit.wait("b")
        (0.0, 0.5, 0.0)
        """
        with self._lock:
            now = self._now()
            tokens, seen = self._buckets.get(key, (self._burst, now))
            tokens = min(self._burst, tokens + (now - seen) * self._rate)
            allowed = tokens >= 1
            self._buckets[key] = (tokens - allowed, now)
            return 0.0 if allowed else (1 - tokens) / self._rate
