"""Encoding of many sentences with a store: vectors found there are not computed again."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float32

from components.core.errors import SentenceError
from components.core.model.encoder import Encoder, fast_precision
from components.core.model.interventions import HeadsOff, Intervention
from components.core.model.prompts import TextKind
from components.core.storage.vector_store import VectorStore, vector_key

# Sentences between two reports of progress: two batches of encode(), which take a fraction of a second.
_CHUNK = 64


@dataclass(frozen=True)
class Progress:
    """Progress of encoding."""

    done: int  # sentences with a vector, found or encoded
    total: int  # sentences
    per_second: float  # distinct sentences encoded by this call per second; 0.0 at its start


def encode_with_store(
    encoder: Encoder,
    sentences: Sequence[str],
    store: VectorStore,
    interventions: tuple[Intervention, ...] = (),
    fast: bool = False,
    progress: Callable[[Progress], None] | None = None,
    kind: TextKind = TextKind.PLAIN,
) -> Float32[np.ndarray, "N D"]:
    """Encode N sentences of one kind as `Encoder.encode` does, and keep their vectors in the store.

    Vectors found in the store are not computed; equal sentences are encoded once. Vectors are kept chunk by chunk,
    those of long sentences first. progress is called at the start and after each chunk; it may raise to stop, and the
    next call continues there. Raises SentenceError, before anything is encoded, or InterventionError.
    """
    prompt = None if encoder.prompt(kind) == encoder.prompt() else encoder.prompt(kind)
    variant = _variant(fast_precision() if fast else None, interventions, prompt)
    keys = [vector_key(encoder.fingerprint, variant, sentence) for sentence in sentences]
    vectors = store.find(keys, encoder.vector_size)
    missing = {key: text for key, text in zip(keys, sentences, strict=True) if key not in vectors}
    for _, refusal in find_unreadable(encoder, list(missing.values())):
        raise SentenceError(refusal)
    # Equal sentences have one key.
    times = Counter(keys)
    done, encoded, start = sum(times[key] for key in vectors), 0, time.perf_counter()
    if progress:
        progress(Progress(done, len(sentences), 0.0))
    # Sorted by length as in encode(), so that little padding is needed.
    order = sorted(missing, key=lambda key: -len(missing[key]))
    for first in range(0, len(order), _CHUNK):
        chunk = order[first : first + _CHUNK]
        rows = encoder.encode([missing[key] for key in chunk], interventions, fast, kind=kind)
        fresh = dict(zip(chunk, rows, strict=True))
        store.keep(fresh)
        vectors |= fresh
        done, encoded = done + sum(times[key] for key in chunk), encoded + len(chunk)
        if progress:
            progress(Progress(done, len(sentences), encoded / (time.perf_counter() - start)))
    return np.array([vectors[key] for key in keys], dtype=np.float32).reshape(len(keys), encoder.vector_size)


def find_unreadable(encoder: Encoder, sentences: Sequence[str]) -> list[tuple[int, str]]:
    """Return the index of each sentence that `Encoder.encode` would refuse, and the reason."""
    refused = []
    for index, sentence in enumerate(sentences):
        try:
            encoder.check_readable(sentence)
        except SentenceError as refusal:
            refused.append((index, str(refusal)))
    return refused


def _variant(precision: torch.dtype | None, interventions: Sequence[Intervention], prompt: str | None = None) -> str:
    """Return a name for how the model is run, equal for equal precisions, interventions and prompts.

    prompt: what is read before a text in place of the model's default; None if it is that.

    >>> _variant(None, [HeadsOff({(1, 2), (0, 3)})])
    "(None, [('HeadsOff', [(0, 3), (1, 2)])])"
    """
    # Equal sets may print their elements in different orders.
    named = [("HeadsOff", sorted(each.heads)) if isinstance(each, HeadsOff) else each for each in interventions]
    return repr((precision, named) if prompt is None else (precision, named, prompt))
