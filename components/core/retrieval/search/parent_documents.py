"""Parent documents: found by small chunks, handed over as the section or the document that a chunk is in.

Callan 1994, "Passage-Level Evidence in Document Retrieval", ranks documents by their best passage; "parent document" is
the name in LangChain. A large part that is handed over surely holds what its chunk was found for, and much else that a
prompt has to pay for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from jaxtyping import Int

from components.core.model.encoder import Encoder
from components.core.retrieval.documents import Chunk, Document
from components.core.retrieval.ingest.corpora import sections_at


class Parent(StrEnum):
    """What is handed over for a chunk. The value is its name on screen."""

    SECTION = "section"
    DOCUMENT = "document"


@dataclass(frozen=True, eq=False)
class Parents:
    """The larger parts of documents that N chunks are in."""

    passages: tuple[Chunk, ...]  # M, in the order of the documents; their numbers count them within a document
    of: Int[np.ndarray, " N"]  # the index of each chunk's parent


def parents_of(chunks: Sequence[Chunk], documents: Sequence[Document], kind: Parent, encoder: Encoder) -> Parents:
    """Return the parent of each chunk: its document, or the section that it shares most characters with.

    Of equal sections it is the first. A chunk outside all sections, or of a document without any, is its own parent.
    """
    order = {document.id: number for number, document in enumerate(documents)}

    def parent(chunk: Chunk) -> tuple[int, int, int]:
        number = order[chunk.document]
        if kind is Parent.DOCUMENT:
            return number, 0, len(documents[number].text)
        sections = sections_at(documents[number], chunk.start, chunk.end)
        best = max(sections, key=lambda each: min(each.end, chunk.end) - max(each.start, chunk.start), default=chunk)
        return number, best.start, best.end

    parents = [parent(chunk) for chunk in chunks]
    index_of = {each: index for index, each in enumerate(sorted(set(parents)))}
    first_of: dict[int, int] = {}
    for (number, _, _), index in index_of.items():
        first_of.setdefault(number, index)
    texts = [documents[number].text[start:end] for number, start, end in index_of]
    passages = tuple(
        Chunk(documents[number].id, index - first_of[number], start, end, text, count)
        for ((number, start, end), index), text, count in zip(
            index_of.items(), texts, encoder.token_counts(texts), strict=True
        )
    )
    return Parents(passages, np.array([index_of[each] for each in parents], dtype=int))


def rank_parents(ranking: Sequence[int], parents: Parents) -> tuple[int, ...]:
    """Return the indices of the parents of ranked chunks, best first: each once, at the rank of its best chunk.

    ranking: indices of chunks, best first.
    """
    return tuple(dict.fromkeys(parents.of[list(ranking)].tolist()))
