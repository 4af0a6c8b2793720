"""Texts as vectors, read from disk where they were encoded before."""

from collections.abc import Callable, Sequence

import numpy as np

from components.core import Encoder
from components.core.model.interventions import Intervention
from components.core.model.prompts import TextKind
from components.core.numerics.similarity import normalise_rows
from components.core.storage.cached_encoding import Progress, encode_with_store
from components.core.storage.vector_store import default_store
from components.ui.caches import models
from components.ui.caches.memo import memoized
from components.ui.caches.requests import VectorRequest

Report = Callable[[Progress], None]

# A vector takes some kilobytes.
_COUNT = 1_000


@memoized(_COUNT)
def sentence_vector(request: VectorRequest) -> np.ndarray:
    """(D,) the unit vector of a text that a reader types. Raises SentenceError or InterventionError."""
    encode = models.encoder(request.model).encode
    vector = normalise_rows(encode([request.text], request.interventions, kind=request.kind))[0]
    vector.setflags(write=False)
    return vector


def encode_texts(
    model: str,
    texts: Sequence[str],
    interventions: tuple[Intervention, ...] = (),
    progress: Report | None = None,
    kind: TextKind = TextKind.PLAIN,
) -> np.ndarray:
    """(N, D) unit vectors of texts of one kind. progress: as for encode_with_store. Raises SentenceError."""
    encoder: Encoder = models.encoder(model)
    if not texts:
        return np.zeros((0, encoder.vector_size), dtype=np.float32)
    return normalise_rows(
        encode_with_store(encoder, texts, default_store(), interventions, progress=progress, kind=kind)
    )
