"""The queue in front of the model: as many computations at a time as there are cores, first come, first served.

Each computation has one thread: several threads a computation would wait for each other on busy cores, and would add
numbers in changing order. Bulk work comes in slices, each of which waits until no short request does, so that it takes
all cores when nobody waits and delays a short request by one slice at most.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Event, Lock, local
from typing import TypeVar

from components.core.numerics.single_thread import hold_to_one_thread

Given = TypeVar("Given")
Made = TypeVar("Made")

# Seconds between two looks at whether the result is still wanted.
_LOOK_AROUND = 0.25


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Ticket:
    """A place in the queue."""

    def __init__(self) -> None:
        self.called = Event()


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
        if getattr(self._held, "turn", False):
            yield
            return
        self._wait(self._bulk if bulk else self._short)
        self._held.turn = True
        try:
            yield
        finally:
            self._held.turn = False
            self._pass_on()

    def _wait(self, queue: deque[_Ticket]) -> None:
        with self._lock:
            # Whoever finds a lane free finds nobody waiting: a lane that becomes free is handed to the first in line.
            if self._free:
                self._free -= 1
                return
            ticket = _Ticket()
            queue.append(ticket)
        try:
            while not ticket.called.wait(_LOOK_AROUND):
                _still_wanted()
        except BaseException:
            self._leave(queue, ticket)
            raise

    def _leave(self, queue: deque[_Ticket], ticket: _Ticket) -> None:
        with self._lock:
            if not ticket.called.is_set():
                queue.remove(ticket)
                return
        self._pass_on()

    def _pass_on(self) -> None:
        """Hand a lane to the first who waits, or leave it free."""
        with self._lock:
            queue = self._short or self._bulk
            if queue:
                queue.popleft().called.set()
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


@contextmanager
def long_turn() -> Iterator[None]:
    """Take a turn at a long computation, with every library held to one thread."""
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
