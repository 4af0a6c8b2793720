"""Stores of rooms for tests, and the time that passes in them."""

from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis

from components.core.classroom.rooms import Rooms
from components.core.classroom.store import RoomStore


class Clock:
    """A clock that goes when it is told to; seconds since 1970."""

    def __init__(self, seconds: float = 1_800_000_000.0) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return self.seconds


@dataclass(frozen=True)
class StoreKind:
    """A kind of store on rooms of its own: `open` gives another store on the same rooms, as another process has it."""

    open: Callable[[], RoomStore]
    clock: Clock
    address: str  # of Redis, or the path of the SQLite file

    @property
    def url(self) -> str | None:
        """The address of Redis; None for SQLite."""
        return self.address if self.address.startswith("redis://") else None

    def rooms(self) -> Rooms:
        """Return the rooms of one more store."""
        return Rooms(self.open(), self.clock)

    def pass_time(self, seconds: float) -> None:
        """Let time pass; in Redis, all that ends by itself ends so much earlier."""
        self.clock.seconds += seconds
        if self.url is not None:
            with Redis.from_url(self.url) as redis:
                for key in redis.scan_iter():
                    redis.pexpire(key, int(redis.pttl(key) - seconds * 1000))
