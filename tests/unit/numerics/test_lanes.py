"""Turns at the lanes: first come, first served, short requests before bulk, and nobody waits for what was given up."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

import pytest

from components.core.numerics import lanes as queue
from components.core.numerics.lanes import Lanes, at_once, let_others, long_turn, page_turn
from components.ui.caches.memo import Memo

Batch = Callable[[Sequence[int]], list[int]]


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


def asked(
    lanes: Lanes, pool: ThreadPoolExecutor, kind: str, given: int, compute: Batch, most: int = 9
) -> "Future[int]":
    """Have a thread ask for a result of what is given; returns when it waits."""
    before = lanes.waiting
    begun = pool.submit(lanes.together, kind, given, compute, most)
    while lanes.waiting == before and not begun.done():
        threading.Event().wait(0.001)
    return begun


def test_requests_of_one_kind_that_wait_are_computed_together_and_others_in_their_order() -> None:
    lanes, batches = Lanes(1), list[list[int]]()

    def double(given: Sequence[int]) -> list[int]:
        batches.append(list(given))
        return [2 * each for each in given]

    with ThreadPoolExecutor(9) as pool:
        with held(lanes):
            kinds = ["even", "odd", "even", "even", "odd", "even"]
            waiting = [asked(lanes, pool, kind, place, double, most=3) for place, kind in enumerate(kinds)]
            turn = queued(lanes, pool, lambda: batches.append([]))
        turn.result()
        assert [each.result() for each in waiting] == [0, 2, 4, 6, 8, 10]
    assert batches == [[0, 2, 3], [1, 4], [5], []]
    assert lanes.waiting == 0


def test_what_fails_for_several_fails_for_each_of_them_and_the_lane_goes_on() -> None:
    lanes = Lanes(1)

    def fail(given: Sequence[int]) -> list[int]:
        return [1 // 0 for _ in given]

    with ThreadPoolExecutor(4) as pool:
        with held(lanes):
            waiting = [asked(lanes, pool, "kind", place, fail) for place in range(3)]
        for each in waiting:
            with pytest.raises(ZeroDivisionError):
                each.result()
    assert lanes.together("kind", 3, lambda given: list(given), 9) == 3
    with lanes.turn():
        assert lanes.together("kind", 4, lambda given: list(given), 9) == 4


def test_who_gives_up_while_another_computes_for_it_takes_no_lane_along(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = Lanes(1)
    computing, left = threading.Event(), threading.Event()
    leaving = threading.local()

    def look() -> None:
        if getattr(leaving, "may", False) and computing.is_set():
            raise Left

    def compute(given: Sequence[int]) -> list[int]:
        computing.set()
        left.wait(10)
        return list(given)

    def leave() -> int:
        leaving.may = True
        return lanes.together("kind", 2, compute, 9)

    monkeypatch.setattr(queue, "_still_wanted", look)
    with ThreadPoolExecutor(4) as pool:
        with held(lanes):
            first = asked(lanes, pool, "kind", 1, compute)
            second = pool.submit(leave)
            while lanes.waiting < 2:
                threading.Event().wait(0.001)
        with pytest.raises(Left):
            second.result()
        # One lane, and it is still held.
        third = queued(lanes, pool, lambda: None)
        assert lanes.waiting == 1
        assert not third.done()
        left.set()
        assert first.result() == 1
        third.result()


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


@pytest.fixture
def one_page(monkeypatch: pytest.MonkeyPatch) -> Lanes:
    """A server that draws one page at a time."""
    pages = Lanes(1)
    monkeypatch.setattr(queue, "_pages", pages)
    return pages


def drawn(pages: Lanes, pool: ThreadPoolExecutor, draw: Callable[[], None]) -> "Future[None]":
    """Have a thread draw a page; returns when it draws or waits for its turn."""
    before, begun = pages.waiting, threading.Event()

    def run() -> None:
        with page_turn():
            begun.set()
            draw()

    future = pool.submit(run)
    while pages.waiting == before and not begun.is_set():
        threading.Event().wait(0.001)
    return future


def test_pages_are_drawn_first_come_first_served(one_page: Lanes) -> None:
    order: list[int] = []
    free = threading.Event()
    with ThreadPoolExecutor(4) as pool:
        first = drawn(one_page, pool, lambda: assert_set(free))
        others = [drawn(one_page, pool, lambda place=place: order.append(place)) for place in range(3)]  # type: ignore[misc]
        assert one_page.waiting == 3
        free.set()
        for each in (first, *others):
            each.result()
    assert order == [0, 1, 2]


def assert_set(event: threading.Event) -> None:
    """Wait for an event; an event that never comes is a failure and not a test that hangs."""
    assert event.wait(10)


@pytest.mark.parametrize("wait", [let_others, lambda: at_once(str, range(3)), lambda: enter(long_turn())])
def test_a_page_that_computes_for_long_lets_others_be_drawn(one_page: Lanes, wait: Callable[[], object]) -> None:
    other_was_drawn = threading.Event()

    def compute() -> None:
        wait()
        assert_set(other_was_drawn)
        # Whatever follows, its turn is over.
        let_others()

    with ThreadPoolExecutor(2) as pool:
        long = drawn(one_page, pool, compute)
        drawn(one_page, pool, other_was_drawn.set).result()
        long.result()
    with page_turn():
        assert one_page.waiting == 0


def enter(turn: AbstractContextManager[None]) -> None:
    """Take a turn and end it."""
    with turn:
        pass


def test_who_waits_for_a_value_lets_the_one_who_computes_it_be_drawn(one_page: Lanes) -> None:
    memo = Memo[int]()
    waits, asked = threading.Event(), threading.Event()

    def compute() -> int:
        let_others()
        assert_set(asked)
        # The one who waits holds no turn: here it would never come.
        with page_turn():
            return 7

    def wait() -> None:
        waits.set()
        asked.set()
        assert memo.get("value", lambda: 0) == 7

    with ThreadPoolExecutor(2) as pool:
        first = drawn(one_page, pool, lambda: compare(memo.get("value", compute), 7))
        second = drawn(one_page, pool, wait)
        first.result(10)
        second.result(10)


def compare(made: int, wanted: int) -> None:
    """See that two numbers are equal."""
    assert made == wanted
