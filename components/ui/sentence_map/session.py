"""The sentences of the page as vectors, map and groups."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from components.core import Encoder
from components.core.embeddings.representations import Representation
from components.core.lazy import cached_property
from components.core.mapping.clustering import Cluster
from components.core.mapping.neighbours import Neighbourhood, neighbourhood
from components.core.mapping.projection import Projection, ProjectionSettings
from components.core.text.sentence_set import SentenceSet
from components.ui.caches import sentence_sets
from components.ui.caches.memo import Memo
from components.ui.caches.sentence_sets import EncodingRequest, Grouping, GroupingRequest, ProjectionRequest

#: Neighbours that are drawn, counted and measured.
NEIGHBOURS = 10


@dataclass(frozen=True)
class Search:
    """A phrase to search for, by meaning or in the text."""

    phrase: str
    by_meaning: bool


@dataclass(frozen=True)
class SentenceMap:
    """The page's sentences as vectors and as a map. The added sentences follow those of the set."""

    encoder: Encoder
    request: EncodingRequest
    settings: ProjectionSettings
    grouping: Grouping
    added: tuple[str, ...]
    search: Search | None
    memo: Memo[Any] = field(default_factory=Memo, repr=False, compare=False)

    @property
    def sentences(self) -> tuple[str, ...]:
        """All N + M sentences."""
        return (*self.request.sentences.sentences, *self.added)

    @property
    def of_set(self) -> SentenceSet:
        """The set, without added sentences."""
        return self.request.sentences

    def unit_vectors(self, kind: Representation | None = None) -> np.ndarray:
        """(N + M, D) unit vectors of all sentences, of the page's kind or another."""
        request = self.encoding_request(kind)

        def join() -> np.ndarray:
            known = sentence_sets.unit_vectors(request)
            return np.vstack([known, request.unit_vectors_of(self.added)]) if self.added else known

        return self.memo.get(("unit vectors", kind), join)

    def encoding_request(self, kind: Representation | None = None) -> EncodingRequest:
        """The request for the set's vectors, of the page's kind or another."""
        if kind is None:
            return self.request
        return EncodingRequest(self.request.model, self.of_set, kind, self.request.fast)

    def map(self, kind: Representation | None = None) -> Projection:
        """The map of the set. Raises MapError."""
        return sentence_sets.projection(ProjectionRequest(self.encoding_request(kind), self.settings))

    def points(self, kind: Representation | None = None) -> np.ndarray:
        """(N + M, 2 or 3) points of all sentences."""

        def join() -> np.ndarray:
            projection, unit_vectors, known = self.map(kind), self.unit_vectors(kind), len(self.of_set.sentences)
            if not self.added:
                return projection.points
            added = projection.place(unit_vectors[known:], unit_vectors[:known])
            return np.vstack([projection.points, added])

        return self.memo.get(("points", kind), join)

    def phrase_vector(self, kind: Representation | None = None) -> np.ndarray | None:
        """(D,) the unit vector of the phrase; None without a search by meaning."""
        search = self.search
        if search is None or not search.by_meaning:
            return None
        return self.memo.get(("phrase", kind), lambda: self.encoding_request(kind).unit_vectors_of((search.phrase,))[0])

    @cached_property
    def groups(self) -> tuple[np.ndarray, tuple[Cluster, ...]]:
        """(N,) the number of each sentence's group, and the groups, the largest first."""
        return sentence_sets.groups(GroupingRequest(self.request, self.grouping))

    def neighbourhood(self, index: int, kind: Representation | None = None) -> Neighbourhood:
        """The true neighbours of one sentence, and which of them its map keeps near."""
        return self.memo.get(
            ("neighbourhood", index, kind),
            lambda: neighbourhood(self.unit_vectors(kind), self.points(kind), index, NEIGHBOURS),
        )
