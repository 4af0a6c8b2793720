"""Expiry: readers' documents, and their index, are deleted when their time is over."""

from components.core.retrieval.index.chunk_index import ChunkIndex
from components.core.retrieval.ingest.libraries import Libraries


def forget_overdue(libraries: Libraries, index: ChunkIndex) -> None:
    """Delete the libraries whose session ended or whose time is over, and then their collections in the index.

    Each process calls this at intervals. Raises StoreError; the next call then deletes the rest.
    """
    index.forget(libraries.sweep())
