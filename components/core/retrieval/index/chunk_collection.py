"""One collection of chunks in Milvus: its fields and indexes, making it, opening it, and searching it.

All raise what Milvus raises.
"""

import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

import grpc
import numpy as np
from pymilvus import CollectionSchema, DataType, Function, FunctionType, MilvusClient, MilvusException
from pymilvus.milvus_client.index import IndexParams

from components.core.retrieval.documents import Chunk
from components.core.retrieval.index.collection_names import building_name
from components.core.retrieval.search.bm25 import K1, STOP_WORDS, B

# Seconds within which a step of making or opening a collection is done.
_PATIENCE = 120.0

# Rows sent at once; of 384 numbers and a text each, this is about a megabyte.
_ROWS_AT_ONCE = 500

# Hits that Milvus returns at most.
_MOST_HITS = 16_384

# Bytes of a text that Milvus keeps at most.
_MOST_BYTES = 65_535

# How many neighbours a vector has in the graph, and how many are looked at for them; both as Milvus recommends.
_GRAPH = {"M": 16, "efConstruction": 200}

_ANALYZER = {"tokenizer": "standard", "filter": ["lowercase", {"type": "stop", "stop_words": list(STOP_WORDS)}]}


_DOCUMENT = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True)
class Hit:
    """A chunk that a search found."""

    chunk: str  # its id
    score: float


def build(
    client: MilvusClient,
    collection: str,
    chunks: Sequence[Chunk],
    vectors: np.ndarray,
    progress: Callable[[int, int], None] | None,
    alone: Lock,
) -> None:
    """Make a collection of N chunks under another name, and give it its own once it is complete.

    vectors: (N, D). progress: told how many of the N are in. alone: held while names change.
    """
    building = building_name()
    try:
        with alone:
            client.create_collection(building, schema=_schema(vectors.shape[1]), timeout=_PATIENCE)
        for start in range(0, len(chunks), _ROWS_AT_ONCE):
            end = min(start + _ROWS_AT_ONCE, len(chunks))
            rows = [_row(*pair) for pair in zip(chunks[start:end], vectors[start:end], strict=True)]
            client.insert(building, rows, timeout=_PATIENCE)
            if progress:
                progress(end, len(chunks))
        # All rows in one flush: Milvus Lite's BM25 knows the statistics of one segment only.
        client.flush(building, timeout=_PATIENCE)
        # Opening the collection waits for its indexes; waiting here would only ask for them twice a second.
        client.create_index(building, _index_params(), timeout=_PATIENCE, sync=False)
        with alone:
            try:
                client.rename_collection(building, collection, timeout=_PATIENCE)
            except MilvusException:
                # Another process may have made the same meanwhile.
                if not client.has_collection(collection, timeout=_PATIENCE):
                    raise
                client.drop_collection(building, timeout=_PATIENCE)
            client.load_collection(collection, timeout=_PATIENCE)
    except BaseException:
        with suppress(MilvusException, grpc.RpcError), alone:
            client.drop_collection(building, timeout=_PATIENCE)
        raise


def open_and_count(client: MilvusClient, collection: str, alone: Lock) -> int:
    """Bring a collection into memory, ready for its first question. Returns how many chunks it has.

    alone: held while it is opened.
    """
    with alone:
        client.load_collection(collection, timeout=_PATIENCE)
    # Milvus Lite makes its lists of words when they are first asked for.
    search_words(client, collection, "words", 1, None, _PATIENCE)
    (counted,) = client.query(
        collection, filter="", output_fields=["count(*)"], consistency_level="Strong", timeout=_PATIENCE
    )
    return int(counted["count(*)"])


def search_vectors(
    client: MilvusClient,
    collection: str,
    vector: np.ndarray,
    k: int,
    candidates: int,
    documents: Collection[str] | None,
    timeout: float,
) -> tuple[Hit, ...]:
    """The k chunks nearest to a vector (D,), by cosine, best first. candidates: that the search holds, at least k."""
    asked = np.asarray(vector, dtype=np.float32).tolist()
    params = {"metric_type": "COSINE", "params": {"ef": candidates}}
    return _search(client, collection, "dense", asked, k, params, documents, timeout)


def search_words(
    client: MilvusClient,
    collection: str,
    question: str,
    k: int,
    documents: Collection[str] | None,
    timeout: float,
) -> tuple[Hit, ...]:
    """The k chunks with the highest BM25 score, best first; none that shares no word with the question."""
    params = {"metric_type": "BM25"}
    hits = _search(client, collection, "sparse", searchable_text(question), k, params, documents, timeout)
    # Milvus Lite's distances are the smaller the better, a server's the larger.
    return tuple(sorted((Hit(hit.chunk, abs(hit.score)) for hit in hits), key=lambda hit: -hit.score))


def _search(
    client: MilvusClient,
    collection: str,
    field: str,
    asked: list[float] | str,
    k: int,
    params: dict[str, Any],
    documents: Collection[str] | None,
    timeout: float,
) -> tuple[Hit, ...]:
    (hits,) = client.search(
        collection,
        [asked],
        anns_field=field,
        limit=min(k, _MOST_HITS),
        filter=_within(documents),
        search_params=params,
        output_fields=["id"],  # or else Milvus Lite sends all of them
        timeout=timeout,
    )
    return tuple(Hit(hit["id"], float(hit["distance"])) for hit in hits)


def _within(documents: Collection[str] | None) -> str:
    """A filter of Milvus. Raises ValueError for what is no document's id, and could say anything to Milvus."""
    if documents is None:
        return ""
    if not all(_DOCUMENT.fullmatch(each) for each in documents):
        raise ValueError("a document's id is 16 hexadecimal digits")
    return f"document in {sorted(documents)}"


def _schema(width: int) -> CollectionSchema:
    """The fields of a collection. width: D, of its vectors."""
    fields = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    fields.add_field("id", DataType.VARCHAR, is_primary=True, max_length=64)
    fields.add_field("document", DataType.VARCHAR, max_length=16)
    fields.add_field("text", DataType.VARCHAR, max_length=_MOST_BYTES, enable_analyzer=True, analyzer_params=_ANALYZER)
    fields.add_field("dense", DataType.FLOAT_VECTOR, dim=width)
    fields.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
    fields.add_function(Function("words", FunctionType.BM25, ["text"], ["sparse"]))
    return fields


def _index_params() -> IndexParams:
    """A graph for the vectors, and lists of words for BM25."""
    params = MilvusClient.prepare_index_params()
    params.add_index("dense", index_type="HNSW", metric_type="COSINE", params=_GRAPH)
    params.add_index(
        "sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params={"bm25_k1": K1, "bm25_b": B}
    )
    return params


def _row(chunk: Chunk, vector: np.ndarray) -> dict[str, Any]:
    """A chunk as Milvus is given it. vector: (D,)."""
    return {
        "id": chunk.id,
        "document": chunk.document,
        "text": searchable_text(chunk.text),
        "dense": np.asarray(vector, dtype=np.float32),
    }


def searchable_text(text: str) -> str:
    """As much of a text as Milvus takes: 65,535 bytes, cut between two characters. Its words beyond are not counted."""
    return text.encode(errors="replace")[:_MOST_BYTES].decode(errors="ignore")
