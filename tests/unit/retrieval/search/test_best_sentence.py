"""Passages scored by their best sentence: by hand, against a loop, and as far as the model reads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core import Encoder
from components.core.retrieval.documents import Chunk, ChunkSettings, Document, Unit
from components.core.retrieval.ingest.chunking import chunks_of, unread_from
from components.core.retrieval.search.best_sentence import best_sentences, mean_with_passage, sentences_of

COSINES = st.lists(st.lists(st.integers(-5, 5), min_size=1, max_size=6), max_size=8)


def paragraphs(text: str, encoder: Encoder) -> tuple[Chunk, ...]:
    return chunks_of(Document("", text), ChunkSettings(Unit.PARAGRAPHS, 1), encoder)


def test_a_passage_scores_as_its_best_sentence_by_hand() -> None:
    found = best_sentences(np.array([0.1, 0.9, 0.4, -0.2, -0.3]), np.array([0, 0, 1, 2, 2]))
    assert found.scores.tolist() == [0.9, 0.4, -0.2]
    assert found.sentences.tolist() == [1, 2, 3]


@given(COSINES)
def test_scores_and_sentences_are_those_of_a_loop_and_of_equal_ones_the_first(of_passages: list[list[int]]) -> None:
    cosines = np.array([each / 5 for some in of_passages for each in some], dtype=np.float64)
    passages = np.repeat(np.arange(len(of_passages)), [len(some) for some in of_passages]).astype(int)
    found = best_sentences(cosines, passages)
    assert found.scores.tolist() == [max(some) / 5 for some in of_passages]
    starts = [sum(map(len, of_passages[:number])) for number in range(len(of_passages))]
    assert found.sentences.tolist() == [
        start + some.index(max(some)) for start, some in zip(starts, of_passages, strict=True)
    ]


def test_rounding_errors_do_not_choose_between_equal_sentences() -> None:
    assert best_sentences(np.array([0.5, 0.5 + 1e-9]), np.array([0, 0])).sentences.tolist() == [0]


def test_the_mean_with_the_passages_own_score_by_hand() -> None:
    mixed = mean_with_passage(np.array([0.9, 0.4]), np.array([0.3, 0.6]))
    assert mixed.tolist() == pytest.approx([0.6, 0.5])


def test_sentences_are_those_of_each_passage_in_order(encoder: Encoder) -> None:
    passages = paragraphs("Dr. Smith eats. Who sleeps?\n\nBread rises.\n\n...", encoder)
    found = sentences_of(passages, encoder)
    assert found.texts == ("Dr. Smith eats.", "Who sleeps?", "Bread rises.", "...")
    assert found.passages.tolist() == [0, 0, 1, 2]
    assert found.spans == ((0, 15), (16, 27), (0, 12), (0, 3))
    assert sentences_of((), encoder).texts == ()
    assert best_sentences(np.zeros(0), sentences_of((), encoder).passages).scores.tolist() == []


def test_a_sentence_without_a_token_is_no_sentence_and_a_passage_of_nothing_else_is_its_own(encoder: Encoder) -> None:
    (passage,) = paragraphs("\u200b\nBread rises.", encoder)
    assert sentences_of([passage], encoder).texts == ("Bread rises.",)
    nothing = Chunk("d", 0, 0, 1, "\u200b", 2)
    assert sentences_of([passage, nothing], encoder).texts == ("Bread rises.", "\u200b")


def test_sentences_beyond_what_the_model_reads_do_not_count(encoder: Encoder) -> None:
    text = " ".join(f"It cost {number}." for number in range(100, 200))
    (passage,) = chunks_of(Document("", text), ChunkSettings(Unit.SENTENCES, 100), encoder)
    read = unread_from(passage, encoder)
    assert read is not None
    found = sentences_of([passage], encoder)
    assert len(found.texts) < 100
    assert found.spans[-1][0] < read <= found.spans[-1][1] + 1
