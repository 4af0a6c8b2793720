"""What is kept of sets of sentences between reruns: vectors, maps, what maps keep, and groups.

As in cache.py keys are values, never arrays: a set of sentences is known by its digest. Everything is bounded in bytes,
and what takes a while is computed once when several ask for it at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition, Lock

import numpy as np
from cachetools import LRUCache, cached

from components.core.clusters import Cluster, describe, hdbscan, k_means, silhouettes
from components.core.encoding import Progress, encode_kept, unreadable
from components.core.interventions import Intervention
from components.core.maps import Map, MapSettings, fit_map
from components.core.neighbours import MapQuality, map_quality, nearest_neighbours
from components.core.sentence_set import SentenceSet
from components.core.vector_kinds import Kind
from components.core.vector_store import default_store
from components.ui import cache

_VECTORS = 400_000_000
_MAPS = 100_000_000
_SMALL = 64


@dataclass(frozen=True)
class Read:
    """A set of sentences as one kind of vectors: what those are found again by."""

    model: str
    sentences: SentenceSet
    kind: Kind
    fast: bool

    def unit_vectors(self, progress: Callable[[Progress], None] | None = None) -> np.ndarray:
        """(N, D) unit rows, computed, or read from disk where they were computed before."""
        return self._unit_vectors(self.sentences.sentences, progress)

    def unit_vectors_of(self, others: tuple[str, ...]) -> np.ndarray:
        """(M, D) unit rows of other sentences, read in the same way. Raises SentenceError."""
        return self._unit_vectors(others, None)

    def _unit_vectors(self, asked: Sequence[str], progress: Callable[[Progress], None] | None) -> np.ndarray:
        encoder = cache.encoder(self.model)

        def encode(texts: Sequence[str], interventions: tuple[Intervention, ...]) -> np.ndarray:
            return encode_kept(encoder, texts, default_store(), interventions, self.fast, progress)

        return self.kind.unit_vectors(encoder, encode, asked, self.sentences.sentences)


_vectors: LRUCache[Read, np.ndarray] = LRUCache(_VECTORS, getsizeof=lambda each: each.nbytes)
_vectors_lock = Lock()


def has_units(read: Read) -> bool:
    """Whether the vectors are at hand."""
    with _vectors_lock:
        return read in _vectors


def units(read: Read, progress: Callable[[Progress], None] | None = None) -> np.ndarray:
    """(N, D) unit rows. progress: as for encode_kept; it may raise to stop."""
    with _vectors_lock:
        found: np.ndarray | None = _vectors.get(read)
    if found is None:
        found = read.unit_vectors(progress)
        found.setflags(write=False)
        with _vectors_lock:
            if found.nbytes <= _VECTORS:
                _vectors[read] = found
    return found


@cached(LRUCache(_SMALL), condition=Condition())
def readable(model: str, sentences: SentenceSet) -> SentenceSet:
    """The set without what this model finds nothing in; that is listed among what was left out."""
    return sentences.without(dict(unreadable(cache.encoder(model), sentences.sentences)))


@cached(LRUCache(_MAPS, getsizeof=lambda each: each.points.nbytes), condition=Condition())
def fitted(read: Read, settings: MapSettings) -> Map:
    """The map of the vectors. Raises MapError."""
    return fit_map(units(read), settings)


@cached(LRUCache(_SMALL), condition=Condition())
def quality(read: Read, settings: MapSettings, k: int) -> MapQuality | None:
    """What the map keeps."""
    return map_quality(units(read), fitted(read, settings).points, k)


@cached(LRUCache(_SMALL), condition=Condition())
def nearest_of_own_label(read: Read) -> int:
    """How many sentences have their nearest neighbour under their own label."""
    labels = np.array(read.sentences.labels)
    nearest = nearest_neighbours(units(read), 1).places[:, 0]
    return int((labels == labels[nearest]).sum())


@dataclass(frozen=True)
class Grouping:
    """How groups are found."""

    method: str  # "k-means" or "HDBSCAN"
    count: int  # of k-means
    smallest: int  # of HDBSCAN
    seed: int


@cached(LRUCache(_SMALL), condition=Condition())
def groups(read: Read, grouping: Grouping) -> tuple[np.ndarray, tuple[Cluster, ...]]:
    """(N,) the number of each sentence's group, and the groups described, the largest first."""
    vectors = units(read)
    if grouping.method == "k-means":
        numbers = k_means(vectors, grouping.count, grouping.seed)
    else:
        numbers = hdbscan(vectors, grouping.smallest)
    numbers.setflags(write=False)
    return numbers, describe(numbers, vectors, read.sentences.sentences)


@cached(LRUCache(_SMALL), condition=Condition())
def silhouette_by_count(read: Read, counts: tuple[int, ...], seed: int) -> np.ndarray:
    """The mean silhouette of k-means for each count of groups."""
    return silhouettes(units(read), counts, seed)
