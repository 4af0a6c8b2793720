"""Pasted sentences: mapped, listed where they are left out, kept, and read as text."""

import html

import pytest

from components.core import Encoder
from components.core.mapping.neighbours import nearest_neighbours
from tests.support.sentence_map_page import PAGE, TWO_TOPICS, paste, shown, unit_vectors_of, visit


def test_pasted_sentences_are_mapped_and_what_is_left_out_is_listed() -> None:
    opened = paste(*TWO_TOPICS, "", "\u0301", TWO_TOPICS[1])
    assert shown(opened) == list(TWO_TOPICS)
    assert "6 sentences, 2 rows left out" in opened.words
    assert "Line 8 cannot be read by this model" in opened.words
    assert f"Line 9 repeats line 2: {TWO_TOPICS[1]}" in opened.words


def test_of_two_pasted_topics_each_sentences_nearest_is_of_its_own(encoder: Encoder) -> None:
    opened = paste(*TWO_TOPICS)
    nearest = nearest_neighbours(unit_vectors_of(encoder, TWO_TOPICS), 1).indices[:, 0]
    for index, sentence in enumerate(TWO_TOPICS):
        lines = opened.put("selected", (sentence,)).sent("marks")["placed"]["sentence-map"]["lines"]
        assert lines[0]["to"] == nearest[index]
        assert nearest[index] // 3 == index // 3


@pytest.mark.parametrize("blank", ["", " ", " \n\n \t\n"])
def test_an_empty_paste_is_named_and_the_shipped_sentences_are_offered(blank: str) -> None:
    opened = visit(source="Paste").write("pasted", blank)
    assert opened.headings == ["No sentences to map"]
    assert "empty" in opened.words
    opened.press("Use the shipped sentences")
    assert len(shown(opened)) == 240


def test_pasted_sentences_are_kept_while_others_are_mapped() -> None:
    opened = visit().pick("source", "Paste").write("pasted", "a cat\na dog\nthe sun")
    assert shown(opened) == ["a cat", "a dog", "the sun"]
    assert len(shown(opened.pick("source", "Ten topics"))) == 240
    assert shown(opened.pick("source", "Paste")) == ["a cat", "a dog", "the sun"]
    assert opened.app.text_area(key="pasted").value == "a cat\na dog\nthe sun"
    opened.go_to("Tokens").go_to(PAGE)
    assert shown(opened) == ["a cat", "a dog", "the sun"]


def test_pasted_markup_is_read_as_text() -> None:
    bold = "<b>bold</b> & <script>alert(1)</script>"
    opened = paste(bold, "a cat", bold).put("selected", (bold, "a cat"))
    opened.choose("picked", bold)
    assert shown(opened) == [bold, "a cat"]
    assert html.escape(bold) in opened.markup
    assert bold not in opened.markup
