"""Sources compressed to the sentences nearest to the question: by hand, and whatever the vectors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.generation.context_compression import (
    GAP,
    Compression,
    CoverageKept,
    SourceSentence,
    compress,
    coverage_kept,
)
from components.core.retrieval.generation.prompts import Source
from components.core.retrieval.ingest.chunking import sentences_in

SOURCES = (
    Source(1, "Bread", "page 1", "Mix the flour. Add the yeast. Wait for an hour.\n\nBake the bread."),
    Source(2, "Soup", "", "Boil the water. Salt it well."),
)
SENTENCES = tuple(
    SourceSentence(index, span) for index, source in enumerate(SOURCES) for span in sentences_in(source.text)
)
QUESTION = np.array([1.0, 0.0])


def words(text: str) -> int:
    """Count words, and a gap as one."""
    return len(text.split())


def along(*cosines: float) -> np.ndarray:
    """Unit vectors of these cosines with the question."""
    return np.array([[each, (1 - each**2) ** 0.5] for each in cosines])


def squeezed(cosines: list[float], budget: int) -> Compression:
    return compress(SOURCES, SENTENCES, along(*cosines), QUESTION, budget, words)


def test_the_nearest_sentences_are_kept_in_the_order_of_the_sources_by_hand() -> None:
    found = squeezed([0.1, 0.8, 0.2, 0.9, 0.3, 0.7], budget=10)
    assert [source.text for source in found.sources] == [f"Add the yeast.{GAP}Bake the bread.", "Salt it well."]
    assert [(source.number, source.name) for source in found.sources] == [(1, "[1] Bread, page 1"), (2, "[2] Soup")]
    assert found.kept == (1, 3, 5)
    # Three words each, and the gap.
    assert (found.tokens_before, found.tokens_after, found.tokens_saved) == (19, 10, 9)


def test_neighbours_keep_what_stands_between_them_and_a_source_without_a_sentence_is_omitted() -> None:
    found = squeezed([0.1, 0.7, 0.8, 0.9, 0.2, 0.3], budget=11)
    assert [source.text for source in found.sources] == ["Add the yeast. Wait for an hour.\n\nBake the bread."]
    assert found.tokens_after == 10


def test_a_sentence_that_does_not_fit_ends_the_choice() -> None:
    # "Wait for an hour." has four words; the three words of the next one would fit.
    assert squeezed([0.1, 0.2, 0.9, 0.3, 0.4, 0.5], budget=3).kept == ()
    assert squeezed([0.1, 0.2, 0.9, 0.3, 0.4, 0.5], budget=3).sources == ()


def test_a_budget_for_everything_changes_no_text() -> None:
    found = squeezed([0.1, 0.8, 0.2, 0.9, 0.3, 0.7], budget=100)
    assert found.sources == SOURCES
    assert found.tokens_saved == 0


def test_equal_sentences_are_kept_in_their_order() -> None:
    assert squeezed([0.5, 0.5 + 1e-9, 0.5, 0.5, 0.5, 0.5], budget=6).kept == (0, 1)


@given(st.lists(st.floats(-1, 1), min_size=6, max_size=6), st.integers(0, 25), st.integers(0, 25))
def test_a_larger_budget_keeps_all_that_a_smaller_one_keeps_and_none_is_exceeded(
    cosines: list[float], one: int, other: int
) -> None:
    low, high = sorted((one, other))
    small, large = squeezed(cosines, low), squeezed(cosines, high)
    assert set(small.kept) <= set(large.kept)
    for found, budget in ((small, low), (large, high)):
        assert list(found.kept) == sorted(found.kept)
        assert found.tokens_after == sum(words(source.text) for source in found.sources) <= budget
        numbers = [source.number for source in found.sources]
        assert numbers == sorted(set(numbers))
        for source in found.sources:
            of_source = [each for each in found.kept if SENTENCES[each].source == source.number - 1]
            texts = [SOURCES[source.number - 1].text[slice(*SENTENCES[each].span)] for each in of_source]
            assert [source.text.find(text) for text in texts] == sorted(source.text.find(text) for text in texts)
            assert all(text in source.text for text in texts)


def test_no_source_is_compressed_to_none() -> None:
    assert compress((), (), np.zeros((0, 2)), QUESTION, 10, words) == Compression((), (), 0, 0)


def test_sentences_without_vectors_are_refused() -> None:
    with pytest.raises(ValueError, match="6 sentences, but 2 vectors"):
        compress(SOURCES, SENTENCES, along(0.1, 0.2), QUESTION, 10, words)


def test_the_coverage_that_is_kept_by_hand() -> None:
    answer = along(1.0, 0.0)
    sentences = normalise_rows(np.array([[1.0, 0.1], [0.1, 1.0], [1.0, 1.0]]))
    assert coverage_kept(answer, sentences, [1, 1, 2], [0, 1, 2], 0.9) == CoverageKept(2, 2, 2)
    assert coverage_kept(answer, sentences, [1, 1, 2], [0, 2], 0.9) == CoverageKept(2, 2, 1)
    assert coverage_kept(answer, sentences, [1, 1, 2], [], 0.9) == CoverageKept(2, 2, 0)
    assert coverage_kept(answer[:0], sentences, [1, 1, 2], [0], 0.9) == CoverageKept(0, 0, 0)
