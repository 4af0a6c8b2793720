"""Documents, their chunks and questions about them: the types that all of retrieval uses.

`start` and `end` count characters of a document's text from 0; the part meant is `text[start:end]`.
"""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from components.core.errors import ChunkingError
from components.core.lazy import cached_property


@dataclass(frozen=True)
class Section:
    """A part of a document that can be cited."""

    id: str  # unique within a corpus, such as "4.3" or "cooking-07"
    heading: str  # "" if it has none
    start: int
    end: int


@dataclass(frozen=True)
class Document:
    """A text with a title. Equal documents have equal ids."""

    title: str
    text: str
    sections: tuple[Section, ...] = ()  # in the order of the text, without overlap; () if unknown

    @cached_property
    def id(self) -> str:
        """The first 16 hexadecimal digits of SHA-256 of title and text."""
        return hashlib.sha256(json.dumps([self.title, self.text]).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Corpus:
    """Documents that are searched together. Their ids differ."""

    name: str
    documents: tuple[Document, ...]

    @cached_property
    def by_id(self) -> dict[str, Document]:
        """Id → document."""
        return {document.id: document for document in self.documents}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the documents' ids in their order, in hexadecimal."""
        return hashlib.sha256(" ".join(document.id for document in self.documents).encode()).hexdigest()


class Unit(StrEnum):
    """The units of which chunks are made; the value is its name on screen."""

    TOKENS = "tokens"
    SENTENCES = "sentences"
    PARAGRAPHS = "paragraphs"
    MEANING = "meaning"  # sentences that are alike; their size is counted in tokens

    @property
    def counted(self) -> str:
        """What the size and the overlap of chunks are counted in."""
        return Unit.TOKENS.value if self is Unit.MEANING else self.value


@dataclass(frozen=True)
class ChunkSettings:
    """The settings by which documents are divided into chunks. Raises ChunkingError if they cannot be."""

    unit: Unit = Unit.TOKENS
    size: int = 128  # the most units in a chunk, > 0
    overlap: int = 0  # the most units that neighbouring chunks share, 0 ≤ overlap < size
    #: By meaning alone: neighbouring sentences part where their cosine lies below this percentile of a document's.
    percentile: int | None = None

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ChunkingError(f"A chunk cannot have {self.size} {self.unit.counted}. Choose a size of 1 or more.")
        if (self.unit is Unit.MEANING) != (self.percentile is not None):
            raise ChunkingError(
                "To divide documents by meaning, a percentile of their cosines is needed. Choose one from 0 to 100."
                if self.percentile is None
                else f"Only documents that are divided by {Unit.MEANING.value} have a percentile. Leave it out."
            )
        if self.percentile is not None and not 0 <= self.percentile <= 100:
            raise ChunkingError(f"There is no percentile {self.percentile}. Choose one from 0 to 100.")
        if self.unit is Unit.MEANING and self.overlap:
            raise ChunkingError(
                f"Chunks that part where the meaning changes do not overlap, so an overlap of {self.overlap} cannot be "
                "had. Choose an overlap of 0, or another unit."
            )
        if not 0 <= self.overlap < self.size:
            counted = self.unit.counted if self.size > 1 else self.unit.counted.removesuffix("s")
            raise ChunkingError(
                f"Chunks of {self.size} {counted} cannot overlap by {self.overlap}: each chunk must begin after the "
                f"one before it, and no text may be left out. Choose an overlap from 0 to {self.size - 1}, or larger "
                "chunks."
            )


@dataclass(frozen=True)
class Chunk:
    """A part of a document that is encoded, searched and returned as a whole."""

    document: str  # the document's id
    number: int  # within the document, from 0
    start: int
    end: int
    text: str  # the document's text[start:end], without white space around it
    token_count: int  # by the model's tokenizer, with special tokens; may exceed what the model reads

    @property
    def id(self) -> str:
        """Document and number, such as "3f786850e387550f:12"."""
        return f"{self.document}:{self.number}"


@dataclass(frozen=True)
class Span:
    """A part of a document that answers a question."""

    document: str  # the document's id
    start: int
    end: int


@dataclass(frozen=True)
class Question:
    """A question and the parts of documents that answer it."""

    text: str
    answers: tuple[Span, ...]  # () if nothing in the corpus answers it
    note: str = ""  # the point that it illustrates
    omitted: tuple[Span, ...] = ()  # not ranked for it, as where a collection's question is one of its documents


@dataclass(frozen=True)
class TranslatedQuestion:
    """One question in two languages, and the parts of documents that answer it."""

    first: str
    second: str
    answers: tuple[Span, ...]  # at least one
