"""The contract of a way of searching: a configured technique that is prepared over a corpus and then ranks passages.

A way is a frozen dataclass, so that equal ways have equal results and a result is found again by its way. N chunks in
the corpus, D dimensions of a vector. What a way hands over may be other passages than the corpus's chunks, such as
sentences with their neighbours.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol, TypeVar

import numpy as np
from jaxtyping import Float, Float32, Int

from components.core.embeddings.representations import Representation
from components.core.lazy import cached_property
from components.core.model.encoder import Encoder
from components.core.model.interventions import Intervention
from components.core.model.prompts import TextKind
from components.core.retrieval.documents import Chunk, Document
from components.core.retrieval.search.bm25 import Bm25
from components.core.retrieval.search.ranking import RankedItem, ranking_order

_Read = TypeVar("_Read")

#: A function that encodes N texts of one kind under interventions. All vectors have length 1.
EncodeKind = Callable[[Sequence[str], tuple[Intervention, ...], TextKind], Float32[np.ndarray, "N D"]]

# Texts that are encoded between two reports.
_AT_A_TIME: Final = 128

#: Called with what is counted ("passage", "question"), how many are done, and how many there are; may raise to stop.
Report = Callable[[str, int, int], None]


class Group(StrEnum):
    """What a technique changes. The value is its name on screen."""

    SCORE = "Ways to score"
    CUT = "Ways to cut"
    COMPRESS = "Smaller vectors"
    AFTER = "After the search"


class _Item(Protocol):
    @property
    def index(self) -> int: ...

    @property
    def score(self) -> float: ...


@dataclass(frozen=True, eq=False)
class Ranking:
    """Passages by their indices, best first, with their scores. M ≤ the number of passages."""

    indices: Int[np.ndarray, " M"]
    scores: Float[np.ndarray, " M"]

    @classmethod
    def of_scores(cls, scores: Float[np.ndarray, " N"], floor: float | None = None) -> "Ranking":
        """Rank all passages by their scores. floor: as for ranking_order().

        >>> Ranking.of_scores(np.array([0.0, 2.0, 1.0]), floor=0.0).indices
        array([1, 2])
        """
        order = ranking_order(scores, floor=floor)
        return cls(order, scores[order])

    @classmethod
    def of_items(cls, items: Sequence[_Item]) -> "Ranking":
        """The ranking of items that are in their order."""
        return cls.of_order([each.index for each in items], [each.score for each in items])

    @classmethod
    def of_order(cls, indices: Sequence[int], scores: Sequence[float] | Float[np.ndarray, " M"]) -> "Ranking":
        """The ranking of indices that are in their order."""
        return cls(np.array(indices, dtype=int), np.array(scores, dtype=float))

    def then(self, rest: "Ranking") -> "Ranking":
        """Return this ranking, and after it what only the rest has, in its order; the scores are not comparable.

        >>> Ranking(np.array([2]), np.array([0.9])).then(Ranking(np.array([1, 2]), np.array([0.5, 0.4]))).indices
        array([2, 1])
        """
        new = ~np.isin(rest.indices, self.indices)
        return Ranking(np.append(self.indices, rest.indices[new]), np.append(self.scores, rest.scores[new]))

    def without(self, omitted: Collection[int]) -> "Ranking":
        """Return this ranking without some passages; those after them move up.

        >>> Ranking.of_order([2, 0, 1], [0.9, 0.5, 0.4]).without({0}).indices
        array([2, 1])
        """
        stays = ~np.isin(self.indices, list(omitted))
        return Ranking(self.indices[stays], self.scores[stays])

    def first(self, k: int) -> tuple[RankedItem, ...]:
        """Return the first k passages with their ranks."""
        pairs = zip(self.indices[:k].tolist(), self.scores[:k].tolist(), strict=True)
        return tuple(RankedItem(index, score, rank) for rank, (index, score) in enumerate(pairs, 1))


#: Seconds of the processor in this thread, which do not depend on who else uses the machine.
PROCESSOR: Final = time.thread_time
#: Seconds that pass, for what waits for another server.
WALL: Final = time.perf_counter


class QuestionReader:
    """Turns questions into vectors, each alone and once, and keeps how long that took.

    Ways that read a question alike share its vector; each is charged the time that its first reading took.
    """

    def __init__(self, encoder: Encoder, encode: EncodeKind) -> None:
        self._encoder = encoder
        self._encode = encode
        self._kept: dict[Hashable, tuple[Any, float]] = {}
        self._clock = PROCESSOR
        self._start = self._passed = 0.0
        #: Seconds that the readings since begin() took, now or when they were first made.
        self.reading = 0.0

    def begin(self, clock: Callable[[], float] = PROCESSOR) -> None:
        """Begin to count anew, by a clock."""
        self._clock = clock
        self.reading = self._passed = 0.0
        self._start = clock()

    @property
    def other(self) -> float:
        """Seconds since begin() that did not go into reading."""
        return self._clock() - self._start - self._passed

    def vector(self, question: str, by: Representation = Representation.CONTEXT) -> Float32[np.ndarray, " D"]:
        """Return the unit vector of a question."""
        return self.read(("vector", question, by), lambda: self._vectors([question], by)[0])

    def read(self, key: Hashable, compute: Callable[[], _Read]) -> _Read:
        """Return what a way compares of a question. compute: makes it, if nothing is kept under this key."""
        start = self._clock()
        if key not in self._kept:
            read = compute()
            self._kept[key] = read, self._clock() - start
        kept, seconds = self._kept[key]
        self.reading += seconds
        self._passed += self._clock() - start
        result: _Read = kept
        return result

    def encode(self, texts: Sequence[str], kind: TextKind) -> Float32[np.ndarray, "M D"]:
        """Return the unit vectors of texts that belong to a question, such as passages made up for it."""
        return self._encode(texts, (), kind)

    def _vectors(self, questions: Sequence[str], by: Representation) -> Float32[np.ndarray, "Q D"]:
        return by.unit_vectors(
            self._encoder, lambda some, changes: self._encode(some, changes, TextKind.QUESTION), questions, ()
        )


class BatchReader(QuestionReader):
    """Reads all questions in one batch when the first of them is asked, where nobody asks how long one takes."""

    def __init__(self, encoder: Encoder, encode: EncodeKind, questions: Sequence[str]) -> None:
        super().__init__(encoder, encode)
        self._questions = list(questions)

    def vector(self, question: str, by: Representation = Representation.CONTEXT) -> Float32[np.ndarray, " D"]:
        """Return the unit vector of one of the questions."""
        return self.read(by, lambda: dict(zip(self._questions, self._vectors(self._questions, by), strict=True)))[
            question
        ]


@dataclass(frozen=True, eq=False)
class Operators:
    """What the operator of the app has named beside the encoder: models by their names."""

    reranker: str | None = None
    sparse: str | None = None
    generator: str | None = None  # a language model
    #: Returns the language model's whole answer to a prompt; None if there is no such model.
    write: Callable[[str], str] | None = None
    #: Why there is no language model, as a sentence.
    no_generator: str = "No language model is switched on."


#: An operator who has named nothing.
NOTHING_NAMED: Final = Operators()


@dataclass(frozen=True, eq=False)
class EncodedCorpus:
    """What ways are prepared over: the chunks of a corpus, and how texts are turned into vectors."""

    chunks: tuple[Chunk, ...]  # N
    documents: tuple[Document, ...]
    encoder: Encoder
    encode: EncodeKind  # of passages and their parts; may read from a store
    questions: QuestionReader
    #: The unit vectors of the chunks, if they are there already.
    given: Float32[np.ndarray, "N D"] | None = field(default=None, repr=False)
    operators: Operators = NOTHING_NAMED
    #: Returns the value of a key, computed if it is not kept, where others keep what ways share; None for here.
    keep: Callable[[Hashable, Callable[[], Any]], Any] | None = field(default=None, repr=False)
    _shared: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def texts(self) -> list[str]:
        """The texts of the chunks."""
        return [chunk.text for chunk in self.chunks]

    @cached_property
    def unit_vectors(self) -> Float32[np.ndarray, "N D"]:
        """The vector of each chunk, of length 1."""
        return self.vectors_by(Representation.CONTEXT) if self.given is None else self.given

    @cached_property
    def bm25(self) -> Bm25:
        """Word search over the chunks."""
        return Bm25(self.texts)

    def shared(self, key: Hashable, compute: Callable[[], _Read]) -> _Read:
        """Return what several ways need of these chunks. compute: makes it, if nothing is kept under this key."""
        if self.keep is None and key not in self._shared:
            self._shared[key] = compute()
        found: _Read = self._shared[key] if self.keep is None else self.keep(key, compute)
        return found

    def passage_vectors(
        self, texts: Sequence[str], report: Report | None = None, noun: str = "passage"
    ) -> Float32[np.ndarray, "M D"]:
        """Return the unit vectors of M texts that are not chunks of the corpus, such as their sentences.

        noun: of a text. Raises SentenceError.
        """
        rows = [np.empty((0, self.encoder.vector_size), dtype=np.float32)]
        for start in range(0, len(texts), _AT_A_TIME):
            if report:
                report(noun, start, len(texts))
            rows.append(self.encode(texts[start : start + _AT_A_TIME], (), TextKind.PASSAGE))
        return np.concatenate(rows)

    def vectors_by(self, by: Representation) -> Float32[np.ndarray, "N D"]:
        """Return the unit vectors of the chunks by a representation. Raises SentenceError."""
        return by.unit_vectors(
            self.encoder, lambda some, changes: self.encode(some, changes, TextKind.PASSAGE), self.texts, ()
        )


#: A function that puts ranked passages into another order for a question; all of them stay.
Rerank = Callable[[str, Sequence[RankedItem]], tuple[RankedItem, ...]]


@dataclass(frozen=True, eq=False)
class PreparedWay:
    """A way that is ready to be asked about one corpus."""

    #: Returns the ranking of the passages for a question.
    rank: Callable[[str], Ranking]
    #: What is handed over; the indices of a ranking are theirs.
    passages: tuple[Chunk, ...]
    #: Bytes that must be kept of the passages for the search, beside their texts.
    nbytes: int
    #: What a reader should know of this corpus and this way; "" for nothing.
    note: str = ""
    #: True if a question waits for another server, or takes turns at a core by itself: none is held meanwhile.
    waits: bool = False
    #: Of a way that re-ranks: puts passages of any other search, best first, into its order for a question.
    rerank: Rerank | None = None


@dataclass(frozen=True)
class Description:
    """What a screen says of a way."""

    name: str  # with the settings
    short: str  # at most 18 letters, for pictures
    does: str  # one plain sentence


class Way(ABC):
    """A technique with its settings. Subclasses are frozen dataclasses of plain values."""

    #: Who described the technique: authors, year, title.
    source: ClassVar[str]

    @property
    def name(self) -> str:
        """The name on screen, with the settings."""
        return self.described.name

    @property
    def short(self) -> str:
        """A name for pictures."""
        return self.described.short

    @property
    @abstractmethod
    def described(self) -> Description:
        """What a screen says of this way."""

    @abstractmethod
    def prepare(self, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        """Compute what does not depend on a question. Raises an EncoderscopeError if this corpus cannot be searched."""
