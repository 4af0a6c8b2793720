"""A full class with its phones: 500 join, vote and see the answer, while 50 readers type on all pages.

`PHONES=50 READERS=5 make bench ONLY=classroom` measures a small class. Phones belong to one process beside the server
on the same machine, readers to another; what they take of it is measured, too.
"""

import asyncio
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from multiprocessing.connection import Connection
from typing import Any, Final

import numpy as np

from components.core.classroom.questions import ClassQuestion, Kind, Scale, Truth
from components.core.classroom.room import Room
from components.core.classroom.rooms import Asking, Rooms
from components.core.classroom.sqlite_store import SqliteRooms
from tests.benchmarks.measure import Measurement
from tests.benchmarks.phones import Phone
from tests.benchmarks.readers import PAGES, Reader
from tests.benchmarks.sentences import Sentences
from tests.benchmarks.served_app import ServedApp, served_app
from tests.benchmarks.websocket_session import Run

PHONES: Final = int(os.environ.get("PHONES", "500"))
READERS: Final = int(os.environ.get("READERS", "50"))
_JOIN, _VOTE = 10.0, 5.0  # seconds in which all join, and vote
_PAUSE = 8.0  # seconds from one sentence of a reader to the next
_ROUNDS = 4
_CHANGING = 0.2  # of the phones change their answer
_PATIENCE = 120.0  # seconds for what comes late, before it counts as lost
_TRUTH = 0.8317

_QUESTIONS = (
    Asking("n", "", "", "", ClassQuestion(Kind.NUMBER, "How much?", Scale(0, 1)), Truth(_TRUTH, reach=0.1)),
    Asking("c", "", "", "", ClassQuestion(Kind.CHOICE, "Which?", options=("a", "b", "c")), Truth(1)),
)


def measure() -> Iterator[Measurement]:
    """Phones alone, phones beside readers, and a server that is killed in the middle of a vote."""
    with served_app() as app:
        app.wait_until_at_rest()
        rooms = Rooms(SqliteRooms(app.cache / "rooms.sqlite"))
        yield from asyncio.run(_class(app, rooms, f"{PHONES} phones"))
        with _typing_readers(app.origin) as said:
            yield from asyncio.run(_class(app, rooms, f"{PHONES} phones, {READERS} readers who type"))
        yield from said
        app.wait_until_at_rest()
        yield from asyncio.run(_killed(app, rooms))
        yield Measurement("tracebacks in the server's log", app.failures, "tracebacks")


async def _class(app: ServedApp, rooms: Rooms, who: str) -> list[Measurement]:
    """Join, and go through some questions."""
    before, own, start = app.cpu, time.process_time(), time.perf_counter()
    room, phones, measured = await _join(app, rooms, who)
    votes: list[float] = []
    asked: list[float] = []
    revealed: list[float] = []
    wrong = 0
    for turn in range(_ROUNDS):
        # Each question twice: asked, and asked again.
        asking = _QUESTIONS[turn // 2 % len(_QUESTIONS)]
        at, room = time.perf_counter(), await asyncio.to_thread(rooms.ask, room, asking)
        number = room.open_round or 0
        asked += await _heard(phones, number, "open", at)
        for of_one in await asyncio.gather(*(_vote(each, number, asking) for each in phones)):
            votes += of_one
        at = time.perf_counter()
        await asyncio.to_thread(rooms.reveal, room)
        revealed += await _heard(phones, number, "revealed", at)
        wrong += _wrong_tallies(phones, number, asking)
    seconds = time.perf_counter() - start
    measured += [
        *_times(f"{who}: from asking to the event at a phone", asked),
        *_times(f"{who}, all vote within {_VOTE:g} s: a vote", votes),
        *_times(f"{who}: from the reveal to the event at a phone", revealed),
        _lost(who, rooms, room, phones),
        Measurement(f"{who}: phones that were told another tally", wrong, "phones"),
        _problems(who, phones),
        Measurement(f"{who}: CPU of the server", (app.cpu - before) / seconds * 100, "% of a core"),
        Measurement(f"{who}: CPU of the phones themselves", (time.process_time() - own) / seconds * 100, "% of a core"),
    ]
    await asyncio.gather(*(each.leave() for each in phones))
    rooms.end(room)
    return measured


async def _join(app: ServedApp, rooms: Rooms, who: str) -> tuple[Room, list[Phone], list[Measurement]]:
    room = rooms.open("a secret")
    phones = [Phone(app.origin, room.code) for _ in range(PHONES)]
    start = time.perf_counter()
    joined = await asyncio.gather(*(_join_later(each, room, _JOIN * at / PHONES) for at, each in enumerate(phones)))
    end = time.perf_counter() - start
    what = f"{who}, all join within {_JOIN:g} s"
    return (
        room,
        phones,
        [*_times(f"{what}: until the stream is open", joined), Measurement(f"{what}: all in", end, "s")],
    )


async def _join_later(phone: Phone, room: Room, seconds: float) -> float:
    await asyncio.sleep(seconds)
    return await phone.join(room.key)


async def _vote(phone: Phone, number: int, asking: Asking) -> list[float]:
    """Vote once in the time, or change the vote; returns the seconds of each."""
    seconds = []
    at = random.uniform(0, _VOTE)
    await asyncio.sleep(at)
    seconds.append((await phone.answer(number, _any_answer(asking)))[0])
    if random.random() < _CHANGING:
        await asyncio.sleep(random.uniform(0, max(0.0, _VOTE - at)))
        seconds.append((await phone.answer(number, _any_answer(asking)))[0])
    return seconds


def _any_answer(asking: Asking) -> Any:
    if asking.question.kind is Kind.NUMBER:
        return round(random.random(), 2)
    return random.randrange(len(asking.question.options))


async def _heard(phones: Sequence[Phone], number: int, what: str, since: float) -> list[float]:
    """Seconds until each phone has heard of it; those that do not within a while count as that."""
    end = time.perf_counter() + _PATIENCE
    while time.perf_counter() < end and not all((number, what) in each.heard for each in phones):
        await asyncio.sleep(0.05)
    return [each.heard[number, what][0] - since if (number, what) in each.heard else _PATIENCE for each in phones]


def _wrong_tallies(phones: Sequence[Phone], number: int, asking: Asking) -> int:
    """How many phones were told another tally than that of the answers which were acknowledged."""
    answers = [each.acknowledged[number] for each in phones if number in each.acknowledged]
    expected: dict[str, Any] = {"answered": len(answers)}
    if asking.question.kind is Kind.NUMBER:
        expected |= {"median": statistics.median(answers), "near": sum(abs(each - _TRUTH) <= 0.1 for each in answers)}
    else:
        expected |= {"counts": [answers.count(index) for index in range(3)], "near": answers.count(1)}
    told = [each.heard[number, "revealed"][1] for each in phones if (number, "revealed") in each.heard]
    return len(phones) - sum({name: each.get(name) for name in expected} == expected for each in told)


def _lost(who: str, rooms: Rooms, room: Room, phones: Sequence[Phone]) -> Measurement:
    """How many of the answers that were acknowledged are not kept."""
    kept = {
        each.number: rooms.store.answers(room.code, each.number)
        for entry in rooms.find(room.code).entries
        for each in entry.rounds
    }
    acknowledged = [(each.device, *answer) for each in phones for answer in each.acknowledged.items()]
    lost = sum(kept[number].get(device) != answer for device, number, answer in acknowledged)
    return Measurement(f"{who}: votes lost", lost, "votes", note=f"of {len(acknowledged):,} that were acknowledged")


def _problems(who: str, phones: Sequence[Phone]) -> Measurement:
    problems = [problem for each in phones for problem in each.problems]
    return Measurement(f"{who}: problems", len(problems), "errors", note="; ".join(sorted({*problems})[:3]) or None)


async def _killed(app: ServedApp, rooms: Rooms) -> list[Measurement]:
    """Kill the server in the middle of a vote, and start it again."""
    who = f"{PHONES} phones, the server killed in the middle of a vote"
    room, phones, _ = await _join(app, rooms, who)
    room = await asyncio.to_thread(rooms.ask, room, _QUESTIONS[0])
    number = room.open_round or 0
    await _heard(phones, number, "open", time.perf_counter())
    voting = [asyncio.create_task(_vote(each, number, _QUESTIONS[0])) for each in phones]
    await asyncio.sleep(_VOTE / 2)
    before = {each.device: each.acknowledged.get(number) for each in phones}
    start = time.perf_counter()
    await asyncio.to_thread(app.kill)
    kept = await asyncio.to_thread(rooms.store.answers, room.code, number)
    # Of what was acknowledged, none may be missing; what was changed since is the phone's own later answer.
    missing = sum(answer is not None and device not in kept for device, answer in before.items())
    await asyncio.to_thread(app.start)
    up = time.perf_counter()
    end = up + _PATIENCE
    while time.perf_counter() < end and not all(each.listens_since > start for each in phones):
        await asyncio.sleep(0.05)
    back = [max(0.0, each.listens_since - up) for each in phones if each.listens_since > start]
    await asyncio.gather(*voting)
    at = time.perf_counter()
    await asyncio.to_thread(rooms.reveal, room)
    revealed = await _heard(phones, number, "revealed", at)
    silent = sum(number not in each.acknowledged for each in phones)
    wrong = _wrong_tallies(phones, number, _QUESTIONS[0])
    measured = [
        Measurement(f"{who}: acknowledged before", sum(each is not None for each in before.values()), "votes"),
        Measurement(f"{who}: of those not kept", missing, "votes"),
        _lost(f"{who}, and started again", rooms, room, phones),
        Measurement(f"{who}: phones that never got through", silent, "phones"),
        Measurement(f"{who}: down", up - start, "s"),
        Measurement(f"{who}: phones that are back", len(back), "phones", "all", len(phones)),
        *_times(f"{who}: back after the server is", back),
        *_times(f"{who}: from the reveal to the event at a phone", revealed),
        Measurement(f"{who}: phones that were told another tally", wrong, "phones"),
        _problems(who, phones),
    ]
    await asyncio.gather(*(each.leave() for each in phones))
    rooms.end(room)
    return measured


def _times(what: str, seconds: Sequence[float]) -> list[Measurement]:
    if not seconds:
        return []
    percentiles = {"median": 50, "95th percentile": 95, "worst": 100}
    return [
        Measurement(f"{what}, {name}", float(np.percentile(seconds, at)) * 1000, "ms")
        for name, at in percentiles.items()
    ]


@contextmanager
def _typing_readers(origin: str) -> Iterator[list[Measurement]]:
    """Have readers type on all pages, in a process of their own; the list is filled when it is over."""
    said: list[Measurement] = []
    if not READERS:
        yield said
        return
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_type_until_told, args=(origin, there), daemon=True)
    process.start()
    try:
        here.recv()  # all have opened their pages
        yield said
        here.send("end")
        said += here.recv()
    finally:
        process.terminate()
        process.join()


def _type_until_told(origin: str, parent: Connection) -> None:
    parent.send(asyncio.run(_type_all(origin, parent)))


async def _type_all(origin: str, parent: Connection) -> list[Measurement]:
    """Open all pages, say so, and type until the parent says that it is over."""
    sentences = Sentences()
    readers = [Reader(origin, page, sentences) for page in islice(cycle(PAGES), READERS)]
    first_views = await asyncio.gather(*(each.open() for each in readers))
    parent.send("ready")
    runs: list[Run] = []
    typing = [asyncio.create_task(_keep_typing(each, _PAUSE * at / READERS, runs)) for at, each in enumerate(readers)]
    await asyncio.to_thread(parent.recv)
    for each in typing:
        each.cancel()
    await asyncio.gather(*typing, return_exceptions=True)
    await asyncio.gather(*(reader.leave() for reader in readers))
    problems = [run.problem for run in [*first_views, *runs] if run.problem]
    what = f"{READERS} readers, a sentence every {_PAUSE:g} s each, beside {PHONES} phones"
    return [
        *_times(f"{what}: rerun", [run.seconds for run in runs if not run.problem]),
        Measurement(f"{what}: errors", len(problems), "errors", note="; ".join(sorted({*problems})[:3]) or None),
    ]


async def _keep_typing(reader: Reader, after: float, runs: list[Run]) -> None:
    """Type a sentence every few seconds; nobody types on while a page still works."""
    due = time.perf_counter() + after
    while True:
        await asyncio.sleep(due - time.perf_counter())
        runs.append(await reader.type())
        due = max(due + _PAUSE, time.perf_counter())
