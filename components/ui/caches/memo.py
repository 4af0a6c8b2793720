"""Values that are computed once: the one kind of cache in the app, beside Streamlit's for opened models.

Streamlit's own caches do not fit here: they take two interventions without fields for the same argument, and they hand
out copies that can be written to.
"""

import math
from collections.abc import Callable, Hashable
from threading import Condition
from typing import Any, Generic, Protocol, TypeVar

from cachetools import LRUCache, cached

from components.core.numerics.lanes import let_others

Request = TypeVar("Request", bound=Hashable)
Value = TypeVar("Value")


class Memo(Generic[Value]):
    """Values by key, each computed once, also if several sessions ask for it at the same time.

    A value that was not used for longest goes first. A failed computation leaves nothing behind.

    >>> memo = Memo[int](max_size=2)
    >>> memo.get("two", lambda: 2), "two" in memo, "three" in memo
    (2, True, False)
    """

    def __init__(self, max_size: float = math.inf, size_of: Callable[[Value], float] = lambda _: 1) -> None:
        """max_size: the sum of size_of() over all values; without a limit, only for as long as its owner lives."""
        self._values: LRUCache[Hashable, Value] = LRUCache(max_size, getsizeof=size_of)
        self._changed = Condition()
        self._in_work: set[Hashable] = set()
        keep = cached(self._values, key=lambda key, compute: key, condition=self._changed)
        self._get: Callable[[Hashable, Callable[[], Value]], Value] = keep(self._compute)

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the value of a key, computed now if it is not kept. A second session waits for the first."""
        if key in self._in_work:
            # Another session computes it.
            let_others()
        return self._get(key, compute)

    def peek(self, key: Hashable) -> Value | None:
        """Return the value of a key if it is kept; None if it is not."""
        with self._changed:
            return self._values.get(key)

    def forget(self, key: Hashable) -> None:
        """Drop the value of a key, if it is kept."""
        with self._changed:
            self._values.pop(key, None)

    def _compute(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        self._in_work.add(key)
        try:
            return compute()
        finally:
            self._in_work.discard(key)

    def __contains__(self, key: Hashable) -> bool:
        with self._changed:
            return key in self._values


class _Decorator(Protocol):
    def __call__(self, function: Callable[[Request], Value], /) -> Callable[[Request], Value]: ...


def memoized(
    max_size: float,
    size_of: Callable[[Any], float] = lambda _: 1,
    key_of: Callable[[Any], Hashable] = lambda request: request,
) -> _Decorator:
    """Keep the values of a function of one request.

    One argument, so that there is one way to ask: with several, `f(a, b)` and `f(a, b, False)` would be two entries.

    key_of: a smaller key for a request that holds more than a cache should keep.
    """

    def decorate(function: Callable[[Request], Value]) -> Callable[[Request], Value]:
        memo = Memo[Value](max_size, size_of)

        def kept(request: Request) -> Value:
            return memo.get(key_of(request), lambda: function(request))

        kept.__doc__, kept.__name__, kept.__module__ = function.__doc__, function.__name__, function.__module__
        kept.memo = memo  # type: ignore[attr-defined]
        return kept

    return decorate
