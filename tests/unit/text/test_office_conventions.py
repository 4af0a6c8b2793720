"""Conventions of files that office programs write: a first line for Excel, byte order marks, empty rows and columns."""

import pytest

from components.core.text.delimiters import NO_DELIMITER, named_delimiter
from components.core.text.uploads import read_upload
from tests.support.uploaded import reasons, sentences_of, upload_of, written


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|", ":"])
@pytest.mark.parametrize("first", ["sep={}", "SEP={}", '"sep={}"', "sep={0}{0}{0}", "\n\nsep={}", "sep={0}\nsep={0}"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\ufeff\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_first_line_that_names_the_delimiter_is_no_row(delimiter: str, first: str, mark: str, newline: str) -> None:
    above = f"{mark}{first.format(delimiter)}\n"
    table = written([("text", "label"), ("Hello, there", "x"), ("Bye|now", "y")], delimiter)
    upload = upload_of("a.csv", above.replace("\n", newline) + table)
    assert upload.columns == ("text", "label")
    assert [fields for _, fields in upload.rows] == [("Hello, there", "x"), ("Bye|now", "y")]
    assert upload.rows[0][0] == above.count("\n") + 2
    assert (upload.delimiter, upload.rejected) == (delimiter, ())


def test_the_delimiter_may_be_named_in_letters_and_counts_in_a_tsv_too() -> None:
    assert upload_of("a.csv", "sep=\\t\ntext\tlabel\nHi, you.\tx\n").rows == ((3, ("Hi, you.", "x")),)
    assert upload_of("a.tsv", "sep=;\ntext;label\nHi.;x\n").columns == ("text", "label")


@pytest.mark.parametrize("line", ["sep", "sep=", "sep=a", 'sep="', "sep= ", "separate;x", "a sep=;", "sep=;x"])
def test_other_lines_name_no_delimiter(line: str) -> None:
    assert named_delimiter([line, "a;b"]) == (None, 0)


def test_in_a_text_of_sentences_such_a_line_is_a_sentence() -> None:
    assert sentences_of("a.txt", "sep=;\nHi.").sentences == ("sep=;", "Hi.")


@pytest.mark.parametrize("mark", ["\ufeff", "\ufeff\ufeff", "\ufeff\ufeff\ufeff", "ï»¿", "\ufeffï»¿"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a.jsonl"])
def test_no_byte_order_mark_is_part_of_the_text_however_often_it_stands_there(name: str, mark: str) -> None:
    text = {"a.jsonl": '{"text": "Été."}', "a.txt": "text\nÉté."}.get(name, "text\nÉté.")
    for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-32"):
        start = mark if encoding != "utf-16-le" else f"\ufeff{mark}"
        upload = read_upload(name, (start + text).encode(encoding))
        assert upload.columns[0] in ("text", "sentence")
        assert upload.rows[-1][1] == ("Été.",)


def test_a_byte_order_mark_where_files_were_joined_hides_no_quotation_mark() -> None:
    upload = upload_of("a.csv", '\ufefftext,label\n"One, two.",x\n\ufeff"Three, four.",y\n')
    assert [fields for _, fields in upload.rows] == [("One, two.", "x"), ("Three, four.", "y")]


def test_what_excel_saves_as_unicode_text_is_a_table() -> None:
    content = 'text\tlabel\r\n"Hello, ""you""\tthere"\tx\r\nÉté\ty\r\n'.encode("utf-16")
    upload = read_upload("a.txt", content)
    assert (upload.columns, upload.encoding, upload.delimiter) == (("text", "label"), "utf-16", "\t")
    assert upload.rows == ((2, ('Hello, "you" there', "x")), (3, ("Été", "y")))


def test_lines_of_text_with_a_tab_here_and_there_are_sentences() -> None:
    assert upload_of("a.txt", "One\ttab.\nNone.\nTwo\ttabs\there.").columns == ("sentence",)
    assert upload_of("a.txt", "One\ttab.").columns == ("sentence",)


def test_a_delimiter_at_the_end_of_each_row_makes_no_column() -> None:
    upload = upload_of("a.csv", "text;label;\nHello, you.;x;\nBye.;y;\n")
    assert (upload.columns, upload.rows) == (("text", "label"), ((2, ("Hello, you.", "x")), (3, ("Bye.", "y"))))
    assert upload_of("a.csv", "text;label;\nHello.;x\nBye.;y\n").columns == ("text", "label")
    assert upload_of("a.csv", "v1,v2,,\nham,Ok\nham,Well, then,and,so\nspam,Win\n").columns == ("v1", "v2")
    assert upload_of("a.csv", "v1,v2,,\nham,Ok,,\nham,Well,then,\nspam,Win,now,\n").columns == ("v1", "v2", "column 3")


def test_empty_rows_above_and_between_are_passed_over_and_listed() -> None:
    upload = upload_of("a.csv", ';;\n\n;;\ntext;label;\nHello.;x;\n;;\n"";"";""\nBye.;y;\n')
    assert upload.columns == ("text", "label")
    assert [line for line, _ in upload.rows] == [5, 8]
    assert reasons(upload) == dict.fromkeys((1, 2, 3, 6, 7), "is empty")


@pytest.mark.parametrize("header", ["Text;Note\n", ""])
def test_decimal_commas_do_not_divide_what_semicolons_divide(header: str) -> None:
    upload = upload_of("a.csv", header + "Gut, sehr gut.;1,5\nSchlecht.;4,0\nNa ja, geht so;3,25\n")
    rows = [("Gut, sehr gut.", "1,5"), ("Schlecht.", "4,0"), ("Na ja, geht so", "3,25")]
    assert [fields for _, fields in upload.rows] == rows
    assert upload.has_header == bool(header)


def test_a_quoted_header_is_a_header() -> None:
    assert upload_of("a.csv", '"text";"label"\r\n"Hello; you.";"x"\r\n').columns == ("text", "label")


def test_lines_whose_commas_divide_them_unlike_have_no_delimiter() -> None:
    assert upload_of("a.csv", "Well, I like salt.\nNo.\nYes, no, perhaps.\nHe sleeps.").delimiter == NO_DELIMITER
