"""Documents, the chunks they are cut into, and questions about them: what all of retrieval speaks of.

Places in a text are counted in characters from 0; `text[start:end]` is the part that is meant.
"""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


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
    sections: tuple[Section, ...] = ()  # in the order of the text, not overlapping; () if nothing is known of them

    @cached_property
    def id(self) -> str:
        """The first 16 hexadecimal digits of SHA-256 of title and text."""
        return hashlib.sha256(json.dumps([self.title, self.text]).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Corpus:
    """Documents that are searched together, with different ids."""

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
    """What the size and the overlap of chunks are counted in."""

    TOKENS = "tokens"
    SENTENCES = "sentences"
    PARAGRAPHS = "paragraphs"


@dataclass(frozen=True)
class ChunkSettings:
    """How documents are cut into chunks."""

    unit: Unit = Unit.TOKENS
    size: int = 128  # units a chunk at most, > 0
    overlap: int = 0  # units that neighbouring chunks share at most, 0 ≤ overlap < size


@dataclass(frozen=True)
class Chunk:
    """A part of a document that is encoded, searched and returned as one."""

    document: str  # the document's id
    number: int  # within the document, from 0
    start: int
    end: int
    text: str  # the document's text[start:end], without white space around it
    token_count: int  # as the model counts, special tokens included; it may be more than the model reads

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
    """A question and what answers it."""

    text: str
    answers: tuple[Span, ...]  # () if nothing in the corpus does
    note: str = ""  # what it is an example of
