"""The first row of a table is read as names of columns or as data, by what stands in it and below it."""

import pytest

from components.core.errors import UploadError
from components.core.text.likely_columns import likely_columns
from components.core.text.table_rows import RejectedRow
from components.core.text.uploads import Upload
from tests.support.uploaded import upload_of


@pytest.mark.parametrize(
    "first",
    [
        "Timestamp,What did you like best about the course?",
        "sentence,1",
        "sentence,x",
        "text_A",
        "Review text",
    ],
)
def test_a_first_row_with_a_usual_name_in_it_holds_the_names(first: str) -> None:
    width = first.count(",") + 1
    upload = upload_of("a.csv", "\n".join([first, *[",".join(["One.", "x"][:width])] * 2]))
    assert upload.columns == tuple(first.split(","))
    assert len(upload.rows) == 2


@pytest.mark.parametrize(
    "first",
    [
        "This line has no full stop but more than forty characters",
        "Do you like salt?",
        "He said “yes.”",
        "Do you like salt?,x",
        "Do you like salt?,17",
        "17,Do you like salt!",
        "Do you like salt?,Pepper",
        "Salt on the table",
        "One.,Two.",
        "One.,",
    ],
)
def test_a_first_row_with_a_sentence_and_no_usual_name_is_data(first: str) -> None:
    width = first.count(",") + 1
    upload = upload_of("a.csv", "\n".join([first, *[",".join(["One.", "x"][:width])] * 2]))
    assert upload.columns == tuple(f"column {number}" for number in range(1, width + 1))
    assert upload.rows[0] == (1, tuple(first.split(",")))
    assert len(upload.rows) == 3


def rows_of(upload: Upload) -> list[tuple[str, ...]]:
    return [fields for _, fields in upload.rows]


def test_the_first_of_lines_without_a_header_is_kept() -> None:
    upload = upload_of("a.csv", "I like pizza\nI hate rain\nWhat a day\n")
    assert not upload.has_header
    assert rows_of(upload) == [("I like pizza",), ("I hate rain",), ("What a day",)]
    assert rows_of(upload_of("a.csv", "Squatch\n")) == [("Squatch",)]


def test_labels_before_texts_without_a_header_are_data_and_the_text_is_found() -> None:
    upload = upload_of("a.csv", "spam,Win money now!!!\nham,Are you coming home, or not\nham,ok")
    assert rows_of(upload) == [("spam", "Win money now!!!"), ("ham", "Are you coming home, or not"), ("ham", "ok")]
    assert (upload.has_header, upload.merged, upload.rejected) == (False, 1, ())
    assert likely_columns(upload)[0] == "column 2"


@pytest.mark.parametrize(
    ("table", "has_header"),
    [
        ("Thema;Satz\nEssen;Das Essen war gut, aber kalt.\nFilm;Der Film war lang\n", True),
        ("Kunde;Meinung\nMeier;Das Essen war gut, aber kalt.\nHuber;Der Film war viel zu lang.\n", True),
        ("主题,句子\n动物,猫在沙发上睡觉。\n天气,今天天气很好。\n", True),
        ("动物,猫在沙发上睡觉。\n天气,今天天气很好。\n", False),
        ("word,count\nsalt,3\npepper,2\n", True),
        ("v1,v2,,,\nham,Go until jurong point,,,\nham,Ok lar,,,\n", True),
        (",text\n0,Salt\n1,Pepper\n", True),
        ("2,Buyer beware\n1,A great book about salt\n2,Great\n", False),
        ("good,Great phone\nbad,Broke after a day\ngood,Works well\n", False),
        ("message,Call me\nanswer,I will\nmessage,Hello\n", False),
        ("https://a.org/x,A page about salt\nhttps://b.org/y,A page about pepper\n", False),
        ("pizza\nrain\nday\n", False),
    ],
)
def test_names_are_told_from_data_by_what_stands_below(table: str, has_header: bool) -> None:
    assert upload_of("a.csv", table).has_header == has_header


def test_what_was_guessed_of_the_first_row_can_be_changed_and_changed_back() -> None:
    guessed = upload_of("a.csv", "pizza,good\nrain,bad\nsnow\n")
    assert (guessed.has_header, guessed.columns) == (False, ("column 1", "column 2"))
    named = guessed.with_header(True)
    assert (named.has_header, named.columns, named.rows) == (True, ("pizza", "good"), ((2, ("rain", "bad")),))
    assert named.rejected == (RejectedRow(3, "has 1 field where line 1 has 2", "snow"),)
    again = named.with_header(False)
    assert (again.columns, again.rows, again.rejected) == (guessed.columns, guessed.rows, guessed.rejected)


def test_names_of_a_table_can_be_read_as_data() -> None:
    data = upload_of("a.csv", "text,label\nOne.,x\n").with_header(False)
    assert rows_of(data) == [("text", "label"), ("One.", "x")]


def test_a_single_row_cannot_be_names_and_is_data_unless_all_of_it_are_usual_names() -> None:
    upload = upload_of("a.csv", "text,Hello there\n")
    assert rows_of(upload) == [("text", "Hello there")]
    with pytest.raises(UploadError, match="there is no row below it"):
        upload.with_header(True)


def test_lines_of_text_and_of_json_have_no_first_row_to_ask_about() -> None:
    for upload in (upload_of("a.txt", "text\nOne."), upload_of("a.jsonl", '{"text": "One."}')):
        assert upload.table is None
        assert upload.with_header(True) is upload


def test_names_are_distinct_and_not_empty() -> None:
    assert upload_of("a.csv", "a,,a,a (2), b  c ,a\n1,2,3,4,5,6").columns == (
        "a",
        "column 2",
        "a (2)",
        "a (2) (2)",
        "b c",
        "a (3)",
    )
    assert upload_of("a.jsonl", '{"a": "1", " a": "2", "": "3"}').columns == ("a", "a (2)", "column 3")
