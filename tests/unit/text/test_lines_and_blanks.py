"""Lines end where editors end them, white space is one blank, and repeats and empty lines are listed."""

import json

import pytest

from components.core.text.sentence_set import sentences_from_paste
from components.core.text.table_rows import RejectedRow, collapse_white_space
from tests.support.uploaded import reasons, sentences_of


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_three_ways_to_end_a_line_count_the_same(newline: str) -> None:
    found = sentences_of("a.txt", newline.join(["One.", "", "Two.", "One.", ""]))
    assert found.sentences == ("One.", "Two.")
    assert reasons(found) == {2: "is empty", 4: "repeats line 1"}


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85"])
@pytest.mark.parametrize("kind", ["csv", "tsv", "txt", "jsonl"])
def test_no_other_separator_ends_a_line(kind: str, separator: str) -> None:
    line = f"One{separator}half."
    lines = ["sentence\ttopic", f"{line}\tx", "Two.\tx"] if kind in ("csv", "tsv") else [line, "Two."]
    if kind == "jsonl":
        lines = [json.dumps({"sentence": each}, ensure_ascii=False) for each in lines]
    # The json module takes control characters in a string for a mistake.
    if kind != "jsonl" or separator > "\x1f":
        assert sentences_of(f"a.{kind}", "\n".join(lines)).sentences == ("One half.", "Two.")
    assert "One half." in sentences_from_paste(f"One{separator}half.").sentences


def test_white_space_is_one_blank_and_control_characters_are_gone() -> None:
    assert collapse_white_space("  one\t two\xa0three\r\n\nfour ") == "one two three four"
    assert collapse_white_space("o\x00n\x07e\x7f \x1b[0mtwo\x9f") == "one [0mtwo"
    assert collapse_white_space("half \ud83d an emoji") == "half an emoji"


def test_accents_stay_as_they_are_typed() -> None:
    assert sentences_of("a.txt", "Cafe\u0301.\nCaf\u00e9.").sentences == ("Cafe\u0301.", "Caf\u00e9.")


def test_marks_that_nobody_sees_are_no_sentence_but_stay_inside_one() -> None:
    found = sentences_of("a.txt", "\u200b\u200d\nOne 👩\u200d🚀.\n\x07\n")
    assert found.sentences == ("One 👩\u200d🚀.",)
    assert reasons(found) == {1: "is empty", 3: "is empty"}


def test_a_sentence_that_comes_again_is_left_out_and_a_new_label_is_told() -> None:
    found = sentences_of("a.csv", "sentence,topic\nA b.,x\n a  b.,x\nA  b. ,x\nA b.,y\nC.,\nC.,x\n", label="topic")
    assert (found.sentences, found.labels) == (("A b.", "a b.", "C."), ("x", "x", "(no label)"))
    assert reasons(found) == {
        4: "repeats line 2",
        5: "repeats line 2 with another label",
        7: "repeats line 6 with another label",
    }
    # Without labels there is no other one.
    assert reasons(sentences_of("a.csv", "sentence,topic\nA b.,x\nA b.,y\n")) == {3: "repeats line 2"}


def test_an_empty_sentence_is_left_out_and_found_by_the_rest_of_its_row() -> None:
    found = sentences_of("a.csv", "id,sentence,topic\n1,Hi.,x\n2, ,y\n,,\n\n")
    assert found.sentences == ("Hi.",)
    assert found.rejected == (
        RejectedRow(3, "is empty", "2, y"),
        RejectedRow(4, "is empty", ""),
        RejectedRow(5, "is empty", ""),
    )


def test_a_row_left_out_is_shown_by_its_beginning() -> None:
    text = "word " * 40
    (left_out,) = sentences_of("a.txt", f"{text}\n{text}\n").rejected
    assert len(left_out.text) == 60
    assert left_out.text.endswith("…")
    assert text.startswith(left_out.text[:-1])
