"""Texts that are spelled alike fold alike, and each folded character knows where it came from."""

import unicodedata

import pytest
from hypothesis import example, given

from components.core.text.spelling import FoldedText, fold
from components.core.text.words import characters_of
from tests.support.scripts import FORMS, SCRIPTS, TEXTS, Form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("İstanbul", "istanbul"),
        ("I\u0307stanbul", "ISTANBUL"),
        ("café", "CAFE\u0301"),
        ("Straße", "STRASSE"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("❤️", "❤"),
        ("1️⃣", "1"),
        ("각", "\u1100\u1161\u11a8"),
        ("q\u0323\u0307", "q\u0307\u0323"),
        ("क़", "\u0915\u093c"),
    ],
)
def test_what_differs_in_capitals_composition_or_drawing_is_spelled_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("café", "cafe"), ("ı", "i"), ("1", "¹"), ("か", "が"), ("बिल", "बल")])
def test_other_letters_and_other_accents_are_another_spelling(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(TEXTS)
@example("I\u0323\u0307\u0301 \u0345ᾳ ŉ ẞ")
@example("i\ufe0f\u0307")
def test_folding_twice_is_folding_once_and_no_way_of_composing_changes_it(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert unicodedata.is_normalized("NFC", folded)
    for form in FORMS:
        assert fold(unicodedata.normalize(form, text)) == folded


@given(TEXTS)
@example("I\u0323\u0307 i\u0307 각 \u1100\u1161\u11a8  ß\n\n👨‍👩‍👧")
@example("\u0307i \r\n")
@example("\u0600 a \u0301")
def test_a_folded_text_is_the_folded_text_and_every_part_of_it_comes_from_whole_characters(text: str) -> None:
    folded = FoldedText(text)
    assert folded.text == "".join(" " if run.isspace() else fold(run) for run in _runs(text))
    # White space ends a character, also before a mark that is typed after it.
    borders, at = {0}, 0
    for run in _runs(text):
        borders |= {at + end for _, end in characters_of(run)}
        at += len(run)
    last = 0
    for index in range(len(folded.text)):
        start, end = folded.origin(index, index + 1)
        assert last <= end <= len(text)
        last = end
        assert folded.text[index].isspace() or {start, end} <= borders
        assert folded.text[index] in FoldedText(text[start:end]).text


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_word_is_found_in_a_text_that_is_composed_otherwise(name: str, forms: tuple[Form, Form]) -> None:
    script = SCRIPTS[name]
    text = unicodedata.normalize(forms[0], script.sentence)
    word = unicodedata.normalize(forms[1], script.word)
    folded, wanted = FoldedText(text), fold(word)
    (at,) = folded.find(wanted)
    start, end = folded.origin(at, at + len(wanted))
    assert text[start:end] == unicodedata.normalize(forms[0], script.word)


def test_nothing_is_found_of_nothing() -> None:
    assert list(FoldedText("pizza").find("")) == []


def _runs(text: str) -> list[str]:
    """A text divided where white space begins or ends."""
    runs: list[str] = []
    for character in text:
        if runs and runs[-1].isspace() == character.isspace():
            runs[-1] += character
        else:
            runs.append(character)
    return runs
