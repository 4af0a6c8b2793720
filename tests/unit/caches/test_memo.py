"""A memo computes each value once, whoever asks and however many ask at once, and stays within its bound."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from components.ui.caches.memo import Memo, memoized


@dataclass(frozen=True)
class Request:
    """Two numbers to be added."""

    first: int
    second: int = 0


def test_equal_requests_are_computed_once_however_they_are_written() -> None:
    computed = []

    @memoized(4)
    def total(request: Request) -> int:
        computed.append(request)
        return request.first + request.second

    assert [total(Request(1)), total(Request(1, 0)), total(Request(first=1, second=0))] == [1, 1, 1]
    assert computed == [Request(1)]


def test_eight_threads_that_ask_at_once_wait_for_one_computation() -> None:
    memo, computed, together = Memo[int](4), [], threading.Barrier(8)

    def compute() -> int:
        computed.append(1)
        time.sleep(0.05)
        return 7

    def ask(_: int) -> int:
        together.wait()
        return memo.get("seven", compute)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [7] * 8
    assert computed == [1]


def test_the_value_unused_for_longest_goes_when_the_sizes_exceed_the_bound() -> None:
    memo = Memo[str](max_size=6, size_of=len)
    for word in ("one", "two"):
        memo.get(word, lambda word=word: word)  # type: ignore[misc]
    memo.get("one", lambda: "never computed")
    memo.get("ten", lambda: "ten")
    assert [word in memo for word in ("one", "two", "ten")] == [True, False, True]


def test_a_value_larger_than_the_bound_is_returned_and_not_kept() -> None:
    memo = Memo[str](max_size=3, size_of=len)
    assert memo.get("long", lambda: "longer than three") == "longer than three"
    assert "long" not in memo


class Stopped(BaseException):
    """As Streamlit ends a page: not an Exception."""


@pytest.mark.parametrize("end", [ValueError, Stopped])
def test_a_computation_that_ends_early_keeps_nothing_and_blocks_nobody(end: type[BaseException]) -> None:
    memo = Memo[int](4)

    def fail() -> int:
        raise end

    with pytest.raises(end):
        memo.get("key", fail)
    assert "key" not in memo
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(memo.get, "key", lambda: 2).result(timeout=10) == 2
