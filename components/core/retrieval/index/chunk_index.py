"""The index of chunks, for search by vectors and by words: Milvus, in this process or on a server.

Each library or corpus, divided into chunks and encoded in one way, is one collection: a search sees only the collection
that it names, and so do the statistics of BM25. A collection is built under a temporary name and renamed when it is
complete; from then on it does not change. So a collection that is found is complete, even if a process was killed, and
any collection can be built again.
"""

import logging
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import grpc
import numpy as np
from jaxtyping import Float
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
from components.core.retrieval.index.milvus import collections, connect, disconnect, is_embedded, store_errors

_LOG = logging.getLogger(__name__)

# The most collections in the index, and the most rows that this process keeps in it. Beyond these limits the least
# recently used collections are dropped.
_MOST_COLLECTIONS = 128
_MOST_ROWS = 100_000

# The time limit of a request to Milvus, in seconds, and of the question whether it answers at all.
_TIMEOUT = 5.0
_LIFE_SIGN_TIMEOUT = 1.0

# The smallest and the largest candidate list (ef) of a search in the HNSW graph.
_LEAST_CANDIDATES = 64
_MOST_CANDIDATES = 32_768


@dataclass(frozen=True)
class _CompleteCollection:
    """A collection that this process knows to be complete."""

    collection: str
    rows: Counter[str]  # document → the number of its chunks


class ChunkIndex:
    """Collections of chunks, by name. Thread-safe; all methods raise StoreError."""

    def __init__(self, uri: str, token: str = "", timeout: float = _TIMEOUT) -> None:
        """uri: of a server, or a directory that ends in .db and that no other process has open. timeout: in seconds."""
        self._uri = uri
        self._timeout = timeout
        self._lock = threading.Lock()  # of the two dictionaries below
        self._complete: OrderedDict[str, _CompleteCollection] = OrderedDict()  # by name, least recently used first
        self._fill_locks: WeakValueDictionary[str, Any] = WeakValueDictionary()
        # Held while collections are listed, renamed or loaded: Milvus Lite cannot do these at the same time.
        self._names_lock = threading.Lock()
        self._lost = False
        with store_errors(uri):
            self._client = connect(uri, token, timeout)
            self._collections()

    def fill(
        self,
        name: str,
        chunks: Sequence[Chunk],
        vectors: Float[np.ndarray, "N D"],
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Make the collection contain exactly these N chunks; quick if it does already.

        progress: called with the number of chunks inserted so far and N. Chunks are compared by id and text, and equal
        ones are assumed to have equal vectors. Raises ValueError if chunks and vectors differ in number.
        """
        if len(chunks) != len(vectors):
            raise ValueError("there is one vector for each chunk")
        collection = with_content(name, chunks)
        with self._fill_lock(name):
            if (known := self._find(name)) and known.collection == collection:
                return
            if self.is_lost():
                raise StoreError("The index of chunks does not answer any more.")
            with store_errors(self._uri):
                if not self._is_complete(collection, chunks):
                    self._make_room(len(chunks))
                    build(self._client, collection, chunks, vectors, progress, self._names_lock)
                    if not self._is_complete(collection, chunks):
                        raise StoreError("The index of these documents could not be made. Try again.")
                self._drop(each for each in self._of(name) if each != collection)
            with self._lock:
                self._complete[name] = _CompleteCollection(collection, Counter(chunk.document for chunk in chunks))

    def dense(
        self, name: str, unit_vector: Float[np.ndarray, " D"], k: int, documents: Collection[str] | None = None
    ) -> tuple[Hit, ...]:
        """Return the k chunks nearest to a vector by cosine, best first; the search is approximate (HNSW).

        Malkov and Yashunin 2020, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable
        Small World graphs". documents: the ids of those to search in; None for all.
        """
        complete = self._find_or_refuse(name)
        rows = complete.rows
        searched = rows.total() if documents is None else sum(rows[each] for each in set(documents))
        # Chunks that the filter rejects take room in the candidate list.
        candidates = max(_LEAST_CANDIDATES, 2 * k, k * rows.total() // max(searched, 1))
        candidates = min(candidates, _MOST_CANDIDATES)
        if searched < 1 or k < 1:
            return ()
        return self._search(
            name,
            complete,
            lambda: search_vectors(
                self._client, complete.collection, unit_vector, min(k, searched), candidates, documents, self._timeout
            ),
        )

    def bm25(self, name: str, question: str, k: int, documents: Collection[str] | None = None) -> tuple[Hit, ...]:
        """Return the k chunks with the highest BM25 score, best first; only chunks that share a word with the question.

        documents: the ids of those to search in; None for all. The idf of a word is that of the whole collection.
        """
        complete = self._find_or_refuse(name)
        if k < 1 or (documents is not None and not documents):
            return ()
        return self._search(
            name,
            complete,
            lambda: search_words(self._client, complete.collection, question, k, documents, self._timeout),
        )

    def drop(self, name: str) -> None:
        """Drop a collection, if it exists."""
        with self._fill_lock(name), store_errors(self._uri):
            self._drop(self._of(name))

    def forget(self, keys: Collection[str]) -> None:
        """Drop the collections of these libraries, and incomplete ones of processes that ended.

        keys: library_key() of their owners.
        """
        with store_errors(self._uri):
            self._drop(each for each in self._collections() if is_of(each, keys) or is_abandoned(each))

    def names(self) -> tuple[str, ...]:
        """Return the names of all complete collections, in alphabetical order."""
        with store_errors(self._uri):
            return tuple(sorted({without_content(each) for each in self._complete_ones()}))

    def is_lost(self) -> bool:
        """Return True if Milvus in this process does not answer any more. A server may come back; it is never lost."""
        if is_embedded(self._uri) and not self._lost:
            try:
                self._client.has_collection(ALL, timeout=_LIFE_SIGN_TIMEOUT)
            except (MilvusException, grpc.RpcError):
                self._lost = True
        return self._lost

    def close(self) -> None:
        """Close the directory or the connection. The index cannot be used afterwards."""
        disconnect(self._client, self._uri)

    # ---------------------------------------------------------------- building collections

    def _is_complete(self, collection: str, chunks: Sequence[Chunk]) -> bool:
        """Return whether a collection is complete. Opens it if it is, and drops it if it is damaged."""
        if collection not in self._collections():
            return False
        try:
            found: object = open_and_count(self._client, collection, self._names_lock)
        except MilvusException as error:
            found = error
        if found == len(chunks):
            return True
        _LOG.warning("%s is damaged and is built again: %s of %d chunks", collection, found, len(chunks))
        self._drop([collection])
        return False

    def _make_room(self, rows: int) -> None:
        with self._lock:
            held = rows + sum(each.rows.total() for each in self._complete.values())
            dropped = []
            for each in self._complete.values():
                if held <= _MOST_ROWS:
                    break
                dropped.append(each.collection)
                held -= each.rows.total()
            used = [each.collection for each in self._complete.values() if each.collection not in dropped]
        there = [each for each in self._complete_ones() if each not in dropped]
        oldest_first = sorted(there, key=lambda each: used.index(each) if each in used else -1)
        self._drop([*dropped, *oldest_first[: max(0, len(there) + 1 - _MOST_COLLECTIONS)]])

    def _drop(self, collections: Iterable[str]) -> None:
        for collection in collections:
            with self._lock:
                for name in [name for name, each in self._complete.items() if each.collection == collection]:
                    del self._complete[name]
            with self._names_lock:
                self._client.drop_collection(collection, timeout=self._timeout)

    def _collections(self) -> list[str]:
        with self._names_lock:
            found = collections(self._client, self._uri, self._timeout)
        return [each for each in found if each.startswith(ALL)]

    def _complete_ones(self) -> list[str]:
        return [each for each in self._collections() if not each.startswith(BUILDING)]

    def _of(self, name: str) -> list[str]:
        return [each for each in self._complete_ones() if without_content(each) == name]

    # ---------------------------------------------------------------- searching

    def _search(
        self, name: str, complete: _CompleteCollection, search: Callable[[], tuple[Hit, ...]]
    ) -> tuple[Hit, ...]:
        with store_errors(self._uri):
            try:
                return search()
            except MilvusException:
                if self.is_lost():
                    raise
                # A restarted server has not loaded the collection. If the collection is gone, fill() builds it again.
                with self._lock:
                    self._complete.pop(name, None)
                open_and_count(self._client, complete.collection, self._names_lock)
                hits = search()
                with self._lock:
                    self._complete[name] = complete
                return hits

    def _find(self, name: str) -> _CompleteCollection | None:
        with self._lock:
            if found := self._complete.get(name):
                self._complete.move_to_end(name)
            return found

    def _find_or_refuse(self, name: str) -> _CompleteCollection:
        if found := self._find(name):
            return found
        raise StoreError("These documents are not in the index any more. Ask again, and they are put into it anew.")

    # ---------------------------------------------------------------- both

    @contextmanager
    def _fill_lock(self, name: str) -> Iterator[None]:
        with self._lock:
            lock = self._fill_locks.setdefault(name, threading.Lock())
        with lock:
            yield
