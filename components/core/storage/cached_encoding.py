"""Encoding many sentences with a store behind it: what was encoded once, by anybody, is not encoded again."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from components.core.errors import SentenceError
from components.core.model.encoder import Encoder, fast_precision
from components.core.model.interventions import HeadsOff, Intervention
from components.core.storage.vector_store import VectorStore, vector_key

# Sentences encoded between two reports of progress: two of encode()'s batches, a fraction of a second's work.
_CHUNK = 64


@dataclass(frozen=True)
class Progress:
    """How far a job has come."""

    done: int  # sentences whose vectors are there, found or encoded
    total: int  # sentences
    per_second: float  # sentences encoded in this call, each counted once; 0.0 before the first are done


def encode_with_store(
    encoder: Encoder,
    sentences: Sequence[str],
    store: VectorStore,
    interventions: tuple[Intervention, ...] = (),
    fast: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> np.ndarray:
    """Turn sentences into vectors, (N, D) float32 in the order given, as `Encoder.encode` does.

    Those that the store has are taken from there, and equal ones are encoded once. The others are kept in the store
    chunk by chunk, long ones first. progress is called at the start and after each chunk, and may raise to stop:
    whoever comes back goes on from there. Raises SentenceError, before anything is encoded, or InterventionError.
    """
    reading = _reading(fast_precision() if fast else None, interventions)
    keys = [vector_key(encoder.fingerprint, reading, sentence) for sentence in sentences]
    vectors = store.find(keys, encoder.vector_size)
    missing = {key: text for key, text in zip(keys, sentences, strict=True) if key not in vectors}
    for _, refusal in find_unreadable(encoder, list(missing.values())):
        raise SentenceError(refusal)
    # Equal sentences have one key.
    times = Counter(keys)
    done, encoded, start = sum(times[key] for key in vectors), 0, time.perf_counter()
    if progress:
        progress(Progress(done, len(sentences), 0.0))
    # Sorted as encode() sorts: sentences of about one length are padded little.
    order = sorted(missing, key=lambda key: -len(missing[key]))
    for first in range(0, len(order), _CHUNK):
        chunk = order[first : first + _CHUNK]
        rows = encoder.encode([missing[key] for key in chunk], interventions, fast)
        fresh = dict(zip(chunk, rows, strict=True))
        store.keep(fresh)
        vectors |= fresh
        done, encoded = done + sum(times[key] for key in chunk), encoded + len(chunk)
        if progress:
            progress(Progress(done, len(sentences), encoded / (time.perf_counter() - start)))
    return np.array([vectors[key] for key in keys], dtype=np.float32).reshape(len(keys), encoder.vector_size)


def find_unreadable(encoder: Encoder, sentences: Sequence[str]) -> list[tuple[int, str]]:
    """The sentences that `Encoder.encode` would refuse: the place of each, and why there is nothing to read in it."""
    refused = []
    for place, sentence in enumerate(sentences):
        try:
            encoder.check_readable(sentence)
        except SentenceError as refusal:
            refused.append((place, str(refusal)))
    return refused


def _reading(precision: torch.dtype | None, interventions: Sequence[Intervention]) -> str:
    """The name of a way of reading: the same for equal interventions, another for others."""
    # Two equal sets may be spelled in different orders.
    named = [("HeadsOff", sorted(each.heads)) if isinstance(each, HeadsOff) else each for each in interventions]
    return repr((precision, named))
