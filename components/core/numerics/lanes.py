"""The queue in front of the model: as many computations at a time as there are cores, first come, first served.

Each computation has one thread: several threads a computation would wait for each other on busy cores, and would add
numbers in changing order. Bulk work comes in slices, each of which waits until no short request does, so that it takes
all cores when nobody waits and delays a short request by one slice at most. Short requests of one kind that wait
together are computed together by the first of them that has its turn.
"""

import os
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Event, Lock, local
from typing import Any, TypeVar

from components.core.numerics.single_thread import hold_to_one_thread

Given = TypeVar("Given")
Made = TypeVar("Made")

# Seconds between two looks at whether the result is still wanted, while few wait. Looking takes Python's lock from
# those that compute, so that many who wait look more seldom: all of them together about so many times a second.
_LOOK_AROUND = 0.25
_LOOKS_A_SECOND = 32


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Ticket:
    """A place in the queue; with a kind, for a request that may be computed together with others of its kind."""

    def __init__(self, kind: Hashable = None, given: Any = None) -> None:
        self.kind = kind
        self.given = given
        self.has_lane = False
        #: Set when the caller has a lane, or when its result is there.
        self.called = Event()
        self.made: Future[Any] = Future()


class Lanes:
    """Turns at a number of lanes. Two queues: bulk work has its turn when no short request waits.

    >>> lanes = Lanes(1)
    >>> with lanes.turn():
    ...     lanes.waiting
    0
    """

    def __init__(self, count: int) -> None:
        """count: the number of computations at a time."""
        self._lock = Lock()
        self._free = count
        self._short: deque[_Ticket] = deque()
        self._bulk: deque[_Ticket] = deque()
        self._held = local()

    @property
    def waiting(self) -> int:
        """The number of callers that wait for a turn."""
        with self._lock:
            return len(self._short) + len(self._bulk)

    @contextmanager
    def turn(self, *, bulk: bool = False) -> Iterator[None]:
        """Wait for a lane, asleep, and hold it. Within a turn, a thread's further turns are its own.

        While it waits it calls what `while_waiting` was given; what that raises ends the wait, and leaves the queue.
        """
        if self._has_turn:
            yield
            return
        if bulk:
            let_others()
        self._wait(self._bulk if bulk else self._short, _Ticket())
        with self._turn():
            yield

    def together(
        self, kind: Hashable, given: Given, compute: Callable[[Sequence[Given]], Sequence[Made]], most: int
    ) -> Made:
        """Compute something of what is given in one turn, together with what waits of the same kind.

        compute(several) returns a result for each; the callers of one kind bring equal functions. most: how many are
        computed together. What compute raises, each of its callers gets.
        """
        if self._has_turn:
            return compute([given])[0]
        ticket = _Ticket(kind, given)
        self._wait(self._short, ticket)
        if not ticket.made.done():
            with self._turn():
                self._make([ticket, *self._take(kind, most - 1)], compute)
        made: Made = ticket.made.result()
        return made

    @property
    def _has_turn(self) -> bool:
        """True in a thread that holds a lane."""
        return getattr(self._held, "turn", False)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Hold the lane that this thread was handed, and pass it on."""
        self._held.turn = True
        try:
            yield
        finally:
            self._held.turn = False
            self._pass_on()

    def _take(self, kind: Hashable, most: int) -> list[_Ticket]:
        """Take the first that wait with a kind out of the queue."""
        with self._lock:
            taken = [ticket for ticket in self._short if ticket.kind == kind][:most]
            for ticket in taken:
                self._short.remove(ticket)
        return taken

    @staticmethod
    def _make(tickets: Sequence[_Ticket], compute: Callable[[Sequence[Any]], Sequence[Any]]) -> None:
        """Compute the results of tickets, and wake their callers."""
        try:
            for ticket, made in zip(tickets, compute([each.given for each in tickets]), strict=True):
                ticket.made.set_result(made)
        except BaseException as error:
            for ticket in tickets:
                if not ticket.made.done():
                    ticket.made.set_exception(error)
        finally:
            for ticket in tickets:
                ticket.called.set()

    def _wait(self, queue: deque[_Ticket], ticket: _Ticket) -> None:
        """Wait until a lane is handed over, or until the ticket's result is made."""
        with self._lock:
            # Whoever finds a lane free finds nobody waiting: a lane that becomes free is handed to the first in line.
            if self._free:
                self._free -= 1
                return
            queue.append(ticket)
        try:
            while not ticket.called.wait(max(_LOOK_AROUND, len(queue) / _LOOKS_A_SECOND)):
                _still_wanted()
        except BaseException:
            self._leave(queue, ticket)
            raise

    def _leave(self, queue: deque[_Ticket], ticket: _Ticket) -> None:
        with self._lock:
            if ticket in queue:
                queue.remove(ticket)
                return
            # It was taken by another, who computes for it in vain, or it was handed a lane.
            if not ticket.has_lane:
                return
        self._pass_on()

    def _pass_on(self) -> None:
        """Hand a lane to the first who waits, or leave it free."""
        with self._lock:
            queue = self._short or self._bulk
            if queue:
                ticket = queue.popleft()
                ticket.has_lane = True
                ticket.called.set()
            else:
                self._free += 1


def _nothing() -> None:
    """Go on waiting."""


_still_wanted: Callable[[], None] = _nothing


def while_waiting(look: Callable[[], None]) -> None:
    """Have a function called four times a second by each thread that waits for a turn; it may raise to give up."""
    global _still_wanted
    _still_wanted = look


#: The lanes of this process.
lanes = Lanes(available_cores())
# For what cannot be divided into slices, such as fitting a map: it leaves one core to what is short.
_long_lanes = Lanes(max(1, available_cores() - 1))


# Pages that are drawn at a time: more threads would only wait for Python's lock, and keep those that compute from it.
_pages = Lanes(available_cores() + 1)
_page = local()


@contextmanager
def page_turn() -> Iterator[None]:
    """Wait for a turn at drawing a page, first come, first served, asleep. It may end early, by let_others()."""
    _pages._wait(_pages._short, _Ticket())
    _page.held = True
    try:
        yield
    finally:
        let_others()


def let_others() -> None:
    """End this thread's turn at drawing a page, if it has one: what comes takes long, or waits for something else.

    It is not taken again, so that nobody who waits for a result can keep the one who computes it from going on.
    """
    if getattr(_page, "held", False):
        _page.held = False
        _pages._pass_on()


@contextmanager
def long_turn() -> Iterator[None]:
    """Take a turn at a long computation, with every library held to one thread."""
    let_others()
    with _long_lanes.turn():
        hold_to_one_thread()
        yield


_workers = ThreadPoolExecutor(available_cores(), "bulk")


def at_once(compute: Callable[[Given], Made], each: Sequence[Given]) -> list[Made]:
    """Compute something of each in several threads; each computation takes turns at the lanes by itself.

    What is raised, here or in a computation, ends those that have not begun.
    """
    if len(each) == 1:
        return [compute(each[0])]
    let_others()
    begun = [_workers.submit(compute, one) for one in each]
    try:
        while wait(begun, timeout=_LOOK_AROUND, return_when=FIRST_EXCEPTION).not_done:
            if any(one.done() and one.exception() for one in begun):
                break
            _still_wanted()
        return [one.result() for one in begun]
    finally:
        for one in begun:
            one.cancel()
