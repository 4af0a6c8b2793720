"""Readers' documents, and all that was made of them, deleted when their time is over."""

from components.core.retrieval.index.chunk_index import ChunkIndex
from components.core.retrieval.ingest.libraries import Libraries


def forget_overdue(libraries: Libraries, index: ChunkIndex) -> None:
    """Delete the libraries whose session ended or whose time is over, then what is indexed of them.

    To be called now and then, by each process. Raises StoreError; what is left then goes at a later call.
    """
    index.forget(libraries.sweep())
