"""Sets of sentences: vectors, maps, the quality of maps, and groups.

Keys hold the digest of a set and not its sentences, so no cache holds the text of a session. Vectors and maps are
bounded in bytes, small values in number.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from components.core import Encoder
from components.core.embeddings.representations import Representation
from components.core.mapping.clustering import (
    Cluster,
    agreement,
    describe_clusters,
    hdbscan,
    k_means,
    silhouettes,
    v_measure_by_chance,
)
from components.core.mapping.neighbours import MapQuality, map_quality, nearest_neighbours
from components.core.mapping.projection import Projection, ProjectionSettings, fit_projection
from components.core.model.interventions import Intervention
from components.core.storage.cached_encoding import Progress, encode_with_store, find_unreadable
from components.core.storage.vector_store import default_store
from components.core.text.sentence_set import SentenceSet
from components.ui.caches import models
from components.ui.caches.memo import Memo, memoized

_VECTOR_BYTES = 200_000_000
_MAP_BYTES = 100_000_000
_COUNT = 64
# Seeds of k-means that are compared, and the most sentences that are grouped so often: a second's work.
_STARTS, _MOST_GROUPED_AGAIN = 8, 500

_by_digest = attrgetter("cache_key")


@dataclass(frozen=True)
class SentenceSetRequest:
    """A set of sentences, as a model's tokenizer reads it."""

    model: str
    sentences: SentenceSet

    @property
    def cache_key(self) -> Hashable:
        """Equal for equal sentences and labels."""
        return self.model, self.sentences.digest


@dataclass(frozen=True)
class EncodingRequest:
    """A set of sentences in one vector representation. fast: computed in lower precision where the hardware has one."""

    model: str
    sentences: SentenceSet
    representation: Representation
    fast: bool

    @property
    def cache_key(self) -> Hashable:
        """Equal for equal vectors."""
        return self.model, self.sentences.digest, self.representation, self.fast

    def unit_vectors_of(self, texts: Sequence[str], progress: Callable[[Progress], None] | None = None) -> np.ndarray:
        """(M, D) unit vectors of these sentences or others, read from disk where they were encoded before.

        progress: as for encode_with_store; it may raise to stop. Raises SentenceError.
        """
        encoder = models.encoder(self.model)

        def encode(texts: Sequence[str], interventions: tuple[Intervention, ...]) -> np.ndarray:
            return encode_with_store(encoder, texts, default_store(), interventions, self.fast, progress)

        return self.representation.unit_vectors(encoder, encode, texts, self.sentences.sentences)


@dataclass(frozen=True)
class ProjectionRequest:
    """A map of a set of sentences."""

    vectors: EncodingRequest
    settings: ProjectionSettings

    @property
    def cache_key(self) -> Hashable:
        """Equal for equal maps."""
        return self.vectors.cache_key, self.settings


@dataclass(frozen=True)
class QualityRequest:
    """The quality of a map: its share of the nearest k neighbours."""

    projection: ProjectionRequest
    k: int

    @property
    def cache_key(self) -> Hashable:
        """Equal for equal maps and k."""
        return self.projection.cache_key, self.k


@dataclass(frozen=True)
class Grouping:
    """A way to find groups."""

    method: str  # "k-means" or "HDBSCAN"
    count: int  # of k-means
    smallest: int  # of HDBSCAN
    seed: int


@dataclass(frozen=True)
class GroupingRequest:
    """The groups of a set of sentences."""

    vectors: EncodingRequest
    grouping: Grouping

    @property
    def cache_key(self) -> Hashable:
        """Equal for equal groups."""
        return self.vectors.cache_key, self.grouping


@dataclass(frozen=True)
class SilhouetteRequest:
    """The silhouettes of a set of sentences for several numbers of groups."""

    vectors: EncodingRequest
    counts: tuple[int, ...]
    seed: int

    @property
    def cache_key(self) -> Hashable:
        """Equal for equal silhouettes."""
        return self.vectors.cache_key, self.counts, self.seed


_unit_vectors = Memo[np.ndarray](_VECTOR_BYTES, size_of=lambda vectors: vectors.nbytes)


def has_unit_vectors(request: EncodingRequest) -> bool:
    """True if the vectors are kept in memory."""
    return request.cache_key in _unit_vectors


def unit_vectors(request: EncodingRequest, progress: Callable[[Progress], None] | None = None) -> np.ndarray:
    """(N, D) unit vectors. progress: as for encode_with_store; it may raise to stop."""

    def compute() -> np.ndarray:
        vectors = request.unit_vectors_of(request.sentences.sentences, progress)
        vectors.setflags(write=False)
        return vectors

    return _unit_vectors.get(request.cache_key, compute)


@memoized(_COUNT, key_of=_by_digest)
def unreadable_sentences(request: SentenceSetRequest) -> dict[int, str]:
    """The sentences in which this model finds nothing to read: index → reason."""
    return dict(find_unreadable(models.encoder(request.model), request.sentences.sentences))


@memoized(_COUNT, key_of=_by_digest)
def too_long(request: SentenceSetRequest) -> int:
    """Count the sentences that have more tokens than the model encodes."""
    return count_too_long(models.encoder(request.model), request.sentences.sentences)


def count_too_long(encoder: Encoder, sentences: Sequence[str]) -> int:
    """Count the sentences that have more tokens than the model encodes."""
    # Hardly any token is shorter than a character, so ordinary sentences need not be tokenized.
    long = [sentence for sentence in sentences if len(sentence) > encoder.encode_limit // 2]
    return sum(count > encoder.encode_limit for count in encoder.token_counts(long))


@memoized(_MAP_BYTES, size_of=lambda projection: projection.points.nbytes, key_of=_by_digest)
def projection(request: ProjectionRequest) -> Projection:
    """Make the map of the vectors. Raises MapError."""
    return fit_projection(unit_vectors(request.vectors), request.settings)


@memoized(_COUNT, key_of=_by_digest)
def quality(request: QualityRequest) -> MapQuality | None:
    """Measure how well the map keeps neighbours."""
    vectors = unit_vectors(request.projection.vectors)
    return map_quality(vectors, projection(request.projection).points, request.k)


@memoized(_COUNT, key_of=_by_digest)
def nearest_with_same_label(request: EncodingRequest) -> int:
    """Count the sentences, of at least two, whose nearest neighbour has the same label."""
    labels = np.array(request.sentences.labels)
    nearest = nearest_neighbours(unit_vectors(request), 1).indices[:, 0]
    return int((labels == labels[nearest]).sum())


@memoized(_COUNT, key_of=_by_digest)
def groups(request: GroupingRequest) -> tuple[np.ndarray, tuple[Cluster, ...]]:
    """(N,) the number of each sentence's group, and the groups described, the largest first."""
    vectors, grouping = unit_vectors(request.vectors), request.grouping
    if grouping.method == "k-means":
        numbers = k_means(vectors, grouping.count, grouping.seed)
    else:
        numbers = hdbscan(vectors, grouping.smallest)
    numbers.setflags(write=False)
    return numbers, describe_clusters(numbers, vectors, request.vectors.sentences.sentences)


@dataclass(frozen=True)
class AgreementSpread:
    """How far the V-measure of groups and labels depends on chance."""

    by_chance: float  # of shuffled groups
    v_measures: tuple[float, ...]  # of k-means from several seeds, the page's own first; of other groups, theirs alone


@memoized(_COUNT, key_of=_by_digest)
def agreement_spread(request: GroupingRequest) -> AgreementSpread:
    """Measure what shuffled groups would agree with the labels, and what k-means does from other seeds."""
    labels, grouping = request.vectors.sentences.labels or (), request.grouping
    numbers = groups(request)[0]
    others: list[np.ndarray] = []
    if grouping.method == "k-means" and len(numbers) <= _MOST_GROUPED_AGAIN:
        vectors = unit_vectors(request.vectors)
        others = [k_means(vectors, grouping.count, grouping.seed + step) for step in range(1, _STARTS)]
    return AgreementSpread(
        v_measure_by_chance(labels, numbers), tuple(agreement(labels, each).v_measure for each in (numbers, *others))
    )


@memoized(_COUNT, key_of=_by_digest)
def silhouette_by_count(request: SilhouetteRequest) -> np.ndarray:
    """The mean silhouette of k-means for each number of groups."""
    return silhouettes(unit_vectors(request.vectors), request.counts, request.seed)
