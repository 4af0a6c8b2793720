"""One collection of chunks in Milvus: its schema and indexes, and how to build, open and search it.

All functions let the errors of Milvus pass.
"""

import base64
import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

import grpc
import numpy as np
from jaxtyping import Float
from pymilvus import CollectionSchema, DataType, Function, FunctionType, MilvusClient, MilvusException
from pymilvus.milvus_client.index import IndexParams

from components.core.retrieval.documents import Chunk
from components.core.retrieval.index.collection_names import building_name
from components.core.retrieval.search.bm25 import K1, B, terms_of

# The time limit, in seconds, of each step that builds or opens a collection.
_PATIENCE = 120.0

# Rows per request. 500 rows of 384 numbers and a text are about a megabyte.
_ROWS_AT_ONCE = 500

# The most hits that Milvus returns.
_MOST_HITS = 16_384

# The most bytes of a text that Milvus stores.
_MOST_BYTES = 65_535

# Neighbours of a vector in the graph, and candidates examined to find them; both as Milvus recommends.
_GRAPH = {"M": 16, "efConstruction": 200}

# Milvus is given terms, with blanks between them, and is to divide them there. No analyzer that both Milvus Lite and a
# server have finds the same words as ours: one cuts a Hindi word at its vowel signs, another a Chinese one never.
_ANALYZER = {"tokenizer": "standard"}
# A text of fewer characters is never too long, whatever its terms: a character in two pairs takes 18 bytes at most.
_SURELY_FITS = _MOST_BYTES // 18

_DOCUMENT = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True)
class Hit:
    """One result of a search."""

    chunk: str  # the id of the chunk
    score: float


def build(
    client: MilvusClient,
    collection: str,
    chunks: Sequence[Chunk],
    vectors: Float[np.ndarray, "N D"],
    progress: Callable[[int, int], None] | None,
    names_lock: Lock,
) -> None:
    """Build a collection of N chunks under a temporary name and rename it when it is complete.

    progress: called with the number of chunks inserted so far and N. names_lock: held while names change.
    """
    building = building_name()
    try:
        with names_lock:
            client.create_collection(building, schema=_schema(vectors.shape[1]), timeout=_PATIENCE)
        for start in range(0, len(chunks), _ROWS_AT_ONCE):
            end = min(start + _ROWS_AT_ONCE, len(chunks))
            rows = [_row(*pair) for pair in zip(chunks[start:end], vectors[start:end], strict=True)]
            client.insert(building, rows, timeout=_PATIENCE)
            if progress:
                progress(end, len(chunks))
        # One flush for all rows: Milvus Lite computes BM25 statistics per segment.
        client.flush(building, timeout=_PATIENCE)
        # Loading the collection waits for its indexes; waiting here would poll for them twice a second.
        client.create_index(building, _index_params(), timeout=_PATIENCE, sync=False)
        with names_lock:
            try:
                client.rename_collection(building, collection, timeout=_PATIENCE)
            except MilvusException:
                # Another process may have built the same collection meanwhile.
                if not client.has_collection(collection, timeout=_PATIENCE):
                    raise
                client.drop_collection(building, timeout=_PATIENCE)
            client.load_collection(collection, timeout=_PATIENCE)
    except BaseException:
        with suppress(MilvusException, grpc.RpcError), names_lock:
            client.drop_collection(building, timeout=_PATIENCE)
        raise


def open_and_count(client: MilvusClient, collection: str, names_lock: Lock) -> int:
    """Load a collection into memory, ready for its first question. Returns the number of its chunks.

    names_lock: held while it is loaded.
    """
    with names_lock:
        client.load_collection(collection, timeout=_PATIENCE)
    # Milvus Lite builds its posting lists at the first search by words.
    search_words(client, collection, "words", 1, None, _PATIENCE)
    (counted,) = client.query(
        collection, filter="", output_fields=["count(*)"], consistency_level="Strong", timeout=_PATIENCE
    )
    return int(counted["count(*)"])


def search_vectors(
    client: MilvusClient,
    collection: str,
    vector: Float[np.ndarray, " D"],
    k: int,
    candidates: int,
    documents: Collection[str] | None,
    timeout: float,
) -> tuple[Hit, ...]:
    """Return the k chunks nearest to a vector by cosine, best first.

    candidates: the size of the candidate list of HNSW (its ef), at least k.
    """
    query = np.asarray(vector, dtype=np.float32).tolist()
    params = {"metric_type": "COSINE", "params": {"ef": candidates}}
    return _search(client, collection, "dense", query, k, params, documents, timeout)


def search_words(
    client: MilvusClient,
    collection: str,
    question: str,
    k: int,
    documents: Collection[str] | None,
    timeout: float,
) -> tuple[Hit, ...]:
    """Return the k chunks with the highest BM25 score, best first; only chunks that share a word with the question."""
    params = {"metric_type": "BM25"}
    hits = _search(client, collection, "sparse", searchable_text(question), k, params, documents, timeout)
    # In Milvus Lite a smaller distance is better, on a server a larger one.
    return tuple(sorted((Hit(hit.chunk, abs(hit.score)) for hit in hits), key=lambda hit: -hit.score))


def _search(
    client: MilvusClient,
    collection: str,
    field: str,
    query: list[float] | str,
    k: int,
    params: dict[str, Any],
    documents: Collection[str] | None,
    timeout: float,
) -> tuple[Hit, ...]:
    (hits,) = client.search(
        collection,
        [query],
        anns_field=field,
        limit=min(k, _MOST_HITS),
        filter=_within(documents),
        search_params=params,
        output_fields=["id"],  # without this, Milvus Lite sends all fields
        timeout=timeout,
    )
    # By columns: asking each hit for its fields takes milliseconds for a hundred of them.
    return tuple(Hit(str(chunk), float(score)) for chunk, score in zip(hits.ids, hits.distances, strict=True))


def _within(documents: Collection[str] | None) -> str:
    """Return a filter expression for these documents.

    Raises ValueError for anything that is not a document's id: it could be any expression.

    >>> _within(["3f786850e387550f"])
    "document in ['3f786850e387550f']"
    """
    if documents is None:
        return ""
    if not all(_DOCUMENT.fullmatch(each) for each in documents):
        raise ValueError("a document's id is 16 hexadecimal digits")
    return f"document in {sorted(documents)}"


def _schema(width: int) -> CollectionSchema:
    """Return the fields of a collection. width: D, the dimension of its vectors."""
    fields = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    fields.add_field("id", DataType.VARCHAR, is_primary=True, max_length=64)
    fields.add_field("document", DataType.VARCHAR, max_length=16)
    fields.add_field("text", DataType.VARCHAR, max_length=_MOST_BYTES, enable_analyzer=True, analyzer_params=_ANALYZER)
    fields.add_field("dense", DataType.FLOAT_VECTOR, dim=width)
    fields.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
    fields.add_function(Function("words", FunctionType.BM25, ["text"], ["sparse"]))
    return fields


def _index_params() -> IndexParams:
    """Return the indexes of a collection: an HNSW graph for the vectors, posting lists for BM25."""
    params = MilvusClient.prepare_index_params()
    params.add_index("dense", index_type="HNSW", metric_type="COSINE", params=_GRAPH)
    params.add_index(
        "sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params={"bm25_k1": K1, "bm25_b": B}
    )
    return params


def _row(chunk: Chunk, vector: Float[np.ndarray, " D"]) -> dict[str, Any]:
    """Return the row of a chunk in Milvus.

    >>> row = _row(Chunk("3f786850e387550f", 12, 0, 4, "Soup", 3), np.array([0.6, 0.8]))
    >>> {name: row[name] for name in ("id", "document", "text")}
    {'id': '3f786850e387550f:12', 'document': '3f786850e387550f', 'text': 'soup'}
    >>> row["dense"]
    array([0.6, 0.8], dtype=float32)
    """
    return {
        "id": chunk.id,
        "document": chunk.document,
        "text": searchable_text(chunk.text),
        "dense": np.asarray(vector, dtype=np.float32),
    }


def searchable_text(text: str) -> str:
    """Return the terms of a text as Milvus is given them: as many as fit into the 65,535 bytes that it stores.

    A term with other letters than a to z is written in such letters and digits, which every analyzer leaves whole.

    >>> searchable_text("the Soup, पानी"), len(searchable_text("soup " * 20_000))
    ('soup _bevaspqjfaeua', 65534)
    """
    return " ".join(map(_spelled_in_ascii, indexed_terms(text)))


def indexed_terms(text: str) -> list[str]:
    """Return the terms of a text that the index holds: its first ones, as far as Milvus stores them.

    >>> indexed_terms("the soup"), len(indexed_terms("soup " * 20_000))
    (['soup'], 13107)
    """
    terms = terms_of(text)
    if len(text) <= _SURELY_FITS:
        return terms
    size = -1
    for number, term in enumerate(terms):
        size += len(_spelled_in_ascii(term)) + 1
        if size > _MOST_BYTES:
            return terms[:number]
    return terms


def is_indexed_whole(text: str) -> bool:
    """Return whether the index holds all terms of a text."""
    return len(text) <= _SURELY_FITS or len(indexed_terms(text)) == len(terms_of(text))


def _spelled_in_ascii(term: str) -> str:
    """Spell a term so that no analyzer divides or changes it; different terms stay different.

    >>> _spelled_in_ascii("soup"), _spelled_in_ascii("比萨")
    ('soup', '_npkiika')
    """
    if term.isascii():
        return term
    # No term has an underscore, so none is spelled like another's code.
    return "_" + base64.b32encode(term.encode("utf-16-be")).decode("ascii").rstrip("=").lower()
