"""A process that ingests documents until it is killed, without the model.

It imports nothing that takes seconds, because it is started again after each kill.
"""

import hashlib
import sys
import types
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from jaxtyping import Float

from tests.support.paths import ROOT

CORE = ROOT / "components" / "core"

if "components.core" not in sys.modules:
    # The package without its own imports: torch and the models.
    core = types.ModuleType("components.core")
    core.__path__ = [str(CORE)]
    sys.modules["components.core"] = core

from components.core.retrieval.documents import Chunk, ChunkSettings, Corpus, Document  # noqa: E402
from components.core.retrieval.index.chunk_index import ChunkIndex  # noqa: E402
from components.core.retrieval.index.collection_names import collection_name  # noqa: E402
from components.core.retrieval.index.embedded_directories import free_directories  # noqa: E402
from components.core.retrieval.ingest.libraries import Libraries  # noqa: E402

OWNER = "0123456789abcdef" * 2

Progress = Callable[[int, int], None]


def make_document(number: int) -> Document:
    """Return a document of 12 chunks; each has a word of its own."""
    return Document(f"Document {number}", "\n".join(f"place{number}x{line} is a place" for line in range(12)))


def chunks_of(document: Document) -> list[Chunk]:
    """Return a chunk for each line."""
    lines = document.text.split("\n")
    return [Chunk(document.id, number, 0, len(line), line, len(line)) for number, line in enumerate(lines)]


def vector_of(chunk: Chunk) -> Float[np.ndarray, "8"]:
    """Return a unit vector that depends on the text of the chunk."""
    seed = int(hashlib.sha256(chunk.text.encode()).hexdigest()[:8], 16)
    vector = np.random.default_rng(seed).normal(size=8)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def index_all(index: ChunkIndex, documents: tuple[Document, ...], progress: Progress | None = None) -> str:
    """Put these documents into the index. Returns the name of their collection."""
    chunks = [chunk for document in documents for chunk in chunks_of(document)]
    name = collection_name(OWNER, Corpus("", documents).digest, ChunkSettings(), "made up")
    index.fill(name, chunks, np.array([vector_of(chunk) for chunk in chunks]), progress)
    return name


def open_stores(folder: Path) -> tuple[Libraries, ChunkIndex]:
    """Open libraries and index in this folder, as the app does."""
    return Libraries(folder / "documents.sqlite"), ChunkIndex(str(next(free_directories(folder))))


def ingest(folder: Path, first: int, parent: Connection, stop_at: str | None) -> None:
    """Add one document after another, numbered from `first`, and report each stage of each to the parent.

    stop_at: the stage in which to wait for the kill.
    """
    libraries, index = open_stores(folder)
    number, name = first, None

    def reach(stage: str) -> None:
        parent.send((stage, number))
        if stage == stop_at:
            parent.recv()

    while True:
        document = make_document(number)
        libraries.begin(OWNER, document)
        reach("begun")
        everything = (*libraries.documents(OWNER), document)
        new = index_all(index, everything, lambda done, of: reach("put in"))
        reach("indexed")
        libraries.acknowledge(OWNER, document.id)
        reach("acknowledged")
        if name:
            index.drop(name)
        number, name = number + 1, new
