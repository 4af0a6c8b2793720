"""What a word is, by characters alone: in every script, in every way of composing letters."""

import unicodedata
from itertools import pairwise

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from components.core.text.spelling import fold
from components.core.text.words import (
    characters_of,
    end_of_marks,
    has_unspaced,
    is_inside_word,
    start_of_character,
    terms_of_search,
    units_of,
    words_in,
)
from tests.support.scripts import FORMS, SCRIPTS, TEXTS, Form


@given(TEXTS)
@example("\u0600\u0661 a\u200db")
def test_units_hold_every_letter_and_never_overlap_nor_cut_a_character(text: str) -> None:
    spans = units_of(text)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    covered = {index for start, end in spans for index in range(start, end)}
    for index, character in enumerate(text):
        seen = not character.isspace() and unicodedata.category(character)[:2] not in ("Cc", "Cf", "Cs")
        assert index in covered or not seen
    ends = {end for _, end in characters_of(text)}
    assert {end for _, end in spans} <= ends


@given(TEXTS)
def test_a_unit_is_a_run_of_letters_or_one_character(text: str) -> None:
    for start, end in units_of(text):
        if len(list(characters_of(text[start:end]))) > 1:
            assert all(
                regex.match(r"[\p{L}\p{N}]", text[at]) or end_of_marks(text, at) > at or at == start
                for at in range(start, end)
            )


@given(TEXTS)
def test_the_terms_of_terms_are_these_terms(text: str) -> None:
    terms = terms_of_search(text)
    assert terms_of_search(" ".join(terms)) == terms
    assert all(terms)


@given(TEXTS)
def test_words_and_terms_are_the_same_however_letters_are_composed_and_whatever_their_case(text: str) -> None:
    for function in (words_in, terms_of_search):
        expected = function(text)
        for form in FORMS:
            assert function(unicodedata.normalize(form, text)) == expected
        assert function(fold(text)) == expected


@given(TEXTS)
def test_characters_are_all_of_a_text_in_order(text: str) -> None:
    assert "".join(text[slice(*span)] for span in characters_of(text)) == text


@given(TEXTS, st.integers(0, 40))
def test_a_border_is_inside_a_word_if_letters_or_marks_go_on_across_it(text: str, index: int) -> None:
    crossed = [text[start:end] for start, end in units_of(text) if start < index < end]
    if any(regex.match(r"[\p{L}\p{N}]", word) for word in crossed):
        assert is_inside_word(text, index)
    elif is_inside_word(text, index):
        assert start_of_character(text, index) < index or regex.match(r"\p{M}", text[index - 1])


def test_a_word_goes_on_after_a_sign_that_keeps_its_letters_apart() -> None:
    word = "\u0645\u06cc\u200c\u0631\u0648\u0645"  # Persian "I go", in two parts
    assert [is_inside_word(f"{word} .", index) for index in range(1, 8)] == [*[True] * 5, False, False]
    assert not is_inside_word("!\u200c0", 2)


def test_letters_that_khmer_writes_below_one_another_are_one_character() -> None:
    assert [is_inside_word("\u1780\u17d2\u1780\u1780", index) for index in (1, 2, 3)] == [True, True, False]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_has_its_words_and_its_terms(name: str, form: Form) -> None:
    script = SCRIPTS[name]
    text = unicodedata.normalize(form, script.sentence)
    found = [unicodedata.normalize("NFC", text[slice(*span)]) for span in units_of(text)]
    assert found == [unicodedata.normalize("NFC", word) for word in script.words]
    assert terms_of_search(text) == [unicodedata.normalize("NFC", term) for term in script.terms]
    assert words_in(text) == terms_of_search(text)
    assert has_unspaced(text) == (name in ("Chinese", "Japanese", "Thai"))


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("C++, isn't", ["C", "+", "+", ",", "isn", "'", "t"]),
        ("cafe\u0301s ❤️!", ["cafe\u0301s", "❤️", "!"]),
        ("snake_case", ["snake", "_", "case"]),
        ("a  b", ["a", "b"]),
        ("£5 = 3.14", ["£", "5", "=", "3", ".", "14"]),
        ("👨‍👩‍👧👍🏽🇫🇷", ["👨‍👩‍👧", "👍🏽", "🇫🇷"]),
        ("می‌خواهم", ["می‌خواهم"]),
        ("第3章", ["第", "3", "章"]),
        ("\u200b \x00", []),
    ],
)
def test_units_worked_by_hand(text: str, units: list[str]) -> None:
    assert [text[slice(*span)] for span in units_of(text)] == units


def test_a_single_character_between_others_is_a_term_of_its_own() -> None:
    assert terms_of_search("猫 and 第3章: ㍿") == ["猫", "and", "第", "3", "章"]
