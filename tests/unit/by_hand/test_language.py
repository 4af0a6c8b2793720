"""The little language: what is read, and what is refused in a sentence that names the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.by_hand.language import LONGEST, MASK, Language, read_language, read_sentence
from components.core.errors import SentenceError


def test_words_that_stand_at_the_same_place_stand_together_in_the_vocabulary() -> None:
    language = read_language("norm eats bread\ntim drinks tea")
    assert language.words == ("norm", "tim", "eats", "drinks", "bread", "tea")
    assert language.sentences == ((0, 2, 4), (1, 3, 5))


def test_each_word_of_each_sentence_is_hidden_once() -> None:
    language = read_language("norm eats\ntim drinks")
    assert [(sentence.words, sentence.looks, word) for sentence, word in language.examples] == [
        ((4, 2), 0, 0),
        ((0, 4), 1, 2),
        ((4, 3), 0, 1),
        ((1, 4), 1, 3),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "This language has no sentence"),
        (" \n\n ", "This language has no sentence"),
        ("norm eats\npizza", "Line 2 has 1 word; a sentence has 2 to 5"),
        ("a b c d e f", "Line 1 has 6 words; a sentence has 2 to 5"),
        ("\n".join(["norm eats"] * 9), "This language has 9 sentences; at most 8 fit"),
        ("a b c d e\nf g h i j\nk l", "This language has 12 words; the numbers of at most 10 fit"),
        ("norm [MASK]", "Line 1: “[mask]” is no word here"),
        ("norm supercalifragilistic", "Line 1: “supercalifra” is no word here"),
        ("norm ea\x07ts", "is no word here"),
    ],
)
def test_what_is_no_language_is_refused(text: str, says: str) -> None:
    with pytest.raises(SentenceError) as raised:
        read_language(text)
    assert says in str(raised.value)


def read_or_refusal(text: str) -> Language | str:
    """The language, or why there is none."""
    try:
        return read_language(text)
    except SentenceError as error:
        return str(error)


@given(st.text(max_size=80))
def test_any_text_is_a_language_or_a_sentence_about_it(text: str) -> None:
    language = read_or_refusal(text)
    if isinstance(language, str):
        assert language.startswith(("This language has", "Line "))
    else:
        for words in language.sentences:
            assert read_sentence(language, language.spell(words)).words == words


@pytest.mark.parametrize(
    ("text", "words", "looks"),
    [
        ("norm eats [MASK]", (0, 1, 3), 2),
        ("NORM ? bread", (0, 3, 2), 1),
        ("norm eats bread", (0, 1, 2), 2),
        ("? ? ?", (3, 3, 3), 0),
        (" ".join(["norm"] * LONGEST), (0,) * LONGEST, LONGEST - 1),
    ],
)
def test_a_sentence_is_read_and_looks_from_its_first_gap(text: str, words: tuple[int, ...], looks: int) -> None:
    sentence = read_sentence(read_language("norm eats bread"), text)
    assert (sentence.words, sentence.looks) == (words, looks)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "This sentence has 0 words; here it has 1 to 5"),
        ("norm " * 6, "This sentence has 6 words"),
        ("norm eats <script>", "“<script>” is no word of this language. Its words are norm, eats, bread"),
        ("البيتزا", "is no word of this language"),
    ],
)
def test_what_is_no_sentence_of_the_language_is_refused(text: str, says: str) -> None:
    language: Language = read_language("norm eats bread")
    with pytest.raises(SentenceError) as raised:
        read_sentence(language, text)
    assert says in str(raised.value)
    assert MASK in str(raised.value)
