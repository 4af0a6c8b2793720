"""Names of the collections of chunks in Milvus.

A complete collection is encoderscope_<shared or own>_<library>_<documents, chunk settings and model>_<content>, such as
encoderscope_shared_6ca13d52ca70c883e0f0bb101e425a89_1f0e…_9b1d…; its last three parts are 32 hexadecimal digits each. A
collection that is being built is encoderscope_building_<start, in seconds since 1970>_<16 hexadecimal digits>.
"""

import hashlib
import secrets
import time
from collections.abc import Collection, Sequence
from dataclasses import astuple
from typing import Final

from components.core.retrieval.documents import Chunk, ChunkSettings
from components.core.retrieval.ingest.owners import is_owner, library_key

#: Prefixes of the names of all our collections, of those of shared corpora, and of those that are being built.
ALL: Final = "encoderscope_"
SHARED: Final = f"{ALL}shared_"
BUILDING: Final = f"{ALL}building_"
_OWN: Final = f"{ALL}own_"

# Names the way in which chunks become terms: another word for another way, so that older collections are built again.
_TERMS = "folded words and pairs of characters, without function words"

# After so many seconds a collection that is still being built belongs to a process that has ended.
_ABANDONED = 3600.0


def collection_name(library: str, digest: str, settings: ChunkSettings, fingerprint: str) -> str:
    """Return the name of documents that are divided into chunks and encoded in this way.

    library: the secret of the owner, which the name does not reveal, or the digest of a shared corpus. digest: of the
    documents. fingerprint: of the model.

    >>> collection_name("the digest of a corpus", "of documents", ChunkSettings(), "model")[:50]
    'encoderscope_shared_d7423eda5fb250700440dac3244804'
    """
    whose = _library(library_key(library)) if is_owner(library) else f"{SHARED}{_digest(library)}"
    # A setting that a unit does not have names nothing.
    set_ = [str(value) for value in astuple(settings) if value is not None]
    return f"{whose}_{_digest(digest, fingerprint, *set_)}"


def with_content(name: str, chunks: Sequence[Chunk]) -> str:
    """Return the full name of the collection that contains exactly these chunks."""
    return f"{name}_{_digest(_TERMS, *(part for chunk in chunks for part in (chunk.id, chunk.text)))}"


def without_content(collection: str) -> str:
    """Return a collection's name without the digest of its content.

    >>> without_content("encoderscope_shared_a_b_c")
    'encoderscope_shared_a_b'
    """
    return collection.rpartition("_")[0]


def building_name() -> str:
    """Return a new, unique name for a collection that is being built."""
    return f"{BUILDING}{int(time.time())}_{secrets.token_hex(8)}"


def is_abandoned(collection: str) -> bool:
    """Return whether this is an incomplete collection of a process that has ended."""
    if not collection.startswith(BUILDING):
        return False
    return time.time() - int(collection.removeprefix(BUILDING).split("_")[0]) > _ABANDONED


def is_of(collection: str, keys: Collection[str]) -> bool:
    """Return whether a collection belongs to one of these libraries. keys: library_key() of their owners."""
    return without_content(without_content(collection)) in {_library(key) for key in keys}


def _library(key: str) -> str:
    return f"{_OWN}{key[:32]}"


def _digest(*parts: str) -> str:
    """Return 32 hexadecimal digits. The borders of the parts count: ("ab", "c") and ("a", "bc") differ."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:32]
