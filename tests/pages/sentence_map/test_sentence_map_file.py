"""A file of sentences: its columns, its bad lines, and what is said of a broken file."""

import re

import pytest

from tests.support.sentence_map_page import PAGE, SCREENS, SELECTION, TABLE, colours, shown, visit


def test_a_table_is_mapped_by_its_likely_columns_and_by_those_chosen_instead() -> None:
    opened = visit(source="File")
    assert opened.headings == ["No sentences to map"]
    opened.upload("sentence_file", "table.csv", TABLE)
    assert shown(opened) == ["The soup is hot.", "The dog barks.", "The cat sleeps.", "The stew is warm."]
    names, group_of = colours(opened)
    assert [names[number] for number in group_of] == ["food", "animals", "animals", "food"]
    assert "4 sentences, 2 labels" in opened.words
    opened.choose("sentence_label_column", "none")
    assert "4 sentences, 2 labels" not in opened.words
    assert "4 sentences" in opened.words
    opened.choose("sentence_column", "topic")
    assert shown(opened) == ["food", "animals"]
    assert "repeats line 3: animals" in opened.words


def test_an_empty_column_is_refused_with_a_way_out() -> None:
    opened = visit(source="File").upload("sentence_file", "table.csv", b"text,nothing\nA dog barks.,\nA cat sleeps.,\n")
    assert shown(opened) == ["A dog barks.", "A cat sleeps."]
    opened.choose("sentence_column", "nothing")
    assert opened.headings == ["No sentences to map"]
    assert "no sentence" in opened.words
    opened.choose("sentence_column", "text")
    assert shown(opened) == ["A dog barks.", "A cat sleeps."]


def test_a_file_is_kept_while_others_are_mapped_and_replaced_by_the_next() -> None:
    opened = visit(source="File").upload("sentence_file", "table.csv", TABLE)
    opened.pick("source", "Ten topics").pick("source", "File")
    assert len(shown(opened)) == 4
    opened.upload("sentence_file", "lines.txt", b"A dog barks.\nA cat sleeps.\n")
    assert shown(opened) == ["A dog barks.", "A cat sleeps."]


def test_a_broken_file_is_named_and_the_next_one_is_read() -> None:
    opened = visit(source="File").upload("sentence_file", "photo.csv", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe")
    assert opened.headings == ["No sentences to map"]
    assert "photo.csv: " in opened.words
    opened.upload("sentence_file", "table.csv", TABLE)
    assert len(shown(opened)) == 4


def test_from_a_broken_file_there_is_a_way_to_the_shipped_sentences() -> None:
    opened = visit(source="File").upload("sentence_file", "photo.csv", b"\x00")
    assert len(shown(opened.press("Use the shipped sentences"))) == 240


def test_a_broken_file_does_not_take_the_place_of_the_one_before() -> None:
    opened = visit(source="File").upload("sentence_file", "table.csv", TABLE)
    opened.upload("sentence_file", "photo.csv", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe")
    assert len(shown(opened)) == 4
    assert "photo.csv: " in opened.words
    assert "The page shows the file before" in opened.words


def test_chosen_columns_are_kept_while_others_are_mapped() -> None:
    opened = visit(source="File").upload("sentence_file", "table.csv", TABLE)
    opened.choose("sentence_column", "topic")
    opened.pick("source", "Ten topics").pick("source", "File")
    assert shown(opened) == ["food", "animals"]
    assert shown(opened.go_to("Context").go_to(PAGE)) == ["food", "animals"]


@pytest.mark.parametrize("question", SCREENS)
@pytest.mark.parametrize("rows", [b"one,a\n", b"one,a\ntwo,a\n", b"one,a\ntwo,b\nthree,b\n"])
def test_of_few_labelled_sentences_every_question_has_an_answer(rows: bytes, question: str) -> None:
    opened = visit(source="File", screen=question).upload("sentence_file", "few.csv", b"text,label\n" + rows)
    count = rows.count(b"\n")
    assert opened.error is None
    assert f"{count} sentence" in opened.words
    if question == SELECTION:
        assert len(shown(opened)) == count
        assert "same label" not in opened.headings[0]


def test_bad_lines_of_a_json_file_are_listed_with_their_numbers() -> None:
    content = b'{"text": "The soup is hot."}\n{broken\n[1]\n{"text": "A dog."}\n{"text": ""}\n'
    opened = visit(source="File").upload("sentence_file", "lines.jsonl", content)
    assert shown(opened) == ["The soup is hot.", "A dog."]
    assert "2 sentences, 3 rows left out" in opened.words
    assert re.findall(r"<li>Line (\d+) ", opened.markup) == ["2", "3", "5"]
