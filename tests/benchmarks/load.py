"""A full class: readers on all pages who each type a new sentence every few seconds, and what that takes.

`SESSIONS=20 SECONDS=10 make bench ONLY=load` measures a small class for a short time; 200 and 60 are the whole. Readers
are websocket sessions of one process beside the server on the same machine: what they take of it is measured, too.
"""

import asyncio
import os
import statistics
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import cycle, islice
from typing import Any, Final, TypeVar

import numpy as np

from components.ui import state
from components.ui.stage import line
from tests.benchmarks.measure import Measurement
from tests.benchmarks.readers import PAGES, Reader
from tests.benchmarks.sentences import Sentences
from tests.benchmarks.served_app import ServedApp, served_app
from tests.benchmarks.websocket_session import Run, Session

SESSIONS: Final = int(os.environ.get("SESSIONS", "200"))
SECONDS: Final = float(os.environ.get("SECONDS", "60"))
_JOIN = 10.0  # seconds in which all come
_PAUSE = 8.0  # seconds from one sentence of a reader to the next
_ON_ONE_PAGE, _APART = min(40, SESSIONS), 0.3  # readers; seconds from an answer to the next sentence
_ON_ONE_PAGE_SECONDS = min(20.0, SECONDS)
_COMING, _COMING_SECONDS = max(1, SESSIONS // 10), min(20.0, SECONDS)  # readers at a time
_BULK, _UNTIL_IT_ENCODES = 20_000, 3.0  # sentences; seconds
_WARM, _ROUNDS = 2, 7  # reruns of one reader alone: unmeasured, measured

_Result = TypeVar("_Result")


def measure() -> Iterator[Measurement]:
    """A full class, all on one page, coming and going, and the CPU time of a single rerun on each page."""
    sentences = Sentences()
    with served_app() as app:
        app.wait_until_at_rest()
        yield Measurement("memory of the server, ready", app.memory, "GB")
        yield from asyncio.run(_full_class(app, sentences))
        yield from asyncio.run(_all_on_one_page(app, sentences))
        yield from asyncio.run(_coming_and_going(app, sentences))
        yield from asyncio.run(_beside_bulk(app, sentences))
        app.wait_until_at_rest()
        for page in PAGES:
            yield asyncio.run(_alone(app, page, sentences))
        yield Measurement("tracebacks in the server's log", app.failures, "tracebacks")


async def _full_class(app: ServedApp, sentences: Sentences) -> list[Measurement]:
    """Join, and type for a while."""
    readers = [Reader(app.origin, page, sentences) for page in islice(cycle(PAGES), SESSIONS)]
    what = f"{SESSIONS} sessions on {min(SESSIONS, len(PAGES))} pages"
    first_views = await _staggered((reader.open for reader in readers), _JOIN / SESSIONS)
    measured = _times(f"{what}: first view, all joining within {_JOIN:g} s", first_views, worst=True)
    measured += [_errors(f"{what}: errors of first views", first_views)]
    measured += [Measurement("memory of the server, all joined", app.memory, "GB")]

    start, own = time.perf_counter(), time.process_time()
    typing = _staggered((lambda reader=reader: _keep_typing(reader, start) for reader in readers), _PAUSE / SESSIONS)  # type: ignore[misc]
    typed, memory, own_share = await asyncio.gather(typing, _halves(app), _own_share(start, own))
    runs = [each for of_one in typed for each in of_one]
    reached = sum(not run.problem and finished <= start + SECONDS for finished, run in runs) / SECONDS
    every = f"{what}, a sentence every {_PAUSE:g} s each"
    measured.append(Measurement(f"{every}: reruns", reached, "reruns/s", "asked", SESSIONS / _PAUSE))
    measured += _times(f"{every}: rerun", [run for _, run in runs], worst=True)
    measured += _by_page(every, readers, typed)
    measured.append(_errors(f"{every}: errors of reruns", [run for _, run in runs]))
    measured.append(Measurement(f"{every}: CPU of the readers themselves", own_share, "% of a core"))
    half, end = memory
    measured.append(Measurement(f"memory of the server, after {SECONDS:g} s of typing", end, "GB"))
    measured.append(Measurement("memory of the server, growth in the last half of it", (end - half) * 1e3, "MB"))
    await asyncio.gather(*(reader.leave() for reader in readers))
    return measured


def _by_page(what: str, readers: Sequence[Reader], typed: Sequence[Sequence[tuple[float, Run]]]) -> list[Measurement]:
    """The times of each page's reruns, and the slowest page beside the fastest. typed: what each reader has done."""
    measured, medians = [], {}
    for page in PAGES:
        of_page = [of_one for reader, of_one in zip(readers, typed, strict=True) if reader.page is page]
        times = _times(f"{what}: rerun on {page.title}", [run for of_one in of_page for _, run in of_one])
        if times:
            measured += times
            medians[page.title] = times[0].value
    if medians:
        slowest, fastest = max(medians, key=medians.__getitem__), min(medians, key=medians.__getitem__)
        name = f"{what}: rerun, median of the slowest page ({slowest})"
        measured.append(Measurement(name, medians[slowest], "ms", f"the fastest ({fastest})", medians[fastest]))
    return measured


async def _keep_typing(reader: Reader, start: float) -> list[tuple[float, Run]]:
    """Type until the time is over; returns when each rerun had finished.

    Nobody types on while a page still works: who has waited for longer than the pause types at once.
    """
    runs = []
    due = time.perf_counter()
    while due < start + SECONDS:
        await asyncio.sleep(due - time.perf_counter())
        run = await reader.type()
        runs.append((time.perf_counter(), run))
        due = max(due + _PAUSE, time.perf_counter())
    return runs


async def _halves(app: ServedApp) -> tuple[float, float]:
    """The server's memory in GB after half of the time, and at its end."""
    await asyncio.sleep(SECONDS / 2)
    half = app.memory
    await asyncio.sleep(SECONDS / 2)
    return half, app.memory


async def _own_share(start: float, own: float) -> float:
    """Percent of one core that this process uses until the time is over, since it had used `own` seconds at `start`."""
    await asyncio.sleep(SECONDS)
    return (time.process_time() - own) / (time.perf_counter() - start) * 100


async def _all_on_one_page(app: ServedApp, sentences: Sentences) -> list[Measurement]:
    """As many reruns as the page gives: each reader types again a moment after the answer."""
    readers = [Reader(app.origin, line.page_entry("Positions"), sentences) for _ in range(_ON_ONE_PAGE)]
    what = f"{_ON_ONE_PAGE} sessions on Positions, typing {_APART:g} s after each answer"
    opened = await _staggered((reader.open for reader in readers), 0.1)
    start = time.perf_counter()
    typed = await asyncio.gather(*(_keep_typing_after(reader, start + _ON_ONE_PAGE_SECONDS) for reader in readers))
    runs = [run for of_one in typed for run in of_one]
    rate = sum(not run.problem for run in runs) / (time.perf_counter() - start)
    await asyncio.gather(*(reader.leave() for reader in readers))
    return [
        Measurement(f"{what}: reruns", rate, "reruns/s"),
        *_times(f"{what}: rerun", runs, worst=True),
        _errors(f"{what}: errors", [*opened, *runs]),
    ]


async def _keep_typing_after(reader: Reader, end: float) -> list[Run]:
    runs = []
    while time.perf_counter() < end:
        runs.append(await reader.type())
        await asyncio.sleep(_APART)
    return runs


async def _coming_and_going(app: ServedApp, sentences: Sentences) -> list[Measurement]:
    before, start = app.memory, time.perf_counter()
    pages, runs, visits = cycle(PAGES), [], 0

    async def come_and_go() -> None:
        nonlocal visits
        while time.perf_counter() < start + _COMING_SECONDS:
            reader = Reader(app.origin, next(pages), sentences)
            runs.extend([await reader.open(), await reader.type()])
            await reader.leave()
            visits += 1

    await asyncio.gather(*(come_and_go() for _ in range(_COMING)))
    rate = visits / (time.perf_counter() - start)
    what = f"opening, typing once, leaving, {_COMING} at a time for {_COMING_SECONDS:g} s"
    return [
        Measurement(f"{what}: visits", rate, "visits/s"),
        _errors(f"{what}: errors", runs),
        Measurement("memory of the server, after coming and going", app.memory, "GB", "before it", before),
    ]


async def _beside_bulk(app: ServedApp, sentences: Sentences) -> list[Measurement]:
    """What a reader who pastes many sentences costs those who type, one on each page."""
    readers = [Reader(app.origin, page, sentences) for page in PAGES]
    opened = await _staggered((reader.open for reader in readers), 0.1)
    alone = await _typing_in_turn(readers)
    pasting = Session(app.origin, line.page_entry("Sentence map").address, source="Paste")
    opened.append(await pasting.open())
    pasted = "\n".join(sentences.new() for _ in range(_BULK))
    bulk = asyncio.create_task(pasting.type(state.SentenceMap.PASTED, pasted))
    await asyncio.sleep(_UNTIL_IT_ENCODES)
    beside = await _typing_in_turn(readers)
    ended = bulk.done()
    bulk.cancel()
    with suppress(asyncio.CancelledError):
        await bulk
    await asyncio.gather(pasting.close(), *(reader.leave() for reader in readers))
    what = f"one reader a page types, {_BULK:,} sentences are encoded beside them"
    differences = [
        (of_one.seconds - before.seconds) * 1e3
        for of_one, before in zip(beside, alone, strict=True)
        if not of_one.problem and not before.problem
    ]
    return [
        *(
            replace(with_bulk, peer="without", peer_value=without.value)
            for with_bulk, without in zip(_times(f"{what}: rerun", beside), _times(what, alone), strict=True)
        ),
        Measurement(f"{what}: cost of a rerun, mean", statistics.fmean(differences), "ms"),
        Measurement(f"{what}: cost of a rerun, 95th percentile", float(np.percentile(differences, 95)), "ms"),
        _errors(f"{what}: errors", [*opened, *alone, *beside]),
        *([Measurement(f"{what}: ended too early", 1, "errors")] if ended else []),
    ]


async def _typing_in_turn(readers: Sequence[Reader]) -> list[Run]:
    """Have each reader type, one after the other, a few times."""
    return [await reader.type() for _ in range(_ROUNDS) for reader in readers]


async def _alone(app: ServedApp, page: line.PageEntry, sentences: Sentences) -> Measurement:
    """The CPU time of a rerun with a new sentence, one reader on the whole server."""
    reader = Reader(app.origin, page, sentences)
    runs, taken = [await reader.open()], []
    for _ in range(_WARM + _ROUNDS):
        before = app.cpu
        runs.append(await reader.type())
        await asyncio.sleep(0.1)  # what is done after the page has been sent belongs to it
        taken.append((app.cpu - before) * 1000)
    await reader.leave()
    problems = "; ".join({run.problem for run in runs if run.problem})
    name = f"CPU time of a rerun with a new sentence, {page.title}"
    return Measurement(name, statistics.median(taken[_WARM:]), "ms", note=problems or None)


async def _staggered(acts: Iterable[Callable[[], Coroutine[Any, Any, _Result]]], apart: float) -> list[_Result]:
    """Begin one act after the other, these seconds apart; return what all of them return."""

    async def later(act: Callable[[], Coroutine[Any, Any, _Result]], seconds: float) -> _Result:
        await asyncio.sleep(seconds)
        return await act()

    return await asyncio.gather(*(later(act, index * apart) for index, act in enumerate(acts)))


def _times(what: str, runs: Sequence[Run], worst: bool = False) -> list[Measurement]:
    """Median, 95th percentile and worst time of the runs without a problem, in milliseconds; none of no runs."""
    taken = [run.seconds * 1000 for run in runs if not run.problem]
    if not taken:
        return []
    percentiles = {"median": 50, "95th percentile": 95} | ({"worst": 100} if worst else {})
    return [Measurement(f"{what}, {name}", float(np.percentile(taken, at)), "ms") for name, at in percentiles.items()]


def _errors(what: str, runs: Sequence[Run]) -> Measurement:
    """How many runs had a problem, and the most frequent ones."""
    problems = Counter(run.problem for run in runs if run.problem)
    note = "; ".join(f"{count} × {problem}" for problem, count in problems.most_common(3))
    return Measurement(what, problems.total(), "errors", note=note or None)
