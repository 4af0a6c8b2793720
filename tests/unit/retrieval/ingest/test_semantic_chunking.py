"""Documents divided where neighbouring sentences are least alike: by hand, and nothing is lost whatever the text."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from components.core import Encoder
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.documents import ChunkSettings, Document, Section, Unit
from components.core.retrieval.ingest.chunking import chunks_of, sentences_compared
from components.core.retrieval.ingest.semantic_chunking import border_cosines, divide_further, parts_by_meaning
from tests.unit.retrieval.ingest.test_chunking import TEXTS

COSINES = st.lists(st.floats(-1, 1), max_size=30).map(lambda each: np.array(each, dtype=np.float64))


def by_meaning(size: int = 128, percentile: int = 30) -> ChunkSettings:
    return ChunkSettings(Unit.MEANING, size, percentile=percentile)


def by_first_letter(texts: Sequence[str]) -> np.ndarray:
    """Vectors of sentences: those that begin with one letter are equal, all others at right angles."""
    vectors = np.zeros((len(texts), 26), dtype=np.float32)
    for vector, text in zip(vectors, texts, strict=True):
        vector[ord(text[0].lower()) - ord("a")] = 1
    return vectors


def drawn(texts: Sequence[str]) -> np.ndarray:
    """Vectors that depend on nothing but their texts."""
    numbers = [np.random.default_rng(list(text.encode())).normal(size=4) for text in texts]
    return normalise_rows(np.array(numbers, dtype=np.float32))


def test_what_stands_on_both_sides_of_a_border_is_compared_by_hand() -> None:
    vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.6, 0.8]])
    np.testing.assert_allclose(border_cosines(vectors, 1), [1, 0, 1, 0.8])
    # Border 1 of blocks of two: (1, 0) beside (1, 1); border 3: (1, 1) beside (0.6, 1.8); and so on.
    after_last = np.array([0.6, 0.8])
    expected = [
        1 / 2**0.5,
        0.0,
        np.array([1, 1]) @ np.array([0.6, 1.8]) / (2**0.5 * np.hypot(0.6, 1.8)),
        np.array([0, 1]) @ after_last,
    ]
    np.testing.assert_allclose(border_cosines(vectors, 2), expected, atol=1e-12)
    assert border_cosines(vectors[:1]).tolist() == border_cosines(vectors[:0]).tolist() == []


def test_borders_below_a_percentile_are_cut_by_hand() -> None:
    cosines = np.array([0.9, 0.2, 0.8, 0.1, 0.7])
    assert parts_by_meaning(cosines, 0) == ((0, 6),)
    # The percentiles of five numbers: 25 is the second lowest, 50 the third, and what lies below them is cut.
    assert parts_by_meaning(cosines, 25) == ((0, 4), (4, 6))
    assert parts_by_meaning(cosines, 50) == ((0, 2), (2, 4), (4, 6))
    assert parts_by_meaning(cosines, 100) == ((0, 2), (2, 3), (3, 4), (4, 5), (5, 6))
    assert parts_by_meaning(np.zeros(0), 50) == ((0, 1),)


def test_equal_cosines_are_not_divided_by_rounding_errors() -> None:
    assert parts_by_meaning(0.5 + np.array([0, 1e-9, -1e-9, 2e-9]), 90) == ((0, 5),)


def test_what_is_too_long_is_divided_where_it_is_least_alike_until_it_fits() -> None:
    cosines = np.array([0.9, 0.2, 0.8, 0.1, 0.7])
    fit_two = divide_further([(0, 6)], cosines, lambda parts: [last - first <= 2 for first, last in parts])
    # At 0.1, then at 0.2.
    assert fit_two == ((0, 2), (2, 4), (4, 6))
    assert divide_further([(0, 6)], cosines, lambda parts: [False] * len(parts)) == tuple((n, n + 1) for n in range(6))
    assert divide_further([(0, 4), (4, 6)], cosines, lambda parts: [True] * len(parts)) == ((0, 4), (4, 6))


@given(COSINES, st.integers(0, 100), st.integers(0, 100))
def test_a_higher_percentile_divides_the_parts_of_a_lower_one(cosines: np.ndarray, one: int, other: int) -> None:
    low, high = (parts_by_meaning(cosines, each) for each in sorted((one, other)))
    assert (low[0][0], low[-1][1]) == (high[0][0], high[-1][1]) == (0, len(cosines) + 1)
    assert all(before[1] == after[0] for before, after in pairwise(high))
    assert {first for first, _ in low} <= {first for first, _ in high}


# Documents


def test_a_document_parts_where_its_sentences_turn_to_something_else(encoder: Encoder) -> None:
    text = "Ask. Ants eat. All of it. Bees fly. Bears eat. Both sleep."
    chunks = chunks_of(Document("", text), by_meaning(percentile=20), encoder, by_first_letter)
    assert [chunk.text for chunk in chunks] == ["Ask. Ants eat. All of it.", "Bees fly. Bears eat. Both sleep."]
    assert [chunk.number for chunk in chunks] == [0, 1]
    small = chunks_of(Document("", text), by_meaning(size=6, percentile=20), encoder, by_first_letter)
    # Before the second border of the first part stand two of its sentences and after it one, with two of the other.
    assert [chunk.text for chunk in small] == ["Ask. Ants eat.", "All of it.", "Bees fly.", "Bears eat. Both sleep."]


def test_sentences_are_encoded_by_the_encoder_where_nobody_else_does(encoder: Encoder) -> None:
    text = "The pizza is hot. The oven is hot. Bread bakes in it. Banks lend money. A loan costs interest. Rates rose."
    document = Document("", text)
    chunks = chunks_of(document, by_meaning(percentile=20), encoder)
    assert chunks == chunks_of(
        document, by_meaning(percentile=20), encoder, lambda texts: normalise_rows(encoder.encode(texts))
    )
    assert [chunk.text for chunk in chunks] == [text[: text.index("Banks") - 1], text[text.index("Banks") :]]


def test_a_heading_is_compared_together_with_what_it_heads(encoder: Encoder) -> None:
    document = Document(
        "", "Dough\nKnead it.\n\nOven\nHeat it.", (Section("1", "Dough", 0, 15), Section("2", "Oven", 17, 30))
    )
    assert [document.text[start:end] for start, end in sentences_compared(document, encoder)] == [
        "Dough\nKnead it.",
        "Oven\nHeat it.",
    ]


def test_a_sentence_without_a_token_stays_with_its_neighbour(encoder: Encoder) -> None:
    document = Document("", "\u200b\nEat.\n\u200b\nSleep.")
    assert [document.text[start:end] for start, end in sentences_compared(document, encoder)] == [
        "\u200b\nEat.\n\u200b",
        "Sleep.",
    ]


def test_a_sentence_longer_than_the_size_is_divided_by_tokens(encoder: Encoder) -> None:
    text = f"{'It eats pizza and ' * 20}sleeps. Then it walks."
    chunks = chunks_of(Document("", text), by_meaning(size=16, percentile=50), encoder, drawn)
    assert max(chunk.token_count for chunk in chunks) == 18
    assert " ".join(chunk.text for chunk in chunks) == text


@settings(max_examples=120)
@given(TEXTS, st.integers(4, 40), st.integers(0, 100))
def test_chunks_by_meaning_cover_the_text_in_order_without_overlap_and_the_same_each_time(
    encoder: Encoder, text: str, size: int, percentile: int
) -> None:
    document, how = Document("", text), by_meaning(size, percentile)
    chunks = chunks_of(document, how, encoder, drawn)
    assert all(chunk.token_count - 2 <= size for chunk in chunks)
    assert [chunk.number for chunk in chunks] == list(range(len(chunks)))
    assert all(text[chunk.start : chunk.end] == chunk.text == chunk.text.strip() != "" for chunk in chunks)
    assert all(before.end <= after.start for before, after in pairwise(chunks))
    covered = {index for chunk in chunks for index in range(chunk.start, chunk.end)}
    assert [letter for index, letter in enumerate(text) if index not in covered and not letter.isspace()] == []
    assert chunks_of(document, how, encoder, drawn) == chunks
