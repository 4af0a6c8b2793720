"""Files that cannot be read are refused with what is wrong, how many, and what to do."""

import io
import zipfile

import pytest

from components.core.errors import UploadError
from components.core.retrieval.ingest import parser_worker
from components.core.retrieval.ingest.document_files import (
    MOST_BYTES,
    MOST_CHARACTERS,
    pasted_document,
    read_document,
)
from components.core.retrieval.ingest.parser_worker import RefusedError, docx_parts, html_parts, pdf_parts
from tests.support.sample_files import pdf_of, refusal_of, word_file, zip_of_zeros


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "a.doc",
            b"x",
            "'a.doc' does not end in one of the 6 endings that are read: .txt, .md, .pdf, .docx, .html and",
        ),
        ("noending", b"x", "'noending' does not end in"),
        ("a.txt", b"", "0 bytes. Take another one"),
        ("a.txt", b" \n\x07 ", "0 characters are left"),
        ("a.pdf", bytes(MOST_BYTES + 1), "has 20.1 MB; at most 20 MB are read. Split it"),
        ("a.txt", b"%PDF-1.4", "ends in .txt but is a PDF. Open it"),
        ("a.md", b"\x89PNG", "ends in .md but is a picture"),
        ("a.pdf", b"PK\x03\x04", "ends in .pdf but is a packed file"),
        ("a.docx", b"\xd0\xcf\x11\xe0", "is a file of an older Office program, or one that a password protects"),
        ("a.docx", b"hello", "its 5 bytes do not begin as those of such a file do. Open it"),
        ("a.pdf", b"hello", "its 5 bytes do not begin as those of such a file do. Open it"),
        ("a.txt", b"ab\0\1", "it has 1 NUL character. Open it"),
        ("a.csv", b"a,b\n1,2\n3,4,5\n", "1 row of this table cannot be read, first line 3, which has 3 fields"),
        ("a.csv", b"word\n" * 100_001, "100,001 lines; at most 100,000 are read. Split it"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_what_and_how_many_and_what_to_do(
    name: str, content: bytes, words: str
) -> None:
    assert words in refusal_of(name, content)


def test_text_is_read_up_to_its_limit() -> None:
    words = "word " * (MOST_CHARACTERS // 5) + "!"
    assert len(read_document("a.txt", words[1:].encode()).text) == MOST_CHARACTERS
    assert "has 2,000,001 characters; at most 2,000,000 are read. Split it" in refusal_of("a.txt", words.encode())
    with pytest.raises(UploadError, match="2,000,001 characters"):
        pasted_document(words)


def test_a_damaged_file_is_refused_in_one_sentence_and_not_by_an_exception() -> None:
    assert "16 bytes is damaged or no PDF at all (PdfStreamError). Open it" in refusal_of("a.pdf", b"%PDF-1.4 garbage")


def test_every_cut_of_a_word_file_is_refused_in_words() -> None:
    whole = word_file()
    for length in (10, 1_000, len(whole) // 2, len(whole) - 1):
        answer = parser_worker._answer("docx", whole[:length])
        assert f"{length:,} bytes is damaged" in answer["refused"]


def test_a_packed_file_that_is_no_word_document_is_refused() -> None:
    spreadsheet = word_file().replace(b"wordprocessingml.document.main", b"wordprocessingml.otherkind.main")
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(spreadsheet)) as source, zipfile.ZipFile(file, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace(b"document.main+xml", b"template.main+xml"))
    with pytest.raises(RefusedError, match=r"holds no Word document\. Open it"):
        docx_parts(file.getvalue())


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zip_of_zeros("word/document.xml", 201_000_000)
    assert len(bomb) < 300_000
    with pytest.raises(RefusedError, match=r"has 201 MB; at most 200 MB are read\. Copy its text"):
        docx_parts(bomb)


def test_more_text_than_is_ever_read_is_refused_while_it_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser_worker, "MOST_CHARACTERS", 20)
    with pytest.raises(RefusedError, match=r"more than 20 characters of text by page 2 of 3\. Split it"):
        pdf_parts(pdf_of(*["Fifteen letters"] * 3))
    with pytest.raises(RefusedError, match=r"more than 20 characters of text\. Split it"):
        html_parts(b"<p>eleven more<p>eleven more")
    with pytest.raises(RefusedError, match=r"more than 20 characters of text\. Split it"):
        docx_parts(word_file())
