"""The index of chunks, by meaning and by words: Milvus, inside this process or on a server.

Each library or corpus, cut and encoded in one way, is a collection of its own: a search names one and sees no other,
and the statistics of BM25 are its own. A collection is made under another name and renamed once it is complete; from
then on it does not change. So one that is found is whole, however suddenly a process ended; and any can be made again.
"""

import functools
import logging
import os
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from pymilvus import MilvusException

from components.core.errors import StoreError
from components.core.retrieval.documents import Chunk
from components.core.retrieval.index.chunk_collection import Hit, build, open_and_count, search_vectors, search_words
from components.core.retrieval.index.collection_names import (
    ALL,
    BUILDING,
    is_abandoned,
    is_of,
    with_content,
    without_content,
)
from components.core.retrieval.index.embedded_directories import free_directories
from components.core.retrieval.index.milvus import collections, connect, disconnect, store_errors
from components.core.storage.vector_store import cache_directory

_LOG = logging.getLogger(__name__)

# Collections that the index holds at most, and their rows that this process puts into it at most; beyond that, those
# that were used least recently are dropped.
_MOST_COLLECTIONS = 128
_MOST_ROWS = 100_000

# Seconds within which a question to Milvus is answered.
_TIMEOUT = 5.0

# How many candidates a search in the HNSW graph holds at least.
_LEAST_CANDIDATES = 64
_MOST_CANDIDATES = 32_768


@dataclass(frozen=True)
class _CompleteCollection:
    """A collection that this process has found to be whole."""

    collection: str
    rows: Counter[str]  # document → how many


@functools.cache
def _default_index() -> "ChunkIndex":
    if uri := os.environ.get("ENCODERSCOPE_MILVUS_URI"):
        return ChunkIndex(uri, os.environ.get("ENCODERSCOPE_MILVUS_TOKEN", ""))
    for directory in free_directories(cache_directory()):
        # Another process may have been quicker.
        with suppress(StoreError):
            return ChunkIndex(str(directory))
    raise StoreError(
        "No index can be opened on this computer. Whoever runs this app should look at its folder for files."
    )


_opening = threading.Lock()


def default_index() -> "ChunkIndex":
    """The index of this process: on the server that ENCODERSCOPE_MILVUS_URI names, or else in files. Raises StoreError.

    The files lie in the app's folder for files; a second process that runs at once has a directory of its own.
    """
    with _opening:
        return _default_index()


class ChunkIndex:
    """Collections of chunks by name. Safe to use from several threads; all methods raise StoreError."""

    def __init__(self, uri: str, token: str = "", timeout: float = _TIMEOUT) -> None:
        """uri: a server's, or a directory ending in .db, which no other process may have open. timeout: in seconds."""
        self._uri = uri
        self._timeout = timeout
        self._lock = threading.Lock()  # of what follows
        self._filled: OrderedDict[str, _CompleteCollection] = OrderedDict()  # the least recently used first
        self._filling: WeakValueDictionary[str, Any] = WeakValueDictionary()
        # Held while collections are named or opened: to list them, Milvus Lite opens them, and not all at once.
        self._alone = threading.Lock()
        with store_errors(uri):
            self._client = connect(uri, token, timeout)
            self._collections()

    def fill(
        self,
        name: str,
        chunks: Sequence[Chunk],
        vectors: np.ndarray,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Make the collection hold exactly these chunks; if it does already, this is quick.

        vectors: (N, D) of the N chunks. progress: told how many of the N are in. What was half made when a process
        ended is made anew. Chunks are compared by id and text: equal ones are taken to have equal vectors.
        """
        if len(chunks) != len(vectors):
            raise ValueError("there is one vector for each chunk")
        collection = with_content(name, chunks)
        with self._one_at_a_time(name):
            if (known := self._find(name)) and known.collection == collection:
                return
            with store_errors(self._uri):
                if not self._whole(collection, chunks):
                    self._make_room(len(chunks))
                    build(self._client, collection, chunks, vectors, progress, self._alone)
                    if not self._whole(collection, chunks):
                        raise StoreError("The index of these documents could not be made. Try again.")
                self._drop(each for each in self._of(name) if each != collection)
            with self._lock:
                self._filled[name] = _CompleteCollection(collection, Counter(chunk.document for chunk in chunks))

    def dense(
        self, name: str, unit_vector: np.ndarray, k: int, documents: Collection[str] | None = None
    ) -> tuple[Hit, ...]:
        """The k chunks nearest to a vector (D,) by cosine, best first, as far as the graph finds them (HNSW).

        Malkov and Yashunin 2020, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable
        Small World graphs". documents: the ids of those to search in; None for all.
        """
        filled = self._find_or_refuse(name)
        among = sum(filled.rows.values() if documents is None else (filled.rows[each] for each in set(documents)))
        # What a filter leaves out fills places among the candidates all the same.
        candidates = max(_LEAST_CANDIDATES, 2 * k, k * filled.rows.total() // max(among, 1))
        candidates = min(candidates, _MOST_CANDIDATES)
        if among < 1 or k < 1:
            return ()
        return self._search(
            name,
            filled,
            lambda: search_vectors(
                self._client, filled.collection, unit_vector, min(k, among), candidates, documents, self._timeout
            ),
        )

    def bm25(self, name: str, question: str, k: int, documents: Collection[str] | None = None) -> tuple[Hit, ...]:
        """The k chunks with the highest BM25 score, best first; none that shares no word with the question.

        documents: the ids of those to search in, None for all; words are weighed by how rare they are in all.
        """
        filled = self._find_or_refuse(name)
        if k < 1 or (documents is not None and not documents):
            return ()
        return self._search(
            name,
            filled,
            lambda: search_words(self._client, filled.collection, question, k, documents, self._timeout),
        )

    def drop(self, name: str) -> None:
        """Drop the collection, if it is there."""
        with self._one_at_a_time(name), store_errors(self._uri):
            self._drop(self._of(name))

    def forget(self, keys: Collection[str]) -> None:
        """Drop the collections of these libraries (library_key), and what processes that ended left half made."""
        with store_errors(self._uri):
            self._drop(each for each in self._collections() if is_of(each, keys) or is_abandoned(each))

    def names(self) -> tuple[str, ...]:
        """The collections that are there, in alphabetical order."""
        with store_errors(self._uri):
            return tuple(sorted({without_content(each) for each in self._whole_ones()}))

    def close(self) -> None:
        """Let go of the directory or the server. The index cannot be used any more."""
        disconnect(self._client, self._uri)

    # ---------------------------------------------------------------- making collections

    def _whole(self, collection: str, chunks: Sequence[Chunk]) -> bool:
        """Open a collection that is there; if it is damaged, drop it."""
        if collection not in self._collections():
            return False
        try:
            found: object = open_and_count(self._client, collection, self._alone)
        except MilvusException as error:
            found = error
        if found == len(chunks):
            return True
        _LOG.warning("%s is damaged and made anew: %s of %d chunks", collection, found, len(chunks))
        self._drop([collection])
        return False

    def _make_room(self, rows: int) -> None:
        with self._lock:
            held = rows + sum(each.rows.total() for each in self._filled.values())
            dropped = []
            for each in self._filled.values():
                if held <= _MOST_ROWS:
                    break
                dropped.append(each.collection)
                held -= each.rows.total()
            used = [each.collection for each in self._filled.values() if each.collection not in dropped]
        there = [each for each in self._whole_ones() if each not in dropped]
        oldest_first = sorted(there, key=lambda each: used.index(each) if each in used else -1)
        self._drop([*dropped, *oldest_first[: max(0, len(there) + 1 - _MOST_COLLECTIONS)]])

    def _drop(self, collections: Iterable[str]) -> None:
        for collection in collections:
            with self._lock:
                for name in [name for name, each in self._filled.items() if each.collection == collection]:
                    del self._filled[name]
            with self._alone:
                self._client.drop_collection(collection, timeout=self._timeout)

    def _collections(self) -> list[str]:
        with self._alone:
            found = collections(self._client, self._uri, self._timeout)
        return [each for each in found if each.startswith(ALL)]

    def _whole_ones(self) -> list[str]:
        return [each for each in self._collections() if not each.startswith(BUILDING)]

    def _of(self, name: str) -> list[str]:
        return [each for each in self._whole_ones() if without_content(each) == name]

    # ---------------------------------------------------------------- searching

    def _search(self, name: str, filled: _CompleteCollection, search: Callable[[], tuple[Hit, ...]]) -> tuple[Hit, ...]:
        with store_errors(self._uri):
            try:
                return search()
            except MilvusException:
                # A server that was started again has to be told to load the collection; one that is gone, to make it.
                with self._lock:
                    self._filled.pop(name, None)
                open_and_count(self._client, filled.collection, self._alone)
                hits = search()
                with self._lock:
                    self._filled[name] = filled
                return hits

    def _find(self, name: str) -> _CompleteCollection | None:
        with self._lock:
            if found := self._filled.get(name):
                self._filled.move_to_end(name)
            return found

    def _find_or_refuse(self, name: str) -> _CompleteCollection:
        if found := self._find(name):
            return found
        raise StoreError("These documents are not in the index any more. Ask again, and they are put into it anew.")

    # ---------------------------------------------------------------- both

    @contextmanager
    def _one_at_a_time(self, name: str) -> Iterator[None]:
        with self._lock:
            lock = self._filling.setdefault(name, threading.Lock())
        with lock:
            yield
