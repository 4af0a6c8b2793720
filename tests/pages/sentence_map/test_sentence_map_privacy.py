"""What one reader pastes, adds or uploads is not on another's page."""

import json

from tests.support.sentence_map_page import NEW, TABLE, paste, shown, visit


def test_what_one_reader_pastes_adds_and_uploads_is_not_on_anothers_page() -> None:
    one, other = visit(), visit()
    one.enter("sentence_to_add", NEW).pick("source", "File").upload("sentence_file", "table.csv", TABLE)
    one.pick("source", "Paste").write("pasted", "a cat\na dog\nthe sun")
    other.slide("neighbours", 16)
    assert len(shown(other)) == 240
    assert other.sent("marks") == visit().sent("marks")
    other.pick("source", "File")
    assert "No file was given yet" in other.words
    other.pick("source", "Paste")
    assert not {"a cat", "a dog", "the sun"} & set(shown(other))
    assert NEW not in json.dumps(other.sent("marks"))
    assert one.sent("marks")["added"] == [NEW]


def test_rows_left_out_for_one_reader_are_not_listed_for_another_with_the_same_sentences() -> None:
    rows = b"text,note\nThe owl hooted twice.,a\nA private note\nThe moon rose late.,b\n"
    one = visit(source="File").upload("sentence_file", "notes.csv", rows)
    one.choose("sentence_label_column", "none")
    assert "A private note" in one.words
    other = paste("The owl hooted twice.", "The moon rose late.")
    assert shown(other) == shown(one)
    assert "left out" not in other.words
    again = paste("The owl hooted twice.", "The moon rose late.", "The moon rose late.")
    assert "repeats line 2" in again.words
