"""Late interaction: MaxSim against a triple loop and against traces, by hand, and divided among tokens."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from components.core import Encoder, load_encoder
from components.core.embeddings.token_vectors import TokenVectors, token_vectors
from components.core.model.prompts import TextKind
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.search import late_interaction as module
from components.core.retrieval.search.late_interaction import late_interaction, max_sim_scores, rerank
from components.core.retrieval.search.ranking import RankedItem, ranking_order
from tests.support.reference import Opened
from tests.support.tiny_models import save_pooled

QUESTION = "Who eats pizza from the oven?"
PASSAGES = (
    "The pizza came out of the oven and it tasted good!",
    "Squatch eats.",
    "The bank of the river is steep, and the water is cold today.",
    "An electroencephalography of the naïve squatch, who eats the bread of the café.",
)


def of_texts(*texts: list[list[float]]) -> TokenVectors:
    """Token vectors given by hand, without special tokens."""
    vectors = np.concatenate([np.array(text, dtype=np.float16) for text in texts])
    return TokenVectors(vectors, np.array([len(text) for text in texts]), np.zeros(len(vectors), dtype=bool))


def drawn(counts: list[int], width: int, seed: int) -> TokenVectors:
    vectors = np.random.default_rng(seed).normal(size=(sum(counts), width))
    return TokenVectors(normalise_rows(vectors).astype(np.float16), np.array(counts), np.zeros(sum(counts), dtype=bool))


def by_three_loops(question: TokenVectors, passages: TokenVectors) -> list[float]:
    """MaxSim written as it is defined."""
    scores = []
    for passage in range(len(passages)):
        score = 0.0
        for query in question.vectors.astype(float):
            best = -np.inf
            for key in passages.of([passage]).vectors.astype(float):
                best = max(best, sum(one * other for one, other in zip(query, key, strict=True)))
            score += best
        scores.append(score)
    return scores


def test_scores_worked_by_hand() -> None:
    # Of the first passage the matches are 1 and 0.6, of the second 0.8 and 0.8, of the third −1 and 0.
    question = of_texts([[1.0, 0.0], [0.0, 1.0]])
    passages = of_texts([[1.0, 0.0], [0.8, 0.6]], [[0.6, 0.8], [0.8, 0.6], [0.6, 0.8]], [[-1.0, 0.0]])
    np.testing.assert_allclose(max_sim_scores(question, passages), [1.6, 1.6, -1.0], atol=1e-3)


@pytest.mark.parametrize("block", [1, 5, 7, 4_096])
def test_scores_are_those_of_three_loops_whatever_is_multiplied_at_a_time(
    monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(module, "_BLOCK", block)
    question, passages = drawn([4], 6, seed=1), drawn([3, 1, 9, 2, 5, 1], 6, seed=2)
    np.testing.assert_allclose(max_sim_scores(question, passages), by_three_loops(question, passages), atol=1e-6)


@pytest.mark.parametrize("special", [True, False])
def test_scores_are_those_of_the_traces_with_and_without_special_tokens(encoder: Encoder, special: bool) -> None:
    question, passages = token_vectors(encoder, [QUESTION], TextKind.QUESTION), token_vectors(encoder, PASSAGES)
    if not special:
        question, passages = question.typed, passages.typed

    def states(text: str) -> np.ndarray:
        trace = encoder.trace(text)
        kept = np.full(len(trace.tokens), True) if special else ~trace.tokenized.special
        return normalise_rows(trace.hidden_states[-1][kept].astype(np.float64))

    expected = [(states(QUESTION) @ states(passage).T).max(axis=1).sum() for passage in PASSAGES]
    # Half precision: two vectors of 384 numbers, each right to 2⁻¹², in sums of 9 cosines.
    np.testing.assert_allclose(max_sim_scores(question, passages), expected, atol=0.005)
    assert np.ptp(expected) > 1


def test_no_passage_has_no_score_and_a_passage_without_a_token_is_refused() -> None:
    question = drawn([2], 4, seed=1)
    assert max_sim_scores(question, question.of([])).tolist() == []
    without = TokenVectors(question.vectors, np.array([0, 2]), question.special)
    with pytest.raises(ValueError, match="without a token"):
        max_sim_scores(question, without)


# Re-ranking


def test_the_first_of_another_ranking_are_reordered_and_equal_ones_keep_their_order() -> None:
    question = of_texts([[1.0, 0.0]])
    ranking = [RankedItem(7, 0.9, 1), RankedItem(2, 0.8, 2), RankedItem(4, 0.7, 3), RankedItem(1, 0.6, 4)]
    candidates = of_texts([[0.6, 0.8]], [[0.0, 1.0]], [[0.6, 0.8]], [[1.0, 0.0]])
    found = rerank(question, candidates, ranking)
    assert [(each.index, each.rank) for each in found] == [(1, 1), (7, 2), (4, 3), (2, 4)]
    assert [each.score for each in found] == pytest.approx([1, 0.6, 0.6, 0], abs=1e-3)


def test_re_ranking_all_passages_is_a_search_of_the_whole_corpus(encoder: Encoder) -> None:
    question, passages = token_vectors(encoder, [QUESTION], TextKind.QUESTION), token_vectors(encoder, PASSAGES)
    whole = ranking_order(max_sim_scores(question, passages)).tolist()
    shuffled = [2, 0, 3, 1]
    ranking = [RankedItem(index, 0.0, rank) for rank, index in enumerate(shuffled, 1)]
    assert [each.index for each in rerank(question, passages.of(shuffled), ranking)] == whole


def test_token_vectors_of_other_items_are_refused() -> None:
    with pytest.raises(ValueError, match="1 items, but token vectors of 2"):
        rerank(of_texts([[1.0]]), of_texts([[1.0]], [[1.0]]), [RankedItem(0, 1.0, 1)])


# One score, divided


@pytest.mark.parametrize("special", [True, False])
def test_the_cosines_of_the_best_matches_sum_to_the_score_of_the_search(encoder: Encoder, special: bool) -> None:
    question, passages = token_vectors(encoder, [QUESTION], TextKind.QUESTION), token_vectors(encoder, PASSAGES)
    scores = max_sim_scores(question, passages) if special else max_sim_scores(question.typed, passages.typed)
    for text, score in zip(PASSAGES, scores.tolist(), strict=True):
        found = late_interaction(encoder, QUESTION, text, special)
        assert found.parts.sum() == found.score == pytest.approx(score, abs=1e-4)
        assert found.similarities.shape == (len(found.question_labels), len(found.passage_labels))
        np.testing.assert_allclose(found.parts, found.similarities.max(axis=1), atol=1e-6)
        assert sum(word.share for word in found.passage_words) == pytest.approx(found.score)


def test_a_word_finds_itself_and_special_tokens_are_named_only_where_they_count(encoder: Encoder) -> None:
    found = late_interaction(encoder, "pizza oven", "The pizza came out of the oven.", special=False)
    assert found.question_labels == ("pizza", "oven")
    assert [found.passage_labels[column] for column in found.best] == ["pizza", "oven"]
    shares = {word.text: word.share for word in found.passage_words}
    assert shares["pizza"] == pytest.approx(found.parts[0])
    assert shares["oven"] == pytest.approx(found.parts[1])
    assert sum(share != 0 for share in shares.values()) == 2
    whole = late_interaction(encoder, "pizza oven", "The pizza came out of the oven.")
    assert whole.question_labels == ("[CLS]", "pizza", "oven", "[SEP]")


def test_of_equal_matches_the_first_counts(encoder: Encoder) -> None:
    found = late_interaction(encoder, "pizza", "pizza")
    found.similarities[:] = [[0.5, 0.5 + 1e-9, 0.2]] * 3
    assert found.best.tolist() == [0, 0, 0]


def test_the_tokens_of_a_prompt_are_special(tmp_path: Path, open_model: Callable[[str], Opened]) -> None:
    prompted = load_encoder(str(save_pooled(tmp_path, "mean", prompts={"query": "eats: "})))
    found = late_interaction(prompted, "it", "pizza", special=False)
    assert found.question_labels == ("it",)
    assert len(late_interaction(prompted, "it", "pizza").question_labels) > 3
