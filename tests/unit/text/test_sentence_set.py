"""A set holds each sentence once, is equal by what it holds, and lists what it lacks."""

import hashlib
from dataclasses import replace

import pytest

from components.core.errors import UploadError
from components.core.text.sentence_set import SentenceSet, select_sentences, sentences_from_paste
from components.core.text.table_rows import RejectedRow
from components.core.text.uploads import read_upload
from tests.support.uploaded import upload_of


def test_pasted_lines_are_sentences_and_blank_ones_are_passed_over() -> None:
    found = sentences_from_paste('\n One. \r\n\n\u200b\nTwo, "or" 2.\n  \nOne.\n')
    assert (found.sentences, found.labels) == (("One.", 'Two, "or" 2.'), None)
    assert found.rejected == (RejectedRow(7, "repeats line 2", "One."),)


@pytest.mark.parametrize("text", ["", " \n\n", "\u200b\n\x07"])
def test_pasting_nothing_is_refused(text: str) -> None:
    with pytest.raises(UploadError):
        sentences_from_paste(text)


def test_pasting_too_much_is_refused() -> None:
    with pytest.raises(UploadError, match=r"This text has 30\.0 MB; at most 20 MB are read"):
        sentences_from_paste("é" * 15_000_000)


def test_a_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    for columns in (("text", None), ("sentence", "text")):
        with pytest.raises(UploadError, match="no column 'text'; the file has 2: sentence, topic"):
            select_sentences(upload_of("a.csv", "sentence,topic\nHi.,x\n"), *columns)


def test_sets_are_equal_by_sentences_and_labels_alone() -> None:
    one = SentenceSet(("a", "b"), ("x", "y"), (1, 2), ())
    assert one == replace(one, rejected=(RejectedRow(1, "is empty", ""),))
    assert hash(one) == hash(SentenceSet(("a", "b"), ("x", "y"), (1, 2), ()))
    others = [
        SentenceSet(("a", "b"), None, (1, 2), ()),
        SentenceSet(("a", "b"), ("x", "z"), (1, 2), ()),
        SentenceSet(("b", "a"), ("x", "y"), (1, 2), ()),
        SentenceSet(("a", "b", "x", "y"), None, (1, 2, 3, 4), ()),
        SentenceSet(("ab",), ("xy",), (1,), ()),
    ]
    assert len({one, *others}) == 6
    assert one != ("a", "b")
    assert one.digest == hashlib.sha256(b'[["a", "b"], ["x", "y"]]').hexdigest()


def test_what_is_refused_is_taken_out_and_listed_by_its_line() -> None:
    given = select_sentences(read_upload("a.csv", b"text,topic\none,x\none,x\ntwo,y\nthree,z\n"), "text", "topic")
    assert given.without({}) is given
    left = given.without({1: "says nothing"})
    assert (left.sentences, left.labels, left.lines) == (("one", "three"), ("x", "z"), (2, 5))
    assert [(each.line, each.why, each.text) for each in left.rejected] == [
        (3, "repeats line 2", "one"),
        (4, "says nothing", "two"),
    ]
    assert left != given


def test_lines_are_counted_with_the_same_commas_on_both_sides() -> None:
    content = "\n".join([f"Sentence {number}." for number in range(1, 2_001)] + ["Sentence 1500."])
    found = sentences_from_paste(content)
    assert found.rejected[0].line == 2_001
    assert found.rejected[0].why == "repeats line 1,500"
