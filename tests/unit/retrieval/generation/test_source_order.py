"""Sources with the best at both ends: by hand, and nothing lost."""

from hypothesis import given
from hypothesis import strategies as st

from components.core.retrieval.generation.source_order import best_at_the_ends


def test_the_best_are_first_and_last_and_the_weakest_in_the_middle() -> None:
    assert best_at_the_ends("abcdef") == ("a", "c", "e", "f", "d", "b")
    assert best_at_the_ends("abcde") == ("a", "c", "e", "d", "b")
    assert best_at_the_ends("ab") == ("a", "b")
    assert best_at_the_ends("a") == ("a",)
    assert best_at_the_ends("") == ()


@given(st.integers(1, 40))
def test_nothing_is_lost_and_ranks_rise_to_the_middle_and_fall_after_it(count: int) -> None:
    found = best_at_the_ends(range(count))
    assert sorted(found) == list(range(count))
    weakest = found.index(count - 1)
    assert list(found[: weakest + 1]) == sorted(found[: weakest + 1])
    assert list(found[weakest:]) == sorted(found[weakest:], reverse=True)
    assert abs(weakest - (count - 1) / 2) <= 0.5
