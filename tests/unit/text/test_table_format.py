"""How a file is read can be said instead of guessed: encoding, delimiter and header; what is not said is guessed."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.core.errors import UploadError
from components.core.text.charsets import ENCODINGS, decode
from components.core.text.delimiters import NO_DELIMITER
from components.core.text.uploads import GUESSED, TableFormat, Upload, read_upload
from tests.support.uploaded import LABELLED, written


def _read(text: str, given: TableFormat, name: str = "a.csv", encoding: str = "utf-8") -> Upload:
    return read_upload(name, text.encode(encoding), given)


def _fields(upload: Upload) -> list[tuple[str, ...]]:
    return [fields for _, fields in upload.rows]


def test_nothing_said_is_all_guessed_and_what_was_guessed_can_be_said() -> None:
    text = "text;label\nHot, cold.;x\nWarm.;y\n"
    guessed = _read(text, GUESSED)
    assert guessed.format == TableFormat("utf-8", ";", True)
    said = _read(text, guessed.format)
    assert (said.format, said.columns, said.rows) == (guessed.format, guessed.columns, guessed.rows)


@settings(max_examples=60)
@given(pairs=LABELLED, delimiter=st.sampled_from(",;\t|:~"))
def test_a_delimiter_that_is_said_divides_the_rows_whatever_the_file_looks_like(
    pairs: list[tuple[str, str]], delimiter: str
) -> None:
    text = written([("text", "label"), *pairs], delimiter, csv.QUOTE_ALL)
    upload = _read(text, TableFormat("utf-8", delimiter, True))
    assert (upload.delimiter, upload.columns) == (delimiter, ("text", "label"))
    assert _fields(upload) == pairs


def test_nothing_divides_the_rows_if_that_is_said() -> None:
    upload = _read("text;label\nHot.;x\nCold.;y\n", TableFormat(delimiter=NO_DELIMITER, has_header=False))
    assert _fields(upload) == [("text;label",), ("Hot.;x",), ("Cold.;y",)]


def test_the_line_that_names_a_delimiter_for_excel_is_no_row_even_if_another_one_is_said() -> None:
    upload = _read("sep=;\ntext,label\nHot; hotter.,x\nCold.,y\n", TableFormat(delimiter=","))
    assert (upload.columns, _fields(upload)) == (("text", "label"), [("Hot; hotter.", "x"), ("Cold.", "y")])


def test_lines_of_a_text_are_a_table_if_a_delimiter_is_said_and_tabs_none_if_nothing_is() -> None:
    table = _read("text;label\nHot.;x\n", TableFormat(delimiter=";"), "a.txt")
    assert (table.columns, _fields(table)) == (("text", "label"), [("Hot.", "x")])
    lines = _read("Hot.\tx\nCold.\ty\n", TableFormat(delimiter=NO_DELIMITER), "a.txt")
    assert (lines.table, _fields(lines)) == (None, [("Hot. x",), ("Cold. y",)])


def test_the_first_row_is_what_is_said() -> None:
    names = _read("Hot.,x\nCold.,y\n", TableFormat(has_header=True))
    assert (names.columns, _fields(names)) == (("Hot.", "x"), [("Cold.", "y")])
    data = _read("text,label\nCold.,y\n", TableFormat(has_header=False))
    assert _fields(data) == [("text", "label"), ("Cold.", "y")]
    with pytest.raises(UploadError, match=r"there is no row below it\. Add rows"):
        _read("Only this,one\n", TableFormat(has_header=True))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_encoding_that_is_offered_reads_what_it_has_written(encoding: str) -> None:
    text = "text,label\nHot.,x\n"
    upload = _read(text, TableFormat(encoding=encoding), encoding=encoding)
    assert (upload.encoding, upload.columns, _fields(upload)) == (encoding, ("text", "label"), [("Hot.", "x")])


def test_an_encoding_that_is_said_is_believed() -> None:
    content = "Die Größe.".encode("cp1252")
    assert decode(content)[0] == "Die Größe."
    assert decode(content, "cp1251") == ("Die GrцЯe.", "cp1251")


@pytest.mark.parametrize("mark", ["utf-16", "utf-8-sig", "utf-32"])
def test_a_byte_order_mark_is_no_text_where_its_encoding_is_said(mark: str) -> None:
    content = "Été.".encode(mark)
    assert decode(content, mark.removesuffix("-sig")) == ("Été.", mark.removesuffix("-sig"))
    swapped = b"\xfe\xff" + "Été.".encode("utf-16-be")
    assert decode(swapped, "utf-16") == ("Été.", "utf-16")


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        ("Die Größe.".encode("cp1252"), "utf-8", r"Byte 7 of 10 does not fit the encoding utf-8\. Choose another"),
        (b"\xff\xfea\0b\0", "cp1252", r"In the encoding cp1252 this has 2 NUL characters, and no text has one\."),
        (b"PK\x03\x04", "utf-8", "looks like a spreadsheet"),
    ],
)
def test_an_encoding_that_does_not_fit_is_refused_with_its_reason(content: bytes, encoding: str, message: str) -> None:
    with pytest.raises(UploadError, match=message):
        read_upload("a.csv", content, TableFormat(encoding=encoding))
