"""Nobody gets more than the burst and what has come in since; others notice nothing of it."""

from hypothesis import given
from hypothesis import strategies as st

from components.core.classroom.limits import Limit


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@given(
    st.floats(0.1, 50),
    st.integers(1, 20),
    st.lists(st.tuples(st.floats(0, 5), st.sampled_from("ab")), max_size=100),
)
def test_in_any_time_a_key_gets_at_most_the_burst_and_its_rate(
    rate: float, burst: int, asked: list[tuple[float, str]]
) -> None:
    clock = Clock()
    limit = Limit(rate, burst, now=clock)
    allowed: dict[str, list[float]] = {"a": [], "b": []}
    for pause, key in asked:
        clock.seconds += pause
        if limit.wait(key) == 0:
            allowed[key].append(clock.seconds)
    for times in allowed.values():
        for first, start in enumerate(times):
            for last in range(first, len(times)):
                assert last - first + 1 <= burst + rate * (times[last] - start) + 1e-6


@given(st.floats(0.1, 50), st.integers(1, 20), st.integers(1, 60))
def test_who_waits_as_long_as_is_said_is_let_through(rate: float, burst: int, asked: int) -> None:
    clock = Clock()
    limit = Limit(rate, burst, now=clock)
    waits = [limit.wait("a") for _ in range(asked)]
    assert [wait == 0 for wait in waits] == [index < burst for index in range(asked)]
    if waits[-1]:
        clock.seconds += waits[-1] + 1e-6
        assert limit.wait("a") == 0
        assert limit.wait("a") > 0


def test_a_busy_key_takes_nothing_from_another() -> None:
    limit = Limit(1, 2, now=Clock())
    for _ in range(100):
        limit.wait("busy")
    assert limit.wait("other") == 0


def test_of_keys_without_end_the_last_ones_are_remembered() -> None:
    limit = Limit(1, 1, keys=10, now=Clock())
    for key in range(1_000):
        assert limit.wait(key) == 0
    assert limit.wait(999) == 1
    assert len(limit._buckets) == 10
