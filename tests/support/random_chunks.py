"""Chunks of random words and their random unit vectors, for tests of the index."""

import secrets

import numpy as np
from jaxtyping import Float

from components.core.retrieval.documents import Chunk, ChunkSettings
from components.core.retrieval.index.chunk_index import ChunkIndex
from components.core.retrieval.index.collection_names import collection_name

WIDTH = 32
WORDS = [f"word{number}" for number in range(60)] + ["the", "and", "of"]

Texts = list[list[str]]  # the texts of each document's chunks


def document_id(number: int) -> str:
    """Return an id as documents have it."""
    return f"{number:016x}"


def chunks_with(texts: Texts) -> list[Chunk]:
    """Return the chunks of documents with these texts."""
    return [
        Chunk(document_id(document), number, 0, len(text), text, 1)
        for document, of_document in enumerate(texts)
        for number, text in enumerate(of_document)
    ]


def unit_vectors(count: int, width: int = WIDTH, seed: int = 0) -> Float[np.ndarray, "N D"]:
    """Return random vectors of length 1."""
    rows = np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def random_chunks(documents: int, each: int) -> list[Chunk]:
    """Return chunks of random words; a few words are frequent, most are rare."""
    drawn = np.random.default_rng(1)
    frequent = 1 / np.arange(1, len(WORDS) + 1)
    return chunks_with(
        [
            [" ".join(drawn.choice(WORDS, drawn.integers(5, 60), p=frequent / frequent.sum())) for _ in range(each)]
            for _ in range(documents)
        ]
    )


def new_name(owner: str | None = None) -> str:
    """Return the name of a collection that no other test has."""
    return collection_name(owner or secrets.token_hex(16), secrets.token_hex(8), ChunkSettings(), "model")


def chunk_ids(index: ChunkIndex, name: str, k: int = 1000) -> set[str]:
    """Return the ids of all chunks in a collection."""
    return {hit.chunk for hit in index.dense(name, unit_vectors(1)[0], k)}


def collections(index: ChunkIndex) -> set[str]:
    """Return the full names of our collections in Milvus."""
    return set(index._collections())
