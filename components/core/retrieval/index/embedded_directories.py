"""Directories of Milvus Lite: one for each process of this app that runs at the same time."""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from components.core.errors import StoreError
from components.core.retrieval.index.collection_names import SHARED

_LOG = logging.getLogger(__name__)

# The most processes at the same time.
_MOST = 64

# Beyond so many bytes in memory, Milvus Lite begins another segment, and its BM25 statistics cover one segment only. It
# reads these variables when it is imported.
for _limit in ("MILVUS_LITE_MEMTABLE_MEMORY_LIMIT_BYTES", "MILVUS_LITE_WAL_SIZE_LIMIT_BYTES"):
    os.environ.setdefault(_limit, str(2**34))


def free_directories(folder: Path) -> Iterator[Path]:
    """Yield the directories in this folder that no other process has open. Raises StoreError if none can be made.

    Only the collections of shared corpora are kept, and only in the first directory. Those of readers' own documents
    belong to sessions that ended with their process; they are built again when their reader returns.
    """
    directories = [folder / "index.db", *(folder / f"index-{number}.db" for number in range(2, _MOST + 1))]
    found, free = [each for each in directories if each.exists()], list[Path]()
    for directory in found:
        if _tidy(directory, keep_shared=not free):
            free.append(directory)
    for directory in directories:
        if directory in free or (directory not in found and _tidy(directory, keep_shared=True)):
            yield directory


def _tidy(directory: Path, *, keep_shared: bool) -> bool:
    """Delete the collections that are not kept. Returns False if another process has the directory open."""
    from milvus_lite.db import COLLECTIONS_DIRNAME, SCHEMA_FILENAME, MilvusLite
    from milvus_lite.exceptions import DataDirLockedError

    try:
        if directory.exists() and not directory.is_dir():
            aside = directory.with_name(f"{directory.name}.broken")
            _LOG.warning("%s is no directory; it is renamed to %s.", directory, aside.name)
            directory.replace(aside)
        # Other users of the computer must not read it.
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = MilvusLite(str(directory))
        try:
            for collection in (directory / COLLECTIONS_DIRNAME).iterdir():
                # A collection without a schema was being dropped when its process ended.
                whole = (collection / SCHEMA_FILENAME).is_file()
                if not (keep_shared and whole and collection.name.startswith(SHARED)):
                    shutil.rmtree(collection)
        finally:
            opened.close()
    except DataDirLockedError:
        return False
    except OSError as error:
        raise StoreError(
            f"The index of chunks cannot be kept: {error}. The operator of this app should check its folder for files."
        ) from error
    return True
