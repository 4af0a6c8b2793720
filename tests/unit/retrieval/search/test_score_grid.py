"""A score divided among pairs of tokens: by hand, and as a sum that equals the cosine of the encoded vectors."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers.sentence_transformer.modules import Normalize

from components.core import Encoder, SentenceError, load_encoder
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.search.score_grid import (
    ScoreGrid,
    best_sentence,
    score_difference,
    score_grid,
    score_grids,
)
from tests.support.reference import SENTENCES, Opened, assert_close, cosine
from tests.support.tiny_models import save_pooled

_WORDS = [
    *("encoder", "attention", "Squatch", "pizza", "oven", "the", "of", "embedding", "café", "naïve", "Straße", "東京"),
    *("🍕", "don't", "12,345", "well-known", "İstanbul", "electroencephalography", "(it", "tasted)", "good!", "\n"),
]


def _sentence(chance: random.Random, most: int) -> str:
    return "It " + " ".join(chance.choices(_WORDS, k=chance.randint(1, most)))


@pytest.fixture(scope="module")
def pairs(encoder: Encoder) -> list[ScoreGrid]:
    """Return 40 random pairs of a question and a chunk: 4 questions, 10 chunks each; one chunk is too long."""
    chance = random.Random(3)
    grids: list[ScoreGrid] = []
    for number in range(4):
        chunks = [_sentence(chance, 8) for _ in range(10)]
        if number == 0:
            chunks[7] = _sentence(random.Random(0), 1) + " electroencephalography of naïve pizza" * 70
        grids += score_grids(encoder, _sentence(chance, 8), chunks)
    return grids


# The sum


def test_a_cell_is_the_product_of_its_tokens_vectors_by_their_numbers_and_the_lengths_of_the_means(
    bundled: Opened, pairs: list[ScoreGrid]
) -> None:
    for grid in pairs[:3]:
        q, c = (bundled.reference(tokens.text).hidden_states[-1] for tokens in (grid.question, grid.chunk))
        lengths = np.linalg.norm(q.mean(axis=0)) * np.linalg.norm(c.mean(axis=0))
        expected = [[query @ key / (len(q) * len(c) * lengths) for key in c] for query in q]
        assert_close(grid.cells, expected, atol=1e-6)


def test_cells_of_40_pairs_sum_to_the_cosine_of_the_vectors_encoded(encoder: Encoder, pairs: list[ScoreGrid]) -> None:
    questions, chunks = (
        [tokens.text + tokens.unread_text for tokens in side]
        for side in ([grid.question for grid in pairs], [grid.chunk for grid in pairs])
    )
    texts = list(dict.fromkeys([*questions, *chunks]))
    vector_of = dict(zip(texts, encoder.encode(texts), strict=True))
    expected = [
        cosine(vector_of[question], vector_of[chunk]) for question, chunk in zip(questions, chunks, strict=True)
    ]
    assert len(pairs) == 40
    assert np.ptp(expected) > 0.3
    np.testing.assert_allclose([grid.cells.sum() for grid in pairs], expected, atol=1e-5)
    np.testing.assert_allclose([grid.cosine for grid in pairs], expected, atol=1e-5)


def test_sums_of_tokens_and_of_words_are_the_total(pairs: list[ScoreGrid]) -> None:
    for grid in pairs:
        assert grid.cells.shape == (len(grid.question.tokens), len(grid.chunk.tokens))
        np.testing.assert_allclose(grid.question_shares, [sum(row) for row in grid.cells.tolist()], atol=1e-12)
        for shares in (grid.question_shares, grid.chunk_shares):
            assert shares.sum() == pytest.approx(grid.total, abs=1e-12)
        for words in (grid.question_words, grid.chunk_words):
            assert sum(word.share for word in words) == pytest.approx(grid.total, abs=1e-12)


@pytest.mark.parametrize("text", SENTENCES)
def test_cells_sum_to_the_cosine_for_every_architecture(opened: Opened, text: str) -> None:
    grid = score_grid(opened.encoder, SENTENCES[1], text)
    expected = cosine(*opened.sentence_model.encode([SENTENCES[1], text]))
    assert (grid.total, grid.cosine) == pytest.approx((expected, expected), abs=1e-5)


# Tokens and words


def test_special_tokens_are_part_of_the_sum_and_are_named(pairs: list[ScoreGrid]) -> None:
    for grid in pairs:
        for tokens, words in ((grid.question, grid.question_words), (grid.chunk, grid.chunk_words)):
            assert np.flatnonzero(tokens.special).tolist() == [0, len(tokens.tokens) - 1]
            assert (tokens.labels[0], tokens.labels[-1]) == ("[CLS]", "[SEP]")
            assert [(word.text, word.start, word.end) for word in words if word.special] == [
                ("[CLS]", 0, 0),
                ("[SEP]", 0, 0),
            ]
        assert grid.cells[0].any()
        assert grid.cells[:, -1].any()


def test_a_chunk_that_is_too_long_is_read_as_far_as_encode_reads_it(bundled: Opened, pairs: list[ScoreGrid]) -> None:
    chunk = pairs[7].chunk
    text = chunk.text + chunk.unread_text
    truncated = bundled.tokenizer(text, truncation=True, max_length=256)
    assert chunk.token_ids.tolist() == truncated["input_ids"]
    assert len(chunk.tokens) == len(chunk.labels) == len(chunk.offsets) == 256
    assert chunk.total_tokens == len(bundled.tokenizer(text)["input_ids"]) > 512
    assert text.startswith(chunk.text)
    assert chunk.offsets[254][1] == len(chunk.text)


def test_the_share_of_a_word_is_that_of_its_tokens_and_it_stands_where_it_says(encoder: Encoder) -> None:
    text = "The naïve  café (don't) saw an electroencephalography."
    grid = score_grid(encoder, "Who saw a café?", text)
    words = [word for word in grid.chunk_words if not word.special]
    assert [text[word.start : word.end] for word in words] == [word.text for word in words]
    assert [word.text for word in words] == [
        *("The", "naïve", "café", "(", "don", "'", "t", ")", "saw", "an", "electroencephalography", ".")
    ]
    pieces = [index for index, (start, _) in enumerate(grid.chunk.offsets) if words[10].start <= start < words[10].end]
    assert len(pieces) > 2
    assert words[10].share == pytest.approx(sum(grid.cells[:, index].sum() for index in pieces))


def test_a_blank_that_a_tokenizer_counts_to_a_word_is_not_part_of_it(open_model: Callable[[str], Opened]) -> None:
    for name in ("roberta", "modernbert", "xlm-roberta"):
        text = "pizza eats  pizza"
        grid = score_grid(open_model(name).encoder, "pizza", text)
        spans = [text[word.start : word.end] for word in grid.chunk_words if not word.special]
        assert [span for span in spans if span] == ["pizza", "eats", "pizza"], name


# What made one chunk beat another


def test_a_difference_of_scores_is_divided_among_the_tokens_of_the_question(encoder: Encoder) -> None:
    texts = ["Squatch eats pizza in the oven.", "The bank of the river is steep and the water is cold today."]
    a, b = score_grids(encoder, "Who eats electroencephalography pizza?", texts)
    found = score_difference(a, b)
    assert found.total == pytest.approx(a.cosine - b.cosine, abs=1e-5)
    assert found.total > 0.2
    assert found.by_token.sum() == pytest.approx(found.total)
    np.testing.assert_allclose(found.by_token, a.cells.sum(axis=1) - b.cells.sum(axis=1))
    assert [word.text for word in found.by_word] == [word.text for word in a.question_words]
    for mine, of_a, of_b in zip(found.by_word, a.question_words, b.question_words, strict=True):
        assert mine.share == pytest.approx(of_a.share - of_b.share)
    words = [word for word in b.chunk_words if not word.special]
    assert len(found.strongest_of_b) == 5 < len(words)
    assert list(found.strongest_of_b) == sorted(words, key=lambda word: word.share, reverse=True)[:5]
    assert found.strongest_of_a[0].share == max(word.share for word in a.chunk_words if not word.special)


def test_scores_for_different_questions_are_not_compared(pairs: list[ScoreGrid]) -> None:
    with pytest.raises(ValueError, match="different questions"):
        score_difference(pairs[0], pairs[30])


def test_the_best_sentence_is_the_one_with_the_highest_cosine_and_of_equal_ones_the_first() -> None:
    unit_vectors = normalise_rows(np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 1.0], [-1.0, 3.0]]))
    assert best_sentence(unit_vectors, np.array([0.8, 0.6])) == 1
    assert best_sentence(unit_vectors[::-1], np.array([0.8, 0.6])) == 1
    assert best_sentence(unit_vectors + np.array([[0], [0], [1e-8], [0]]), np.array([0.8, 0.6])) == 1


# Models


def test_the_score_of_a_model_that_pools_its_first_token_lies_in_the_first_row_and_column(tmp_path: Path) -> None:
    encoder = load_encoder(str(save_pooled(tmp_path, "cls", Normalize())))
    grid = score_grid(encoder, "it eats", "pizza came out of the oven")
    assert grid.cells[0, 0] == pytest.approx(
        cosine(*encoder.encode(["it eats", "pizza came out of the oven"])), abs=1e-5
    )
    assert np.count_nonzero(grid.cells) == 1


def test_a_text_without_a_word_is_refused(encoder: Encoder) -> None:
    with pytest.raises(SentenceError, match="nothing was typed"):
        score_grid(encoder, "", "pizza")
    with pytest.raises(SentenceError, match="blank"):
        score_grids(encoder, "pizza", ["pizza", "  "])


def test_a_question_alone_explains_nothing(encoder: Encoder) -> None:
    assert score_grids(encoder, "pizza", []) == ()
