"""The rooms of this server."""

import importlib
import os
from functools import cache as once

from components.core.classroom.rooms import Rooms
from components.core.classroom.sqlite_store import SqliteRooms
from components.core.storage.vector_store import cache_directory


@once
def rooms() -> Rooms:
    """Return the rooms: of this machine, or of all machines that share the Redis of ENCODERSCOPE_REDIS_URL."""
    if url := os.environ.get("ENCODERSCOPE_REDIS_URL"):
        # Only who uses it has its client.
        redis_store = importlib.import_module("components.core.classroom.redis_store")
        return Rooms(redis_store.RedisRooms(url))
    return Rooms(SqliteRooms(cache_directory() / "rooms.sqlite"))
