"""Two sentences compared, for the Word order page."""

import numpy as np

from components.core.attention.quantization import pool_by_magnitude
from components.core.context.comparison import Comparison, compare
from components.ui.caches.memo import memoized
from components.ui.caches.models import encoder
from components.ui.caches.requests import ComparisonRequest, DifferenceThumbnailRequest
from components.ui.caches.traces import trace

_COUNT = 64
_COMPARISON_BYTES = 100_000_000


@memoized(_COMPARISON_BYTES, size_of=lambda compared: compared.first.nbytes + compared.second.nbytes)
def comparison(request: ComparisonRequest) -> Comparison:
    """Compare two sentences, each truncated to what the model reads. Raises SentenceError."""
    return compare(encoder(request.first.model), trace(request.first), trace(request.second))


@memoized(_COUNT)
def difference_thumbnails(request: DifferenceThumbnailRequest) -> tuple[np.ndarray, int]:
    """(L, H, s, s) differences of attention between words, and the side of the square blocks that were pooled."""
    compared = comparison(request.of)
    layers = [
        pool_by_magnitude(np.nan_to_num(compared.attention_difference(layer)), request.max_side)
        for layer in range(compared.first.num_layers)
    ]
    return np.stack([pooled for pooled, _ in layers]), layers[0][1]
