"""The index finds what exact search finds, embedded and served."""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from components.core.retrieval.documents import Chunk
from components.core.retrieval.index.chunk_index import ChunkIndex
from components.core.retrieval.search.bm25 import STOP_WORDS, Bm25
from tests.support.random_chunks import (
    WIDTH,
    chunk_ids,
    chunks_with,
    document_id,
    new_name,
    random_chunks,
    unit_vectors,
)

pytest_plugins = ["tests.support.index_fixtures"]


@pytest.fixture(scope="module")
def many() -> list[Chunk]:
    """1,000 chunks of 50 documents."""
    return random_chunks(50, 20)


@pytest.fixture(scope="module")
def many_name(index: ChunkIndex, many: list[Chunk]) -> Iterator[str]:
    name = new_name()
    index.fill(name, many, unit_vectors(len(many)))
    yield name
    index.drop(name)


@pytest.mark.parametrize("k", [1, 10, 30])
def test_a_search_by_meaning_finds_the_nearest_by_cosine_in_their_order(
    index: ChunkIndex, many: list[Chunk], many_name: str, k: int
) -> None:
    vectors = unit_vectors(len(many))
    for question in unit_vectors(5, seed=2):
        cosines = vectors @ question
        nearest = np.argsort(-cosines)[:k]
        hits = index.dense(many_name, question, k)
        np.testing.assert_allclose([hit.score for hit in hits], cosines[nearest], atol=1e-5)
        assert [hit.chunk for hit in hits] == [many[row].id for row in nearest]


def test_a_search_by_words_scores_as_worked_by_hand(index: ChunkIndex) -> None:
    name = new_name()
    index.fill(name, chunks_with([["River bank, the bank!", "Money"], ["river of money and sand"]]), unit_vectors(3))
    # Without "the", "of" and "and" they have 3, 1 and 3 words, 7/3 on average.
    idf_of_one, idf_of_two = math.log(1 + 2.5 / 1.5), math.log(1 + 1.5 / 2.5)
    saturation = 1.5 * (1 - 0.75 + 0.75 * 3 / (7 / 3))
    river = idf_of_two * 2.5 / (1 + saturation)
    bank = idf_of_one * 2 * 2.5 / (2 + saturation)
    hits = index.bm25(name, "the BANK of a river", 5)
    assert [hit.chunk for hit in hits] == [f"{document_id(0)}:0", f"{document_id(1)}:0"]
    np.testing.assert_allclose([hit.score for hit in hits], [river + bank, river], rtol=1e-5)


@pytest.mark.parametrize("question", ["word3", "word0 word1 word50", "word7 the word7 WORD59?"])
def test_a_search_by_words_scores_as_bm25_does_without_an_index(
    index: ChunkIndex, many: list[Chunk], many_name: str, question: str
) -> None:
    scores = Bm25([chunk.text for chunk in many]).scores(question)
    hits = index.bm25(many_name, question, len(many))
    row_of = {chunk.id: row for row, chunk in enumerate(many)}
    assert {hit.chunk for hit in hits} == {many[row].id for row in np.flatnonzero(scores)}
    np.testing.assert_allclose([hit.score for hit in hits], [scores[row_of[hit.chunk]] for hit in hits], rtol=1e-5)
    assert all(one.score >= other.score > 0 for one, other in pairwise(hits))
    np.testing.assert_allclose(
        [hit.score for hit in index.bm25(many_name, question, 7)], np.sort(scores)[::-1][:7], rtol=1e-5
    )


@pytest.mark.parametrize("question", ["", "the and of", "?!", "unheard of", *STOP_WORDS[:3]])
def test_a_question_without_a_word_that_counts_finds_nothing(index: ChunkIndex, many_name: str, question: str) -> None:
    assert index.bm25(many_name, question, 10) == ()


@pytest.mark.parametrize("some", [[7], [3, 30], list(range(50))])
def test_of_chosen_documents_all_that_is_asked_for_is_found(
    index: ChunkIndex, many: list[Chunk], many_name: str, some: list[int]
) -> None:
    chosen = [document_id(number) for number in some]
    rows = np.array([row for row, chunk in enumerate(many) if chunk.document in chosen])
    vectors = unit_vectors(len(many))
    for question in unit_vectors(10, seed=3):
        nearest = rows[np.argsort(-(vectors[rows] @ question))][:15]
        hits = index.dense(many_name, question, 15, documents=chosen)
        assert [hit.chunk for hit in hits] == [many[row].id for row in nearest]
    scores = Bm25([chunk.text for chunk in many]).scores("word2 word9")
    by_words = index.bm25(many_name, "word2 word9", 1000, documents=chosen)
    expected = sorted((score for score in scores[rows] if score), reverse=True)
    np.testing.assert_allclose([hit.score for hit in by_words], expected, rtol=1e-5)
    assert {hit.chunk.split(":")[0] for hit in by_words} <= set(chosen)


def test_nothing_is_found_among_no_documents_and_among_unknown_ones(index: ChunkIndex, many_name: str) -> None:
    for documents in ([], [document_id(999)]):
        assert index.dense(many_name, unit_vectors(1)[0], 5, documents=documents) == ()
        assert index.bm25(many_name, "word1", 5, documents=documents) == ()


@pytest.mark.parametrize("document", ['"] or id != "', "0" * 15, "g" * 16, "", document_id(1) + "\n"])
def test_what_is_no_documents_id_does_not_reach_milvus(index: ChunkIndex, many_name: str, document: str) -> None:
    with pytest.raises(ValueError, match="16 hexadecimal"):
        index.bm25(many_name, "word1", 5, documents=[document_id(1), document])
    with pytest.raises(ValueError, match="16 hexadecimal"):
        index.dense(many_name, unit_vectors(1)[0], 5, documents=[document_id(1), document])


def test_no_more_is_found_than_there_is_and_no_more_than_asked_for(index: ChunkIndex) -> None:
    name = new_name()
    index.fill(name, chunks_with([["one fish", "two fish"], ["red fish"]]), unit_vectors(3))
    for k, expected in ((-1, 0), (0, 0), (1, 1), (3, 3), (10**6, 3)):
        assert len(index.dense(name, unit_vectors(1)[0], k)) == expected
        assert len(index.bm25(name, "fish", k)) == expected


def test_no_chunks_are_an_index_that_finds_nothing(index: ChunkIndex) -> None:
    name = new_name()
    index.fill(name, [], np.zeros((0, WIDTH), dtype=np.float32))
    assert (index.dense(name, unit_vectors(1)[0], 5), index.bm25(name, "word", 5)) == ((), ())


@pytest.mark.parametrize("text", ["half of a pair: \ud83c", "a\0b", "'; DROP -- \" \\ %s {x}", "", "日本語 🍕"])
def test_any_text_and_any_question_goes_in(index: ChunkIndex, text: str) -> None:
    name = new_name()
    index.fill(name, chunks_with([[text, f"fish {text}"]]), unit_vectors(2))
    assert chunk_ids(index, name) == {f"{document_id(0)}:0", f"{document_id(0)}:1"}
    assert f"{document_id(0)}:1" in {hit.chunk for hit in index.bm25(name, f"fish {text}", 5)}


def test_of_a_text_longer_than_milvus_takes_the_words_before_its_bound_are_counted(index: ChunkIndex) -> None:
    name = new_name()
    # The bound falls into the middle of an é.
    text = "early " + "é" * 32_763 + "x late"
    index.fill(name, chunks_with([[text, "early bird"]]), unit_vectors(2))
    assert len(index.bm25(name, "early", 5)) == 2
    assert index.bm25(name, "late", 5) == ()
    assert len(index.bm25(name, "early " * 20_000, 5)) == 2


def test_a_collection_is_one_segment_whatever_its_size() -> None:
    # It takes them from the environment when it is imported, which chunk_index has set.
    from milvus_lite.constants import MEMTABLE_MEMORY_LIMIT, WAL_SIZE_LIMIT

    # A library of 5,000,000 characters, in the smallest chunks, with its vectors fills less than a gigabyte.
    assert min(MEMTABLE_MEMORY_LIMIT, WAL_SIZE_LIMIT) >= 10**9
