"""Ways of searching that are prepared over a corpus, and what several of them share, such as token vectors.

They hold texts of the corpus, which may be a reader's own: what nobody has asked for some minutes is forgotten.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final

from components.core.retrieval.search.ways.way import PreparedWay, Way
from components.ui.caches.corpora import IndexRequest
from components.ui.caches.memo import Memo

#: Seconds after the last use.
FORGOTTEN_AFTER: Final = 600.0

# Twice what the token vectors of one corpus may take: they are counted for themselves and for a way that uses them.
_BYTES: Final = 1_200_000_000


@dataclass(frozen=True)
class SharedRequest:
    """Cache key of what ways share: an indexed corpus, the documents that are searched (() for all), and a name."""

    index: IndexRequest
    documents: tuple[str, ...]
    name: Hashable


@dataclass(frozen=True)
class PreparedRequest:
    """Cache key of a prepared way: an indexed corpus, the documents that are searched (() for all), and the way."""

    index: IndexRequest
    documents: tuple[str, ...]
    way: Way


_kept = Memo[Any](_BYTES, size_of=lambda each: each.nbytes)
_used: dict[Hashable, float] = {}


def prepared_way(request: PreparedRequest, prepare: Callable[[], PreparedWay]) -> PreparedWay:
    """Return a prepared way. prepare: called if it is not kept."""
    way: PreparedWay = _get(request, prepare)
    return way


def shared(request: SharedRequest, compute: Callable[[], Any]) -> Any:
    """Return what ways share, of a size that it says as nbytes. compute: called if it is not kept."""
    return _get(request, compute)


def is_prepared(request: PreparedRequest) -> bool:
    """True if a way is kept."""
    return request in _kept


def forget_unused(seconds: float = FORGOTTEN_AFTER) -> None:
    """Forget what was not asked for in the last seconds."""
    before = time.monotonic() - seconds
    for request, used in tuple(_used.items()):
        if used <= before:
            _used.pop(request, None)
            _kept.forget(request)


def _get(request: Hashable, compute: Callable[[], Any]) -> Any:
    _used[request] = time.monotonic()
    return _kept.get(request, compute)
