"""Of more lines or sentences than are used the first ones are, and the others are counted."""

import json

import pytest

from components.core.text import sentence_set, table_rows, uploads
from components.core.text.sentence_set import select_sentences, sentences_from_paste
from components.core.text.table_rows import RejectedRow
from components.core.text.uploads import KINDS
from tests.support.uploaded import reasons, sentences_of, upload_of


def test_of_more_sentences_than_are_used_the_first_distinct_ones_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_set, "MOST_SENTENCES", 3)
    found = sentences_of("a.txt", "1\n2\n1\n\n3\n4\n\n4\n5\n")
    assert found.sentences == ("1", "2", "3")
    unread = RejectedRow(6, "is not read, like the 3 lines after it: at most 3 sentences are used", "4", rows=4)
    assert found.rejected == (RejectedRow(3, "repeats line 1", "1"), RejectedRow(4, "is empty", ""), unread)
    assert sentences_of("a.txt", "1\n2\n3\n").rejected == ()
    assert reasons(sentences_of("a.txt", "1\n2\n3\n4")) == {4: "is not read: at most 3 sentences are used"}
    assert reasons(sentences_from_paste("1\n2\n3\n4\n5")) == {
        4: "is not read, like the 1 line after it: at most 3 sentences are used"
    }


def test_every_row_that_is_not_used_is_counted_also_those_listed_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_set, "MOST_SENTENCES", 2_000)
    lines = [str(number % 1_500) for number in range(3_000)] + [f"new {number}" for number in range(1_000)]
    found = sentences_of("a.txt", "\n".join(lines))
    assert (len(found.sentences), found.rejected_count) == (2_000, 2_000)
    assert len(found.rejected) == 1_002


def test_twenty_thousand_sentences_are_used() -> None:
    found = sentences_of(
        "a.csv", "sentence,topic\n" + "".join(f'"Sentence, {n}.",x\n' for n in range(20_001)), label="topic"
    )
    assert found.sentences == tuple(f"Sentence, {n}." for n in range(20_000))
    assert len(found.labels or ()) == 20_000
    assert reasons(found) == {20_002: "is not read: at most 20,000 sentences are used"}


@pytest.mark.parametrize("kind", KINDS)
def test_of_more_lines_than_are_read_the_first_are(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    for module in (table_rows, uploads, sentence_set):
        monkeypatch.setattr(module, "MOST_LINES", 4)
    lines = ["sentence", "1", "2", "3", "4", "5", "6"]
    upload = upload_of(f"a.{kind}", "\n".join(json.dumps(line) if kind == "jsonl" else line for line in lines))
    assert (upload.lines, upload.lines_read) == (7, 4)
    found = select_sentences(upload, upload.columns[0])
    assert found.sentences[-1] == "3"
    assert reasons(found) == {5: "is not read, like the 2 lines after it: at most 4 lines are read"}


def test_a_row_that_begins_in_the_last_line_read_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (table_rows, uploads, sentence_set):
        monkeypatch.setattr(module, "MOST_LINES", 4)
    found = sentences_of("a.csv", 'sentence\n1\n2\n"3\n4"\n5\n6\n')
    assert found.sentences == ("1", "2", "3 4")
    assert reasons(found) == {6: "is not read, like the 1 line after it: at most 4 lines are read"}


def test_of_many_rows_left_out_a_thousand_are_listed_and_the_others_counted() -> None:
    found = sentences_of("a.txt", "One.\n" + "\n" * 999 + "One.\n" + "\n" * 5)
    assert len(found.rejected) == 1_001
    assert found.rejected[999] == RejectedRow(1_001, "repeats line 1", "One.")
    assert found.rejected[1_000] == RejectedRow(1_002, "is left out too, like 4 rows after it", "", rows=5)
    assert sentences_of("a.txt", "One.\n" + "\n" * 1_001).rejected[-1].why == "is left out too"
    assert sentences_of("a.txt", "One.\n" + "\n" * 1_000).rejected[-1].why == "is empty"
