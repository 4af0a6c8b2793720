"""Both kinds of store of rooms, each with nothing in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from components.core.classroom.redis_store import RedisRooms
from components.core.classroom.rooms import Rooms
from components.core.classroom.sqlite_store import SqliteRooms
from components.core.classroom.store import RoomStore
from tests.support.class_stores import Clock, StoreKind
from tests.support.redis_server import RedisServer, running_redis


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis server that no test may end."""
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(params=["sqlite", "redis"])
def store_kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreKind]:
    """Each kind of store in turn."""
    clock = Clock()
    if request.param == "sqlite":
        file = tmp_path / "rooms.sqlite"
        yield StoreKind(lambda: SqliteRooms(file, clock), clock, str(file))
        return
    url = request.getfixturevalue("redis_server").url
    with Redis.from_url(url) as redis:
        redis.flushall()
    opened: list[RedisRooms] = []

    def open_store() -> RoomStore:
        opened.append(RedisRooms(url, clock))
        return opened[-1]

    yield StoreKind(open_store, clock, url)
    for each in opened:
        each.close()


@pytest.fixture
def rooms(store_kind: StoreKind) -> Rooms:
    """Rooms of each kind of store in turn."""
    return store_kind.rooms()
