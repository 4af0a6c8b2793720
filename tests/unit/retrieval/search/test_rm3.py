"""RM3 against the relevance model written out passage by passage, by hand, and at both ends of λ."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.retrieval.search.bm25 import Bm25
from components.core.retrieval.search.ranking import ranking_order, top_k
from components.core.retrieval.search.rm3 import expand_question

_CHANCE = random.Random(1)
_WORDS = [f"w{number}" for number in range(15)]
_TEXTS = [" ".join(_CHANCE.choices(_WORDS, k=_CHANCE.randint(1, 12))) for _ in range(30)]
_BM25 = Bm25(_TEXTS)


def test_an_expanded_question_is_the_mixture_of_both_word_distributions() -> None:
    for question in ("w1 w1 w2", "w3 unseen", "w4 w5 w6 w7"):
        asked = question.split()
        first = top_k(_BM25.scores(question), 4, floor=0.0)
        all_scores = sum(each.score for each in first)
        model: dict[str, float] = {}
        for word in _WORDS:
            model[word] = 0.0
            for each in first:
                held = _TEXTS[each.index].split()
                model[word] += each.score / all_scores * held.count(word) / len(held)
        kept = dict(sorted(model.items(), key=lambda pair: (-round(pair[1], 12), pair[0]))[:5])
        kept = {word: weight for word, weight in kept.items() if weight}
        expanded = expand_question(_BM25, _TEXTS, question, passages=4, words=5, question_weight=0.3)
        expected = {
            word: 0.3 * asked.count(word) / len(asked) + 0.7 * kept.get(word, 0.0) / sum(kept.values())
            for word in {*asked, *kept}
        }
        assert expanded.weights == pytest.approx(expected)
        assert list(expanded.weights.values()) == sorted(expanded.weights.values(), reverse=True)
        assert {each.term for each in expanded.terms if each.is_new} == set(kept) - set(asked)
        assert expanded.relevant == first


def test_an_expansion_worked_by_hand() -> None:
    # One passage is found, with 4 words: half of the weight stays with "pizza", half is divided as in the passage.
    texts = ["pizza oven oven stone", "tea", "bread"]
    expanded = expand_question(Bm25(texts), texts, "pizza")
    assert expanded.weights == pytest.approx({"pizza": 0.625, "oven": 0.25, "stone": 0.125})
    assert [(each.from_question, each.from_passages) for each in expanded.terms] == [
        (0.5, pytest.approx(0.125)),
        (0, pytest.approx(0.25)),
        (0, pytest.approx(0.125)),
    ]
    # Two words of the passage: 1/4 and 1/2 of it become 1/3 and 2/3.
    shorter = expand_question(Bm25(texts), texts, "pizza", words=2)
    assert shorter.weights == pytest.approx({"pizza": 0.5 + 0.5 / 3, "oven": 0.5 * 2 / 3})


def test_an_expanded_question_finds_what_shares_no_word_with_the_question() -> None:
    texts = ["pizza oven", "oven stone", "tea leaves"]
    bm25 = Bm25(texts)
    assert bm25.scores("pizza")[1] == 0
    assert [each.index for each in top_k(bm25.scores(expand_question(bm25, texts, "pizza").weights), 3, floor=0.0)] == [
        0,
        1,
    ]


@given(st.lists(st.sampled_from([*_WORDS, "unseen"]), min_size=1, max_size=5), st.integers(1, 8))
def test_with_all_weight_on_the_question_the_ranking_is_that_of_bm25(asked: list[str], passages: int) -> None:
    question = " ".join(asked)
    expanded = expand_question(_BM25, _TEXTS, question, passages, question_weight=1.0)
    assert expanded.weights == pytest.approx({word: asked.count(word) / len(asked) for word in asked})
    scores = _BM25.scores(question)
    np.testing.assert_allclose(_BM25.scores(expanded.weights) * len(asked), scores, atol=1e-12)
    np.testing.assert_array_equal(ranking_order(_BM25.scores(expanded.weights)), ranking_order(scores))


@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5), st.floats(0, 1), st.integers(1, 12))
def test_weights_sum_to_1(asked: list[str], weight: float, words: int) -> None:
    expanded = expand_question(_BM25, _TEXTS, " ".join(asked), words=words, question_weight=weight)
    assert sum(each.weight for each in expanded.terms) == pytest.approx(1)


def test_a_question_that_finds_nothing_stays_as_it_is_and_one_without_words_stays_empty() -> None:
    assert expand_question(_BM25, _TEXTS, "unseen words").weights == {"unseen": 0.5, "words": 0.5}
    assert expand_question(_BM25, _TEXTS, "the of and").weights == {}
    assert expand_question(Bm25([]), [], "pizza").weights == {"pizza": 1}


def test_words_of_equal_weight_come_in_alphabetical_order() -> None:
    texts = ["pizza stone oven", "tea"]
    expanded = expand_question(Bm25(texts), texts, "pizza", words=3)
    assert [each.term for each in expanded.terms] == ["pizza", "oven", "stone"]


def test_the_shares_of_weighted_words_sum_to_the_score() -> None:
    weights = expand_question(_BM25, _TEXTS, "w1 w2 w2").weights
    scores = _BM25.scores(weights)
    for index in range(len(_TEXTS)):
        terms = _BM25.contributions(weights, index)
        assert sum(each.share for each in terms) == scores[index]
        assert {each.term: each.count_in_question for each in terms} == weights
