"""What comes back: the rankings by meaning, by words and by both, with their scores, as core computes them."""

import math
import re

import pytest

from components.core import Encoder
from components.core.retrieval.ingest.chunking import sentences_in
from components.core.retrieval.search.score_grid import best_sentence
from tests.support.reference import assert_close
from tests.support.retrieval_page import (
    BM25,
    DECIMALS,
    DENSE,
    HYBRID,
    IN_WORDS,
    LOST,
    METHODS,
    OPENING,
    PRAM,
    ShippedCorpus,
    asked,
    hits,
    names,
    page,
    readable,
    scores,
    unit_vectors_of,
    visit,
    words,
)

QUESTIONS = (IN_WORDS, PRAM, LOST, "Who is Squatch's closest friend?")


def test_the_page_opens_with_a_question_whose_answer_is_first(everyday: ShippedCorpus) -> None:
    (answer,) = next(each.answers for each in everyday.questions if each.text == OPENING)
    opened = visit()
    assert asked(opened) == OPENING
    first = everyday.chunks[everyday.names.index(names(opened, DENSE)[0])]
    assert (first.document, first.start, first.end) == (answer.document, answer.start, answer.end)
    assert opened.headings == ["Nearest of 155 passages: Cooking · 4, at a cosine of 0.48; by words: none"]
    assert names(opened, BM25) == []
    assert "No passage here shares a word with the question" in words(opened)


@pytest.mark.parametrize("question", QUESTIONS)
def test_rankings_and_their_scores_are_those_of_core(question: str, everyday: ShippedCorpus) -> None:
    opened = visit(question)
    for method in METHODS:
        expected = everyday.ranking(method, question)
        assert names(opened, method) == [everyday.names[each.index] for each in expected], method
        assert [hit.text for hit in hits(opened, method)] == [everyday.texts[each.index] for each in expected]
        # Printed to the last digit: off by half of it, and by the rounding of the index.
        assert_close(scores(opened, method), [each.score for each in expected], 0.51 * 10 ** -DECIMALS[method])
    assert "found the same 5 passages as a comparison with every passage" in words(opened)
    first, best = opened.headings[0], everyday.cosines(question).max()
    assert first.startswith(f"Nearest of 155 passages: {names(opened, DENSE)[0]}, at a cosine of {best:.2f}")
    same = names(opened, DENSE)[0] == names(opened, BM25)[0]
    assert first.endswith("by words too" if same else f"by words: {names(opened, BM25)[0]}")


@pytest.mark.parametrize("question", [IN_WORDS, LOST])
def test_the_arithmetic_of_the_hybrid_adds_up(question: str, everyday: ShippedCorpus) -> None:
    opened = visit(question, k="20")
    by_method = {
        DENSE: {each.index: each for each in everyday.dense(question)},
        BM25: {each.index: each for each in everyday.words(question)},
    }
    rows = opened.table("The first 20 passages of the hybrid ranking")
    assert [row[0] for row in rows] == names(opened, HYBRID) == everyday.best_names(HYBRID, question, 20)
    seen = set()
    for item, row in zip(everyday.hybrid(question), rows, strict=False):
        seen.add(tuple(rank is None for rank in item.ranks.values()))
        for method, (score, rank) in zip(by_method, (row[1:3], row[3:5]), strict=True):
            expected = by_method[method].get(item.index)
            if expected is None:
                assert (score, rank) == ("–", "–")
                continue
            assert_close(float(score), expected.score, 0.51 * 10 ** -DECIMALS[method])
            assert rank == str(expected.rank)
        ranks = [rank for rank in item.ranks.values() if rank is not None]
        assert row[5] == " + ".join(f"1/{60 + rank}" for rank in ranks)
        assert row[6] == f"{item.score:.5f}" == f"{sum(1 / (60 + rank) for rank in ranks):.5f}"
    assert len(seen) > 1


def test_the_sentence_that_is_marked_is_the_nearest_of_its_passage(encoder: Encoder, everyday: ShippedCorpus) -> None:
    opened = visit(IN_WORDS)
    marked = re.findall(r'<p class="es-text" dir="auto">(.*?)</p>', page(opened), re.DOTALL)
    several = 0
    for passage in marked:
        text = readable(passage)
        sentences = [text[start:end] for start, end in sentences_in(text)]
        if "<mark>" not in passage:
            assert len(sentences) == 1
            continue
        several += 1
        best = best_sentence(unit_vectors_of(encoder, sentences), everyday.question_vector(IN_WORDS))
        assert readable(passage.split("<mark>")[1].split("</mark>")[0]) == sentences[best]
    assert several > 5


def test_k_says_how_many_passages_come_back(everyday: ShippedCorpus) -> None:
    opened = visit(PRAM)
    for k in (1, 20):
        opened.slide("k", k)
        assert names(opened, DENSE) == everyday.best_names(DENSE, PRAM, k)


def test_what_no_passage_is_near_to_is_said_to_have_no_answer(everyday: ShippedCorpus) -> None:
    question = "Who painted the ceiling of the Sistine Chapel?"
    best = everyday.cosines(question).max()
    opened = visit(question, threshold=f"{best + 0.02:.2f}")
    assert opened.headings == [f"Perhaps none of 155 passages answers this: the best cosine is {best:.2f}"]
    assert "Perhaps nothing here answers this" in words(opened)
    assert len(hits(opened, DENSE)) == 5
    opened.slide("threshold", math.floor(best * 100) / 100)
    assert "Perhaps nothing here answers this" not in words(opened)
    assert opened.headings[0].startswith("Nearest of 155 passages")


def test_a_question_without_spaces_between_words_is_told_that_pairs_of_characters_count() -> None:
    said = "so BM25 counts pairs of neighbouring characters there"
    assert said in words(visit("比萨饼在哪里?"))
    assert said not in words(visit(PRAM))
