"""What collections of chunks are called in Milvus, and what their names tell.

encoderscope_<shared or own>_<whose>_<cut and encoded how>_<content>, or encoderscope_building_<since when>_<number>
while one is being made.
"""

import hashlib
import secrets
import time
from collections.abc import Collection, Sequence
from dataclasses import astuple
from typing import Final

from components.core.retrieval.documents import Chunk, ChunkSettings
from components.core.retrieval.ingest.owners import is_owner, library_key

#: What the names of all our collections begin with, those of corpora that are for all, and those of what is being made.
ALL: Final = "encoderscope_"
SHARED: Final = f"{ALL}shared_"
BUILDING: Final = f"{ALL}building_"
_OWN: Final = f"{ALL}own_"

# Seconds after which what is still being made was left behind by a process that ended.
_ABANDONED = 3600.0


def collection_name(library: str, digest: str, settings: ChunkSettings, fingerprint: str) -> str:
    """What the index calls these documents, cut and encoded in this way.

    library: the owner's secret, which the name does not tell, or the digest of a corpus that is for all. digest: of the
    documents. fingerprint: the model's.
    """
    whose = _library(library_key(library)) if is_owner(library) else f"{SHARED}{_digest(library)}"
    return f"{whose}_{_digest(digest, fingerprint, *map(str, astuple(settings)))}"


def with_content(name: str, chunks: Sequence[Chunk]) -> str:
    """The collection of this name that holds these chunks and no others."""
    return f"{name}_{_digest(*(part for chunk in chunks for part in (chunk.id, chunk.text)))}"


def without_content(collection: str) -> str:
    """The name that a collection with this content has."""
    return collection.rpartition("_")[0]


def building_name() -> str:
    """For a collection that is being made: one that nobody else uses."""
    return f"{BUILDING}{int(time.time())}_{secrets.token_hex(8)}"


def is_abandoned(collection: str) -> bool:
    """Whether this was being made by a process that ended before it was done."""
    if not collection.startswith(BUILDING):
        return False
    return time.time() - int(collection.removeprefix(BUILDING).split("_")[0]) > _ABANDONED


def is_of(collection: str, keys: Collection[str]) -> bool:
    """Whether the collection is of one of these libraries. keys: library_key() of their owners."""
    return without_content(without_content(collection)) in {_library(key) for key in keys}


def _library(key: str) -> str:
    return f"{_OWN}{key[:32]}"


def _digest(*parts: str) -> str:
    """32 hexadecimal digits; parts that only moved to their neighbour give others."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:32]
