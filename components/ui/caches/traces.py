"""Tokens and traces of the sentences that readers type."""

import numpy as np

from components.core import Trace
from components.core.attention.quantization import pool_by_maximum
from components.core.positions.order_experiment import (
    AllOrders,
    OrderExperiment,
    ShuffledOrders,
    compare_all_orders,
    run_order_experiment,
    shuffle_orders,
)
from components.core.tokens.tokens import Tokens
from components.ui.caches.memo import memoized
from components.ui.caches.models import encoder
from components.ui.caches.requests import TextRequest, ThumbnailRequest, TraceRequest

_COUNT = 64
# In bytes: about 250 traces of 16 tokens, or 9 of 512. In a class that types short sentences everybody's stay.
_TRACE_BYTES = 200_000_000


@memoized(_COUNT)
def tokens(request: TextRequest) -> Tokens:
    """Tokenize a text or a pair, truncated to what the model reads. Raises SentenceError.

    Always truncated, so that a text far too long is tokenized once and not again with each rerun.
    """
    return encoder(request.model).tokenize(request.text, truncate=True, second=request.second)


@memoized(_TRACE_BYTES, size_of=lambda trace: trace.nbytes)
def trace(request: TraceRequest) -> Trace:
    """Trace a sentence or a pair, truncated to what the model reads. Raises SentenceError."""
    return encoder(request.model).trace(request.text, request.interventions, truncate=True, second=request.second)


@memoized(_COUNT)
def attention_thumbnails(request: ThumbnailRequest) -> tuple[np.ndarray, int]:
    """(L, H, s, s) attention weights of all heads, and the side of the square blocks that were pooled."""
    return pool_by_maximum(trace(request.of).attention_weights(), request.max_side)


@memoized(_COUNT)
def order_experiment(request: TextRequest) -> OrderExperiment:
    """Read the words of a text in every order, or in some of them. Raises SentenceError."""
    return run_order_experiment(encoder(request.model), request.text)


@memoized(_COUNT)
def shuffled_orders(request: TextRequest) -> ShuffledOrders:
    """Read the orders of order_experiment() with shuffled positions. Raises SentenceError."""
    return shuffle_orders(encoder(request.model), order_experiment(request).sentences)


@memoized(_COUNT)
def all_orders(request: TextRequest) -> AllOrders:
    """Read the first words of a text in all their orders. Raises SentenceError."""
    return compare_all_orders(encoder(request.model), request.text)
