"""What is kept of sets of sentences between reruns: vectors, maps, what maps keep, and groups.

As in cache.py keys are values, never arrays: a set of sentences is known by its digest, so that no cache holds a
session's sentences, and nothing is given out but what the model and the sentences decide. Vectors and maps are bounded
in bytes, small things in number.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Condition, Lock

import numpy as np
from cachetools import LRUCache, cached
from cachetools.keys import hashkey

from components.core.embeddings.representations import Representation
from components.core.mapping.clustering import Cluster, describe, hdbscan, k_means, silhouettes
from components.core.mapping.neighbours import MapQuality, map_quality, nearest_neighbours
from components.core.mapping.projection import Projection, ProjectionSettings, fit_projection
from components.core.model.interventions import Intervention
from components.core.storage.cached_encoding import Progress, encode_with_store, unreadable
from components.core.storage.vector_store import default_store
from components.core.text.sentence_set import SentenceSet
from components.ui.caches import models

_VECTORS = 400_000_000
_MAPS = 100_000_000
_SMALL = 64


@dataclass(frozen=True)
class EncodingRequest:
    """A set of sentences as one kind of vectors: what those are found again by."""

    model: str
    sentences: SentenceSet
    kind: Representation
    fast: bool

    @property
    def name(self) -> Hashable:
        """What is the same for the same vectors, and holds no sentence."""
        return self.model, self.sentences.digest, self.kind, self.fast

    def unit_vectors_of(self, asked: Sequence[str], progress: Callable[[Progress], None] | None = None) -> np.ndarray:
        """(M, D) unit rows of these sentences or others, computed, or read from disk where they were computed before.

        progress: as for encode_with_store; it may raise to stop. Raises SentenceError.
        """
        encoder = models.encoder(self.model)

        def encode(texts: Sequence[str], interventions: tuple[Intervention, ...]) -> np.ndarray:
            return encode_with_store(encoder, texts, default_store(), interventions, self.fast, progress)

        return self.kind.unit_vectors(encoder, encode, asked, self.sentences.sentences)


def _by_name(read: EncodingRequest, *settings: Hashable) -> Hashable:
    return hashkey(read.name, *settings)


_vectors: LRUCache[Hashable, np.ndarray] = LRUCache(_VECTORS, getsizeof=lambda each: each.nbytes)
_vectors_lock = Lock()


def has_unit_vectors(read: EncodingRequest) -> bool:
    """Whether the vectors are at hand."""
    with _vectors_lock:
        return read.name in _vectors


def unit_vectors(read: EncodingRequest, progress: Callable[[Progress], None] | None = None) -> np.ndarray:
    """(N, D) unit rows. progress: as for encode_with_store; it may raise to stop."""
    with _vectors_lock:
        found: np.ndarray | None = _vectors.get(read.name)
    if found is None:
        found = read.unit_vectors_of(read.sentences.sentences, progress)
        found.setflags(write=False)
        with _vectors_lock:
            if found.nbytes <= _VECTORS:
                _vectors[read.name] = found
    return found


@cached(LRUCache(_SMALL), key=lambda model, sentences: (model, sentences.digest), condition=Condition())
def unreadable_sentences(model: str, sentences: SentenceSet) -> dict[int, str]:
    """The sentences that this model finds nothing in: place → why."""
    return dict(unreadable(models.encoder(model), sentences.sentences))


@cached(LRUCache(_SMALL), key=lambda model, sentences: (model, sentences.digest), condition=Condition())
def too_long(model: str, sentences: SentenceSet) -> int:
    """How many sentences have more tokens than the model reads of each."""
    return sum(is_too_long(model, sentence) for sentence in sentences.sentences)


def is_too_long(model: str, sentence: str) -> bool:
    """Whether a sentence has more tokens than the model reads of it."""
    encoder = models.encoder(model)
    # Hardly a token is shorter than a character, so that ordinary sentences need not be counted.
    if len(sentence) <= encoder.encode_limit // 2:
        return False
    return encoder.tokenize(sentence, truncate=True).total_tokens > encoder.encode_limit


@cached(LRUCache(_MAPS, getsizeof=lambda each: each.points.nbytes), key=_by_name, condition=Condition())
def projection(read: EncodingRequest, settings: ProjectionSettings) -> Projection:
    """The map of the vectors. Raises MapError."""
    return fit_projection(unit_vectors(read), settings)


@cached(LRUCache(_SMALL), key=_by_name, condition=Condition())
def quality(read: EncodingRequest, settings: ProjectionSettings, k: int) -> MapQuality | None:
    """What the map keeps."""
    return map_quality(unit_vectors(read), projection(read, settings).points, k)


@cached(LRUCache(_SMALL), key=_by_name, condition=Condition())
def nearest_of_own_label(read: EncodingRequest) -> int:
    """How many of at least two sentences have their nearest neighbour under their own label."""
    labels = np.array(read.sentences.labels)
    nearest = nearest_neighbours(unit_vectors(read), 1).indices[:, 0]
    return int((labels == labels[nearest]).sum())


@dataclass(frozen=True)
class Grouping:
    """How groups are found."""

    method: str  # "k-means" or "HDBSCAN"
    count: int  # of k-means
    smallest: int  # of HDBSCAN
    seed: int


@cached(LRUCache(_SMALL), key=_by_name, condition=Condition())
def groups(read: EncodingRequest, grouping: Grouping) -> tuple[np.ndarray, tuple[Cluster, ...]]:
    """(N,) the number of each sentence's group, and the groups described, the largest first."""
    vectors = unit_vectors(read)
    if grouping.method == "k-means":
        numbers = k_means(vectors, grouping.count, grouping.seed)
    else:
        numbers = hdbscan(vectors, grouping.smallest)
    numbers.setflags(write=False)
    return numbers, describe(numbers, vectors, read.sentences.sentences)


@cached(LRUCache(_SMALL), key=_by_name, condition=Condition())
def silhouette_by_count(read: EncodingRequest, counts: tuple[int, ...], seed: int) -> np.ndarray:
    """The mean silhouette of k-means for each count of groups."""
    return silhouettes(unit_vectors(read), counts, seed)
