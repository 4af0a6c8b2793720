"""Slices of bulk work: every text in one, the longest first, bounded by what takes a processor a moment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.model.slices import in_slices, longest_first, slices_of


@given(st.lists(st.integers(0, 2_000), max_size=200), st.sampled_from(["cpu", "cuda"]))
def test_every_text_is_in_one_slice_and_no_slice_is_larger_than_it_may_be(lengths: list[int], device: str) -> None:
    order = longest_first(lengths)
    slices = slices_of(lengths, order, device)
    assert [index for some in slices for index in some] == order
    for some in slices:
        padded = len(some) * max(lengths[index] for index in some)
        assert len(some) == 1 or (len(some) <= 32 and (device != "cpu" or padded <= 1_200))


def test_what_is_computed_comes_with_the_indices_that_it_is_of() -> None:
    lengths = [10, 1_000, 20, 900, 15]
    bulk_of = []

    def double(some: list[int], *, bulk: bool) -> list[int]:
        bulk_of.append(bulk)
        return [2 * lengths[index] for index in some]

    done: list[tuple[int, int]] = []
    found = list(in_slices(lengths, "cpu", double, lambda *counts: done.append(counts)))
    assert found == [([1], [2_000]), ([3], [1_800]), ([2, 4, 0], [40, 30, 20])]
    assert bulk_of == [True] * 3
    assert done == [(5, 5)]
    assert list(in_slices([7], "cpu", double)) == [([0], [20])]
    assert bulk_of[3:] == [False]
    assert list(in_slices([], "cpu", double)) == []


def test_progress_is_told_as_texts_are_done_and_stops_the_rest_by_raising() -> None:
    computed: list[int] = []

    def note(some: list[int], *, bulk: bool) -> None:
        computed.extend(some)

    done: list[int] = []
    assert [some for some, _ in in_slices([1] * 150, "cpu", note, lambda count, _: done.append(count))]
    assert done == [64, 128, 150]
    computed.clear()

    def stop(count: int, of: int) -> None:
        raise RuntimeError(f"stopped at {count} of {of}")

    with pytest.raises(RuntimeError, match="stopped at 64 of 150"):
        list(in_slices([1] * 150, "cpu", note, stop))
    assert len(computed) == 64
