"""A file that is no text, too large or without a sentence is refused with the reason and what to do."""

import json

import pytest

from components.core.errors import EncoderscopeError, UploadError
from components.core.text import uploads
from components.core.text.uploads import KINDS, MOST_BYTES, read_upload
from tests.support.uploaded import ENCODINGS, refusal, sentences_of


def test_an_upload_error_may_be_shown_to_the_reader() -> None:
    assert issubclass(UploadError, EncoderscopeError)


@pytest.mark.parametrize("name", ["notes.docx", "sentences", "", "csv.gz", "a.json"])
def test_a_file_of_another_kind_is_refused_with_the_kinds_that_are_read(name: str) -> None:
    message = refusal(name, b"Hi.")
    assert repr(name) in message
    assert ".csv, .tsv, .txt and .jsonl" in message


def test_a_file_that_is_too_large_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "decode", lambda content: pytest.fail("decoded"))
    assert "52.4 MB; at most 20 MB are read" in refusal("a.csv", b"\xe9" * 52_400_000)
    # 20.0 MB would not be more than 20.
    assert "20.1 MB" in refusal("a.csv", b"a" * (MOST_BYTES + 1))


def test_a_file_of_the_largest_size_is_read() -> None:
    assert len(read_upload("a.txt", (b"a" * 99_999 + b"\n") * 200).rows) == 200


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\x14\0\x06\0", "This looks like a spreadsheet file (.xlsx); save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This looks like a spreadsheet file (.xls); save it as CSV"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0", "a picture (JPEG)"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"a\0b\0", "no text: it has 2 NUL characters"),
        (b"caf\xe9\0", "no text: it has 1 NUL character."),
        ("\ufeffa\0b".encode("utf-16-le"), "no text: it has 1 NUL character."),
        (b"\xff\xfea\0b", "marked as UTF-16, but byte 5 of 5"),
        (b"\xff\xfe\0\0abcd", "marked as UTF-32, but byte 5 of 8"),
        (b"\xef\xbb\xbfcaf\xe9", "marked as UTF-8, but byte 7 of 7"),
        (bytes(range(1, 256)), "is not UTF-8, and none of 18 older encodings makes text of its 255 bytes"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_text_is_refused_with_what_it_is(kind: str, content: bytes, said: str) -> None:
    assert said in refusal(f"a.{kind}", content)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_empty_file_is_refused(kind: str, encoding: str) -> None:
    assert "This is empty: it has 0 characters." in refusal(f"a.{kind}", "".encode(encoding))
    assert "This is empty: its characters, 5 of them, are all blank" in refusal(
        f"a.{kind}", "\n \t\n\n".encode(encoding)
    )


def test_a_file_with_only_a_header_is_refused_with_the_names_in_it() -> None:
    message = refusal("a.csv", b"sentence,topic\n")
    assert "Line 1 was read as the names of 2 columns (sentence, topic), and there is no row below it" in message
    assert "the names of 1 column (Review)" in refusal("a.csv", b"\nReview\n\n")


def test_a_file_with_no_row_left_is_refused_with_the_first_reasons() -> None:
    message = refusal("a.tsv", b"sentence\ttopic\na\n\nb\nc\n")
    assert "There is no sentence to read." in message
    assert (
        "line 2 has 1 field where line 1 has 2; line 3 is empty; line 4 has 1 field where line 1 has 2, and 1 more."
        in message
    )
    with pytest.raises(UploadError, match=r"Not used: line 2 is empty; line 3 is empty\. "):
        sentences_of("a.csv", "sentence,topic\n,x\n,y")


def test_a_table_with_too_many_columns_is_refused() -> None:
    assert "has 101 columns; at most 100 are read" in refusal("a.csv", (b"a" + b",a" * 100 + b"\n") * 2)


def test_a_json_list_is_refused_with_what_to_do() -> None:
    text = json.dumps([{"text": "Hi."}, {"text": "Bye."}], indent=2)
    assert "These 8 lines are one JSON list" in refusal("a.jsonl", text.encode())
