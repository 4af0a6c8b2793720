"""Rooms in Redis, which the processes of several machines share.

Each method is one script, which Redis runs as a whole. All keys of a room end together, three hours after its last use.
A command whose reply was lost is sent again, so each script does the same when it is run twice.
"""

import json
import secrets
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, TypeVar

from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError, RedisError, TimeoutError
from redis.retry import Retry

from components.core.classroom.questions import Answer, answer_from_json
from components.core.classroom.room import Room
from components.core.classroom.store import MOST_DEVICES, PRESENCE_LASTS, ROOM_LASTS, Head, SentAnswer
from components.core.errors import StoreError

Result = TypeVar("Result")

_NAMES = "encoderscope:"
#: What is published here says that something has changed.
_CHANGES = f"{_NAMES}changes"
# Attempts at a change that others overtake, and seconds between two attempts to listen.
_ATTEMPTS, _PAUSE = 100, 0.5
# Answers that one script takes; while it runs, Redis does nothing else.
_AT_ONCE = 500

# Of a room: a hash of its JSON and what scripts read of it; its devices (a set); for each round the answers (a hash of
# devices); and for each process the people who are connected to it, and since when (a hash).
_COMMON = f"""
local room, changes = KEYS[1], "{_CHANGES}"
local devices, presence = room .. ":devices", room .. ":presence"

local function answers(round)
    return room .. ":answers:" .. round
end

local function keys()
    local found = {{room, devices, presence}}
    for round = 1, tonumber(redis.call("HGET", room, "rounds") or "0") do table.insert(found, answers(round)) end
    return found
end

local function renew()
    for _, key in ipairs(keys()) do redis.call("PEXPIRE", key, {int(ROOM_LASTS * 1000)}) end
end

local function ends_with_room(key)
    redis.call("PEXPIRE", key, redis.call("PTTL", room))
end

local function clock(given)
    if given ~= "" then return tonumber(given) end
    local time = redis.call("TIME")
    return time[1] + time[2] / 1e6
end
"""
_CREATE = """
if redis.call("EXISTS", room) == 1 then return redis.call("HGET", room, "room") == ARGV[1] and 1 or 0 end
redis.call("HSET", room, "room", ARGV[1], "version", ARGV[2], "round", "", "open", 0, "rounds", 0)
renew()
return 1
"""
_CHANGE = """
local before, token, json, version, round, open, rounds = unpack(ARGV)
local found = redis.call("HMGET", room, "version", "token")
if not found[1] then return "gone" end
if found[2] == token then return "changed" end
if found[1] ~= before then return "overtaken" end
redis.call("HSET", room, "room", json, "version", version, "token", token)
redis.call("HSET", room, "round", round, "open", open, "rounds", rounds)
renew()
redis.call("PUBLISH", changes, room)
return "changed"
"""
_DELETE = """
for _, key in ipairs(keys()) do redis.call("DEL", key) end
redis.call("PUBLISH", changes, room)
"""
_ADD_DEVICE = """
local device, most = unpack(ARGV)
if redis.call("EXISTS", room) == 0 then return 0 end
if redis.call("SISMEMBER", devices, device) == 1 then return 1 end
if redis.call("SCARD", devices) >= tonumber(most) then return 0 end
redis.call("SADD", devices, device)
ends_with_room(devices)
return 1
"""
_ANSWER = """
local round, kept, any = ARGV[1], {}, false
local found = redis.call("HMGET", room, "open", "round")
local open = found[1] == "1" and found[2] == round
for index = 2, #ARGV, 2 do
    local fits = open and redis.call("SISMEMBER", devices, ARGV[index]) == 1
    if fits then redis.call("HSET", answers(round), ARGV[index], ARGV[index + 1]) end
    kept[index / 2] = fits and 1 or 0
    any = any or fits
end
if any then
    renew()
    redis.call("PUBLISH", changes, room)
end
return kept
"""
_HEAD = """
local now, lasts = clock(ARGV[1]), tonumber(ARGV[2])
local found = redis.call("HMGET", room, "version", "round")
if not found[1] then return false end
local people, said = 0, redis.call("HVALS", presence)
for _, each in ipairs(said) do
    local count, at = string.match(each, "(%S+) (%S+)")
    if tonumber(at) > now - lasts then people = people + tonumber(count) end
end
return {tonumber(found[1]), found[2] == "" and 0 or redis.call("HLEN", answers(found[2])), people}
"""
_SAY_PRESENT = """
local now, process, people = clock(ARGV[1]), ARGV[2], ARGV[3]
if redis.call("EXISTS", room) == 0 then return end
local before = redis.call("HGET", presence, process)
redis.call("HSET", presence, process, string.format("%s %.3f", people, now))
ends_with_room(presence)
if not before or string.match(before, "%S+") ~= people then redis.call("PUBLISH", changes, room) end
"""
# Its key is that of an address, and ARGV[2] the name of one more wrong code; "" for none.
_WRONG_CODES = """
local address, now = KEYS[1], clock(ARGV[1])
redis.call("ZREMRANGEBYSCORE", address, "-inf", string.format("(%.3f", now - 60))
if ARGV[2] ~= "" then
    redis.call("ZADD", address, string.format("%.3f", now), ARGV[2])
    redis.call("EXPIRE", address, 60)
end
return redis.call("ZCARD", address)
"""


class RedisRooms:
    """A RoomStore in a Redis server, from version 5 on."""

    def __init__(self, url: str, now: Callable[[], float] | None = None) -> None:
        """url: such as "redis://127.0.0.1:6379/0". now: seconds since 1970; None: the clock of Redis.

        Only Redis' own clock tells when a room's time is over. Raises StoreError if this is no address.
        """
        self._now = now
        again = Retry(ExponentialBackoff(cap=0.5, base=0.05), 3, (ConnectionError, TimeoutError))
        try:
            self._redis: Redis = Redis.from_url(
                url,
                decode_responses=True,
                protocol=2,
                socket_timeout=5,
                socket_connect_timeout=2,
                health_check_interval=15,
                retry=again,
            )
        except ValueError as error:
            raise StoreError(
                "ENCODERSCOPE_REDIS_URL is no address of a Redis server. The operator of this app should write it as "
                "redis://host:6379/0."
            ) from error
        self._changes = _Changes(self._redis)
        script = self._redis.register_script
        self._create, self._change, self._delete = (script(_COMMON + each) for each in (_CREATE, _CHANGE, _DELETE))
        self._add_device, self._answer = script(_COMMON + _ADD_DEVICE), script(_COMMON + _ANSWER)
        self._head, self._say_present = script(_COMMON + _HEAD), script(_COMMON + _SAY_PRESENT)
        self._wrong_codes = script(_COMMON + _WRONG_CODES)

    def create(self, room: Room) -> bool:
        """Keep a new room; False if its code is taken."""
        return bool(self._work(lambda: self._create([_key(room.code)], [room.as_json(), room.version])))

    def read(self, code: str) -> Room | None:
        """Return a room; None if there is none, or if its time is over."""
        found: Any = self._work(lambda: self._redis.hget(_key(code), "room"))
        return None if found is None else Room.from_json(found)

    def change(self, code: str, change: Callable[[Room], Room]) -> Room | None:
        """Replace a room by what `change` makes of it, with the next version; None if there is none."""
        for _ in range(_ATTEMPTS):
            before = self.read(code)
            if before is None:
                return None
            room = replace(change(before), version=before.version + 1)
            shown = room.shown
            arguments = [
                before.version,
                secrets.token_hex(8),
                room.as_json(),
                room.version,
                "" if shown is None else shown.last_round.number,
                int(room.open_round is not None),
                room.rounds,
            ]
            said = self._work(lambda arguments=arguments: self._change([_key(code)], arguments))  # type: ignore[misc]
            if said == "changed":
                return room
            if said == "gone":
                return None
        raise StoreError("The room is being changed by others all the time. Try again.")

    def delete(self, code: str) -> None:
        """Delete a room with its devices and answers."""
        self._work(lambda: self._delete([_key(code)]))

    def add_device(self, code: str, device: str) -> bool:
        """Let a device into a room; False if there is no such room or it is full."""
        return bool(self._work(lambda: self._add_device([_key(code)], [device, MOST_DEVICES])))

    def has_device(self, code: str, device: str) -> bool:
        """True if this device was let into this room."""
        return bool(self._work(lambda: self._redis.sismember(f"{_key(code)}:devices", device)))

    def answer(self, sent: Sequence[SentAnswer]) -> list[bool]:
        """Keep answers; False for each whose round is not open, or whose device is not in the room."""
        if not sent:
            return []
        # Answers to one round stay in their order, so that a device's later one replaces the earlier.
        order = sorted(range(len(sent)), key=lambda index: (sent[index].code, sent[index].round))
        batches = [
            of_round[first : first + _AT_ONCE]
            for _, of_one in groupby(order, key=lambda index: (sent[index].code, sent[index].round))
            for of_round in [list(of_one)]
            for first in range(0, len(of_round), _AT_ONCE)
        ]

        def work() -> list[list[int]]:
            with self._redis.pipeline(transaction=False) as pipeline:
                for batch in batches:
                    first = sent[batch[0]]
                    pairs = [part for index in batch for part in (sent[index].device, json.dumps(sent[index].answer))]
                    self._answer([_key(first.code)], [first.round, *pairs], client=pipeline)
                return pipeline.execute()

        kept = [False] * len(sent)
        for batch, said in zip(batches, self._work(work), strict=True):
            for index, fits in zip(batch, said, strict=True):
                kept[index] = bool(fits)
        return kept

    def answers(self, code: str, round_number: int) -> dict[str, Answer]:
        """Return the answers to a round: device → answer."""
        found: Any = self._work(lambda: self._redis.hgetall(f"{_key(code)}:answers:{round_number}"))
        return {device: answer_from_json(json.loads(answer)) for device, answer in found.items()}

    def heads(self, codes: Collection[str]) -> dict[str, Head]:
        """Return what changes often in those of these rooms that are there."""
        said = self._of_each(
            codes, lambda code, pipeline: self._head([_key(code)], [self._time(), PRESENCE_LASTS], client=pipeline)
        )
        return {code: Head(*found) for code, found in zip(codes, said, strict=True) if found is not None}

    def say_present(self, process: str, people: dict[str, int]) -> None:
        """Write down how many people of each room have a connection to this process."""
        self._of_each(
            people,
            lambda code, pipeline: self._say_present(
                [_key(code)], [self._time(), process, people[code]], client=pipeline
            ),
        )

    def count_wrong_code(self, address: str) -> int:
        """Count a wrong code from an address, and return how many there were within a minute."""
        arguments = [self._time(), secrets.token_hex(8)]
        return int(self._work(lambda: self._wrong_codes([f"{_NAMES}wrong:{address}"], arguments)))

    def wrong_codes(self, address: str) -> int:
        """Return how many wrong codes came from an address within a minute."""
        return int(self._work(lambda: self._wrong_codes([f"{_NAMES}wrong:{address}"], [self._time(), ""])))

    def sweep(self) -> int:
        """Do nothing, and return 0: Redis itself deletes rooms whose time is over."""
        return 0

    def wait(self, seconds: float) -> None:
        """Return soon after a change in any process, at the latest after some seconds; at once if there was one since.

        It raises nothing: while Redis cannot be reached it returns when the time is over.
        """
        self._changes.wait(seconds)

    def close(self) -> None:
        """End all connections."""
        self._changes.close()
        self._redis.close()

    def _time(self) -> str:
        return "" if self._now is None else f"{self._now():.3f}"

    def _of_each(self, codes: Collection[str], ask: Callable[[str, Any], Any]) -> list[Any]:
        """Ask for each room, all in one message."""

        def work() -> list[Any]:
            with self._redis.pipeline(transaction=False) as pipeline:
                for code in codes:
                    ask(code, pipeline)
                return pipeline.execute()

        return self._work(work) if codes else []

    def _work(self, task: Callable[[], Result]) -> Result:
        try:
            return task()
        except RedisError as error:
            raise StoreError(
                f"The room cannot be kept ({error}). The operator of this app should check that Redis runs, that "
                "ENCODERSCOPE_REDIS_URL is its address, and that its memory is not full."
            ) from error


class _Changes:
    """Hears of changes in any process, in a thread of its own that begins when somebody waits for the first time."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._heard = threading.Condition()
        self._count = self._told = 0  # changes that were heard of, and those of which a waiting thread was told
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    def wait(self, seconds: float) -> None:
        """Return when there was a change of which nobody was told, at the latest after some seconds."""
        with self._heard:
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="changes of rooms", daemon=True)
                self._thread.start()
            told = self._told
            self._heard.wait_for(lambda: self._count != told, seconds)
            self._told = self._count

    def close(self) -> None:
        """End listening."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as changes:
                    changes.subscribe(_CHANGES)
                    self._tell()  # of what has happened while nobody listened
                    while not self._closed.is_set():
                        if changes.get_message(timeout=_PAUSE) is not None:
                            self._tell()
            except (RedisError, OSError):
                self._closed.wait(_PAUSE)

    def _tell(self) -> None:
        with self._heard:
            self._count += 1
            self._heard.notify_all()


def _key(code: str) -> str:
    # Of a cluster, one server holds all keys with the same part in braces.
    return f"{_NAMES}room:{{{code}}}"
