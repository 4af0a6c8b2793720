"""What the pages ship as examples: found in every sentence, and chosen by measuring."""

import re

import pytest

from components.core import Encoder
from components.core.context.pronoun_similarity import pronoun_similarities
from components.core.context.word_occurrences import follow_word, read_usages
from components.ui.context.occurrences import MOST_SENTENCES
from components.ui.context.pronouns import pronoun_pairs
from components.ui.context.senses import OPENED, opening, shipped
from components.ui.word_order.rewording import PAIRS
from tests.support.choose_examples import best, best_pair
from tests.support.reference import Opened, assert_close, cosine


def test_the_words_and_the_pair_that_the_lesson_opens_with() -> None:
    assert next(iter(shipped())) == "bank"
    assert {"bat", "spring", "light", "it"} < set(shipped())
    assert next(iter(PAIRS.values())) == ("Squatch eats pizza", "pizza eats Squatch")


@pytest.mark.parametrize("word", shipped())
def test_a_shipped_word_stands_in_all_its_sentences_eight_in_each_of_two_senses(encoder: Encoder, word: str) -> None:
    found = follow_word(encoder, word, shipped()[word])
    assert found.problems == {}
    assert len({each.sentence for each in shipped()[word]}) == len(found.occurrences) == 16
    assert [[each.sense for each in shipped()[word]].count(sense) for sense in found.senses] == [8, 8]


@pytest.mark.parametrize("word", shipped())
def test_a_word_opens_with_the_sentences_that_measuring_chooses(encoder: Encoder, word: str) -> None:
    opened = read_usages(opening(word))
    assert len(opened) == 2 * OPENED <= MOST_SENTENCES
    chosen, margin = best(encoder, word, shipped()[word])
    assert {each.sentence for each in opened} == {each.sentence for each in chosen}
    assert margin > 0.1


def test_the_pronoun_pair_that_comes_first_is_the_one_that_measuring_chooses(encoder: Encoder) -> None:
    assert best_pair(encoder) == 0


def test_fifty_pronoun_pairs_have_one_it_after_both_nouns_and_mean_each_noun_once() -> None:
    pairs = pronoun_pairs()
    assert len(pairs) == len({pair[0].nouns for pair in pairs}) == 50
    assert len({form.text for pair in pairs for form in pair}) == 100
    for one, other in pairs:
        assert {one.right, other.right} == set(one.nouns) == set(other.nouns)
        for form in (one, other):
            (it,) = re.finditer(r"\bits?\b", form.text, re.IGNORECASE)
            assert it.group() == "it", form.text
            for noun in form.nouns:
                assert re.fullmatch("[a-z]+", noun)
                # Nor inside another word: which noun comes first is found by its letters.
                assert form.text.count(noun) == len(re.findall(rf"\b{noun}\b", form.text)) == 1, form.text
            first, second = (form.text.index(noun) for noun in form.nouns)
            assert first < second < it.start(), form.text


def test_it_is_compared_with_the_vectors_hugging_face_gives_the_nouns(bundled: Opened) -> None:
    pair = pronoun_pairs()[0]
    for measured in pronoun_similarities(bundled.encoder, pair):
        form = measured.form
        states = bundled.reference(form.text).hidden_states
        tokens = bundled.tokenizer.tokenize(form.text, add_special_tokens=True)
        it, one, other = (tokens.index(word) for word in ("it", *form.nouns))
        expected = [[cosine(layer[it], layer[one]), cosine(layer[it], layer[other])] for layer in states]
        assert_close(measured.cosines, expected)
        assert measured.nearest == form.nouns[int(expected[-1][1] > expected[-1][0])] == form.right


def test_every_pair_of_sentences_has_two_that_differ() -> None:
    assert all(first != second for first, second in PAIRS.values())
    assert len(set(PAIRS.values())) == len(PAIRS) >= 5
