"""Sentences made from sentences hold the same words, or deny what the first said."""

from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from components.core.text.rewording import movable_words, negate, reverse_words, shuffle_words, swap_words

_WORDS = st.lists(st.sampled_from(["the", "The", "dog", "saw", "Squatch", "don't", "cat.", "🍕"]), max_size=7)
_SEEDS = st.integers(0, 1000)


def _single_blanks(text: str) -> str:
    return " ".join(text.split())


# Reversed


def test_the_last_word_comes_first_and_keeps_its_marks_and_capitals() -> None:
    assert reverse_words("Squatch  eats\npizza, now!") == "now! pizza, eats Squatch"
    assert reverse_words("pizza") == "pizza"
    assert reverse_words("") == reverse_words(" \n") == ""


@given(text=st.text() | _WORDS.map("  ".join))
def test_reversing_twice_gives_the_words_back(text: str) -> None:
    _, between = movable_words(text)
    # Where characters stand for words, a mark may move with another one.
    assert not between or reverse_words(reverse_words(text)) == _single_blanks(text)
    assert Counter("".join(reverse_words(text).split())) == Counter("".join(text.split()))


# Shuffled


@given(text=st.text() | _WORDS.map("\n ".join), seed=_SEEDS)
def test_a_shuffled_text_holds_each_word_as_often(text: str, seed: int) -> None:
    words, between = movable_words(text)
    shuffled = shuffle_words(text, seed)
    if between:
        assert Counter(shuffled.split()) == Counter(words)
    assert sorted("".join(shuffled.split())) == sorted("".join(words))


@given(words=_WORDS, seed=_SEEDS)
def test_a_shuffled_text_is_another_one_where_another_order_exists(words: list[str], seed: int) -> None:
    text = " ".join(words)
    assert (shuffle_words(text, seed) != text) == (len(set(words)) > 1)


@given(words=_WORDS, seed=_SEEDS)
def test_the_same_seed_shuffles_the_same_way(words: list[str], seed: int) -> None:
    text = " ".join(words)
    assert shuffle_words(text, seed) == shuffle_words(text, seed)


def test_two_words_have_one_other_order_whatever_the_seed() -> None:
    assert {shuffle_words("eats pizza", seed) for seed in range(20)} == {"pizza eats"}


def test_other_seeds_come_upon_every_other_order() -> None:
    found = {shuffle_words("a b c", seed) for seed in range(100)}
    assert found == {"a c b", "b a c", "b c a", "c a b", "c b a"}


# Swapped


@given(data=st.data(), words=_WORDS)
def test_swapping_twice_gives_the_text_back(data: st.DataObject, words: list[str]) -> None:
    assume(words)
    text = " ".join(words)
    one, other = (data.draw(st.integers(0, len(words) - 1)) for _ in range(2))
    swapped = swap_words(text, one, other)
    assert swapped.split()[one] == words[other]
    assert swapped.split()[other] == words[one]
    assert swap_words(text, other, one) == swapped
    assert swap_words(swapped, one, other) == text


def test_a_swap_leaves_the_other_words_where_they_are() -> None:
    assert swap_words("The dog saw the  cat", 1, 4) == "The cat saw the dog"
    assert swap_words("The dog saw the cat", 2, 2) == "The dog saw the cat"


# Denied


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # A "not" is put after the auxiliary, the first if there are several, ...
        ("The film is bad.", "The film is not bad."),
        ("They are at home", "They are not at home"),
        ("It WAS good!", "It WAS not good!"),
        ("Squatch can swim", "Squatch can not swim"),
        ("Squatch will eat pizza", "Squatch will not eat pizza"),
        ("Squatch could see that it was cold", "Squatch could not see that it was cold"),
        # ... but not into a word that only holds one.
        ("This island canned its wishes", "It is not true that this island canned its wishes"),
        # A "not" is taken out, however it is written.
        ("The film was not bad.", "The film was bad."),
        ("It isn't bad", "It is bad"),
        ("Squatch can't swim.", "Squatch can swim."),
        ("Squatch cannot swim.", "Squatch can swim."),
        ("Squatch won't eat it", "Squatch will eat it"),
        ("They don't eat it", "They do eat it"),
        ("They WON'T eat it", "They will eat it"),
        ("Squatch does not", "Squatch does"),
        # The word is taken out, not its letters.
        ("A notable knot is here", "A notable knot is not here"),
        # Without an auxiliary the whole is denied, and only an opening word loses its capital.
        ("The cat sleeps", "It is not true that the cat sleeps"),
        ("It rains.", "It is not true that it rains."),
        ("A cat sleeps", "It is not true that a cat sleeps"),
        ("I eat pizza", "It is not true that I eat pizza"),
        ("Squatch eats pizza", "It is not true that Squatch eats pizza"),
        ("Andrew sleeps", "It is not true that Andrew sleeps"),
        ("  the cat sleeps ", "It is not true that the cat sleeps"),
    ],
)
def test_a_sentence_is_denied_as_english_does(sentence: str, expected: str) -> None:
    assert negate(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It is not.", "It is."),
        ("No, it isn't.", "No, it is."),
        ("I won't, he said", "I will, he said"),
        ("Can't you come?", "Can you come?"),
        ("Won't it rain?", "Will it rain?"),
        ("We shan't go", "We shall go"),
        ("The film isn’t bad", "The film is bad"),
        ("THE CAT SLEEPS", "It is not true that THE CAT SLEEPS"),
        ("Not bad, actually good.", "Bad, actually good."),
        ("May is a nice month.", "May is not a nice month."),
        ("The can is empty", "The can is not empty"),
        ("He must've gone", "He must not have gone"),
        ("He may sleep", "He may not sleep"),
        ("It ain't so", "It is so"),
    ],
)
def test_a_denial_leaves_blanks_capitals_and_verbs_as_english_has_them(sentence: str, expected: str) -> None:
    assert negate(sentence) == expected


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_an_empty_text_stays_as_it_is(text: str) -> None:
    assert negate(text) == text


_AUXILIARIES = ["am", "is", "are", "was", "were", "can", "could", "will", "would", "should", "may", "might", "must"]


@given(
    subject=st.sampled_from(["The film", "It", "I", "Squatch, my friend,", "A note on cans"]),
    auxiliary=st.sampled_from(_AUXILIARIES),
    rest=st.sampled_from(["bad", "in the oven", "what it was", "notable, a knot", "🍕"]),
    mark=st.sampled_from(["", ".", "!", "?"]),
)
def test_denying_twice_gives_the_sentence_back_where_an_auxiliary_stands(
    subject: str, auxiliary: str, rest: str, mark: str
) -> None:
    sentence = f"{subject} {auxiliary} {rest}{mark}"
    assert negate(sentence) == f"{subject} {auxiliary} not {rest}{mark}"
    assert negate(negate(sentence)) == sentence


@pytest.mark.parametrize("sentence", ["I know who he is", "Yes, it is.", "If you will, eat", "(It was)"])
def test_denying_twice_gives_the_sentence_back_where_a_mark_follows_the_auxiliary(sentence: str) -> None:
    assert negate(negate(sentence)) == sentence


def test_a_shuffle_is_another_than_the_one_before_if_there_is_a_third() -> None:
    text, before = "one two three", "three two one"
    assert all(shuffle_words(text, seed, unlike=before) not in (text, before) for seed in range(200))
    assert shuffle_words("one two", 0, unlike="two one") == "two one"
