"""The rooms of this server."""

from functools import cache as once

from components.core.classroom.rooms import Rooms
from components.core.classroom.sqlite_store import SqliteRooms
from components.core.storage.vector_store import cache_directory


@once
def rooms() -> Rooms:
    """Return the rooms, which the processes of one machine share."""
    return Rooms(SqliteRooms(cache_directory() / "rooms.sqlite"))
