"""Settings of chunks that no document can be divided by are refused when they are made."""

import pytest

from components.core.errors import ChunkingError
from components.core.retrieval.documents import ChunkSettings, Unit


@pytest.mark.parametrize("unit", [Unit.TOKENS, Unit.SENTENCES, Unit.PARAGRAPHS])
@pytest.mark.parametrize(("size", "overlap"), [(1, 1), (4, 4), (4, 5)])
def test_chunks_that_overlap_by_their_whole_size_are_refused_with_what_to_do(
    unit: Unit, size: int, overlap: int
) -> None:
    counted = unit.value if size > 1 else unit.value[:-1]
    said = f"^Chunks of {size} {counted} cannot overlap by {overlap}.*Choose an overlap from 0 to {size - 1}"
    with pytest.raises(ChunkingError, match=said):
        ChunkSettings(unit, size, overlap)


@pytest.mark.parametrize("size", [0, -3])
def test_chunks_of_nothing_are_refused_with_what_to_do(size: int) -> None:
    with pytest.raises(ChunkingError, match=rf"^A chunk cannot have {size} tokens\. Choose a size of 1 or more\.$"):
        ChunkSettings(Unit.TOKENS, size)


def test_an_overlap_below_0_which_would_leave_text_out_is_refused() -> None:
    with pytest.raises(ChunkingError, match=r"cannot overlap by -1.*Choose an overlap from 0 to 3"):
        ChunkSettings(Unit.SENTENCES, 4, -1)


def test_the_largest_overlap_that_still_moves_on_is_accepted() -> None:
    assert ChunkSettings(Unit.PARAGRAPHS, 4, 3).overlap == 3
    assert ChunkSettings(Unit.TOKENS, 1).overlap == 0


def test_a_division_by_meaning_needs_a_percentile_and_has_no_overlap() -> None:
    assert ChunkSettings(Unit.MEANING, 1, percentile=0).percentile == 0
    assert ChunkSettings(Unit.MEANING, 512, percentile=100).size == 512
    with pytest.raises(ChunkingError, match=r"a percentile .* is needed\. Choose one from 0 to 100\.$"):
        ChunkSettings(Unit.MEANING, 64)
    with pytest.raises(ChunkingError, match=r"no percentile 101\. Choose one from 0 to 100\.$"):
        ChunkSettings(Unit.MEANING, 64, percentile=101)
    with pytest.raises(ChunkingError, match=r"an overlap of 8 cannot be had\. Choose an overlap of 0"):
        ChunkSettings(Unit.MEANING, 64, 8, percentile=20)
    with pytest.raises(ChunkingError, match=r"cannot have 0 tokens"):
        ChunkSettings(Unit.MEANING, 0, percentile=20)


def test_a_percentile_is_refused_for_what_is_not_divided_by_meaning() -> None:
    with pytest.raises(ChunkingError, match=r"^Only documents that are divided by meaning have a percentile"):
        ChunkSettings(Unit.TOKENS, 64, percentile=20)
