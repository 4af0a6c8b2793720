"""Chunk headers: the title of its document and the heading of its section before each chunk, for the encoder alone.

Karpukhin et al. 2020, "Dense Passage Retrieval for Open-Domain Question Answering", put the title of an article before
each of its passages. A chunk that says "it" then carries the name of what it is about; all chunks of a document become
more alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from components.core.model.encoder import Encoder
from components.core.model.prompts import TextKind
from components.core.retrieval.documents import Chunk, Document
from components.core.retrieval.ingest.corpora import sections_at

_BETWEEN = ": "


@dataclass(frozen=True)
class HeaderCut:
    """What the headers push out of what the model reads."""

    passages: int  # the number of passages of which less is read than without a header
    tokens: int  # the number of tokens of these passages that are read no more


def header_of(chunk: Chunk, document: Document) -> str:
    """Return the title of a chunk's document and the heading of the section that the chunk begins in, on one line.

    What the chunk itself begins with is not repeated.

    >>> from components.core.retrieval.documents import Section
    >>> pizza = Document("Food", "Dough\\nKnead it. Let it rise.", (Section("1", "Dough", 0, 28),))
    >>> header_of(Chunk(pizza.id, 1, 16, 28, "Let it rise.", 6), pizza)
    'Food: Dough'
    >>> header_of(Chunk(pizza.id, 0, 0, 15, "Dough\\nKnead it.", 6), pizza)
    'Food'
    """
    sections = sections_at(document, chunk.start, chunk.end)
    parts = [" ".join(part.split()) for part in (document.title, sections[0].heading if sections else "")]
    begins = " ".join(chunk.text[: 2 * sum(map(len, parts)) + 2].split())
    return _BETWEEN.join(part for part in dict.fromkeys(parts) if part and not begins.startswith(part))


def with_headers(chunks: Sequence[Chunk], documents: Sequence[Document]) -> tuple[str, ...]:
    """Return the text of each chunk with its header on a line before it; a chunk without a header as it is."""
    document_of = {document.id: document for document in documents}
    headers = [header_of(chunk, document_of[chunk.document]) for chunk in chunks]
    pairs = zip(headers, chunks, strict=True)
    return tuple(f"{header}\n{chunk.text}" if header else chunk.text for header, chunk in pairs)


def header_cut(chunks: Sequence[Chunk], headed: Sequence[str], encoder: Encoder) -> HeaderCut:
    """Return how many passages, and how many of their tokens, the model reads no more because of the headers.

    headed: the texts of with_headers().
    """
    special = encoder.token_counts([""])[0]
    room = encoder.room(TextKind.PASSAGE)
    lost = [
        max(0, min(chunk.token_count - special, room) - max(0, room - (count - chunk.token_count)))
        for chunk, count in zip(chunks, encoder.token_counts(headed), strict=True)
    ]
    return HeaderCut(sum(tokens > 0 for tokens in lost), sum(lost))
