"""Turns at the lanes: first come, first served, short requests before bulk, and nobody waits for what was given up."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from components.core.numerics import lanes as queue
from components.core.numerics.lanes import Lanes, at_once


class Left(BaseException):
    """What a page raises where its reader has left."""


@contextmanager
def held(lanes: Lanes) -> Iterator[threading.Event]:
    """A lane that another thread holds until the event is set."""
    has, free = threading.Event(), threading.Event()

    def hold() -> None:
        with lanes.turn():
            has.set()
            free.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    has.wait()
    try:
        yield free
    finally:
        free.set()
        thread.join()


def queued(lanes: Lanes, pool: ThreadPoolExecutor, act: Callable[[], None], *, bulk: bool = False) -> "Future[None]":
    """Have a thread wait for a turn and act in it; returns when it waits."""
    before = lanes.waiting

    def run() -> None:
        with lanes.turn(bulk=bulk):
            act()

    begun = pool.submit(run)
    while lanes.waiting == before and not begun.done():
        threading.Event().wait(0.001)
    return begun


def test_turns_are_taken_first_come_first_served_and_short_requests_before_bulk() -> None:
    lanes, order = Lanes(1), []
    with ThreadPoolExecutor(8) as pool:
        with held(lanes):
            waiting = [
                queued(lanes, pool, lambda name=name: order.append(name), bulk=name.startswith("bulk"))  # type: ignore[misc]
                for name in ("bulk 1", "short 1", "bulk 2", "short 2", "short 3")
            ]
            assert lanes.waiting == 5
        for each in waiting:
            each.result()
    assert order == ["short 1", "short 2", "short 3", "bulk 1", "bulk 2"]
    assert lanes.waiting == 0


def test_no_more_turns_at_a_time_than_lanes() -> None:
    lanes, lock, at_a_time, most = Lanes(3), threading.Lock(), 0, 0
    together = threading.Barrier(3)

    def work() -> None:
        nonlocal at_a_time, most
        with lanes.turn():
            with lock:
                at_a_time += 1
                most = max(most, at_a_time)
            together.wait(10)  # only three at once come past it
            with lock:
                at_a_time -= 1

    with ThreadPoolExecutor(12) as pool:
        for each in [pool.submit(work) for _ in range(12)]:
            each.result()
    assert most == 3


def test_a_turn_within_a_turn_is_the_same_turn() -> None:
    lanes = Lanes(1)
    with lanes.turn(), lanes.turn(bulk=True):
        assert lanes.waiting == 0
    with held(lanes):
        pass


def test_who_gives_up_leaves_the_queue_and_the_next_has_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes, order = Lanes(1), []
    leaving = threading.local()

    def look() -> None:
        if getattr(leaving, "now", False):
            raise Left

    def leave() -> None:
        leaving.now = True
        with lanes.turn():
            order.append("left")

    monkeypatch.setattr(queue, "_still_wanted", look)
    with ThreadPoolExecutor(4) as pool:
        with held(lanes):
            left = pool.submit(leave)
            with pytest.raises(Left):
                left.result()
            stays = queued(lanes, pool, lambda: order.append("stayed"))
            assert lanes.waiting == 1
        stays.result()
    assert order == ["stayed"]


def test_a_failure_in_a_turn_gives_the_lane_back() -> None:
    lanes = Lanes(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), lanes.turn():
            _ = 1 / 0


def test_at_once_gives_results_in_order_and_raises_what_a_computation_raises() -> None:
    assert at_once(lambda number: number * number, range(20)) == [number * number for number in range(20)]
    assert at_once(str, [7]) == ["7"]
    assert at_once(str, []) == []

    def fail(number: int) -> int:
        return 1 // (number - 3)

    with pytest.raises(ZeroDivisionError):
        at_once(fail, range(6))


def test_at_once_ends_with_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    free = threading.Event()

    def look() -> None:
        raise Left

    monkeypatch.setattr(queue, "_still_wanted", look)
    begun = []

    def compute(number: int) -> None:
        begun.append(number)
        free.wait()

    with pytest.raises(Left):
        at_once(compute, range(500))
    free.set()
    assert len(begun) < 500
