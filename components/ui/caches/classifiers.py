"""Classifiers trained on the shipped reviews, for all sessions."""

from typing import Any

from components.ui.caches.memo import Memo, memoized

_MODELS = 4
# A classifier or its scores take some hundred kilobytes.
_COUNT = 256


@memoized(_MODELS)
def shared_memo(model: str) -> Memo[Any]:
    """The memo of one model's classifiers of the shipped reviews."""
    return Memo[Any](_COUNT)
