"""What the Sentence map page is about at this moment: sentences, vectors, map, groups and selection."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from components.core import Encoder
from components.core.embeddings.representations import Representation
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
    """A phrase and how it was searched for."""

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
        """The set, without what was added."""
        return self.request.sentences

    def unit_vectors(self, kind: Representation | None = None) -> np.ndarray:
        """(N + M, D) unit rows of all sentences, of the page's kind or another."""
        read = self.encoding_request(kind)

        def join() -> np.ndarray:
            known = sentence_sets.unit_vectors(read)
            return np.vstack([known, read.unit_vectors_of(self.added)]) if self.added else known

        return self.memo.get(("units", kind), join)

    def encoding_request(self, kind: Representation | None = None) -> EncodingRequest:
        """The set as another kind of vectors."""
        return (
            self.request if kind is None else EncodingRequest(self.request.model, self.of_set, kind, self.request.fast)
        )

    def map(self, kind: Representation | None = None) -> Projection:
        """The map of the set. Raises MapError."""
        return sentence_sets.projection(ProjectionRequest(self.encoding_request(kind), self.settings))

    def points(self, kind: Representation | None = None) -> np.ndarray:
        """(N + M, 2 or 3): where all sentences are drawn."""

        def join() -> np.ndarray:
            found, units, known = self.map(kind), self.unit_vectors(kind), len(self.of_set.sentences)
            return np.vstack([found.points, found.place(units[known:], units[:known])]) if self.added else found.points

        return self.memo.get(("points", kind), join)

    def phrase_unit(self, kind: Representation | None = None) -> np.ndarray | None:
        """(D,) what the phrase that was searched for by its meaning is read as."""
        search = self.search
        if search is None or not search.by_meaning:
            return None
        return self.memo.get(("phrase", kind), lambda: self.encoding_request(kind).unit_vectors_of((search.phrase,))[0])

    @cached_property
    def groups(self) -> tuple[np.ndarray, tuple[Cluster, ...]]:
        """(N,) the number of each sentence's group, and the groups, the largest first."""
        return sentence_sets.groups(GroupingRequest(self.request, self.grouping))

    def neighbourhood(self, place: int, kind: Representation | None = None) -> Neighbourhood:
        """The true neighbours of one sentence, and which of them its map keeps near."""
        return self.memo.get(
            ("neighbourhood", place, kind),
            lambda: neighbourhood(self.unit_vectors(kind), self.points(kind), place, NEIGHBOURS),
        )
