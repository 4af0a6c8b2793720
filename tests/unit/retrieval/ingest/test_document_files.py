"""Files and pasted texts as documents: what is kept of each kind, and what is said of those that cannot be read."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml import parse_xml
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from components.core.errors import UploadError
from components.core.retrieval.documents import Document
from components.core.retrieval.ingest import parser_process, parser_worker
from components.core.retrieval.ingest.document_files import (
    MOST_BYTES,
    MOST_CHARACTERS,
    pasted_document,
    read_document,
)
from components.core.retrieval.ingest.line_breaks import clean_text, join_broken_lines
from components.core.retrieval.ingest.parser_worker import RefusedError, docx_parts, html_parts, pdf_parts

WRAPPED = """A neural network multiplies and adds numbers. It cannot multiply
the word pizza, so the first step is always to turn the text into
numbers. The simplest idea is to count the words in a diction-
ary: then zebra would be larger than pizza.
Another paragraph begins here, after a short line, and it also runs
on over the next line."""


def pdf_of(*pages: str, password: str | None = None) -> bytes:
    """A PDF with the lines of each text on a page of its own."""
    writer = pypdf.PdfWriter()
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")})
    font[NameObject("/BaseFont")] = NameObject("/Helvetica")
    fonts = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})})
    for text in pages:
        page = writer.add_blank_page(600, 800)
        page[NameObject("/Resources")] = fonts
        content = DecodedStreamObject()
        lines = "".join(f"({line}) Tj T*\n" for line in text.split("\n") if text)
        content.set_data(f"BT /F1 12 Tf 14 TL 50 750 Td\n{lines}ET".encode())
        page[NameObject("/Contents")] = content
    if password is not None:
        writer.encrypt(password, "owner", algorithm="RC4-128")
    return saved(writer.write)


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def word_file() -> bytes:
    document = docx.Document()
    document.add_paragraph("Preface.")
    document.add_heading("Soup", 1)
    document.add_paragraph("Hot\tsoup.")
    table = document.add_table(2, 2)
    for row, texts in zip(table.rows, (("Ann", "12"), ("Bob", "9")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("After.")
    document.add_heading("Cake", 2)
    document.add_paragraph("Sweet.")
    return saved(document.save)


def packed(name: str, size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as member:
        for _ in range(size // 1_000_000):
            member.write(bytes(1_000_000))
    return file.getvalue()


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(UploadError) as refused:
        read_document(name, content)
    return str(refused.value)


def places(document: Document) -> dict[str, tuple[str, str]]:
    """Id → heading and text of each section."""
    return {each.id: (each.heading, document.text[each.start : each.end]) for each in document.sections}


# Text


def test_text_is_tidied_and_its_paragraphs_are_kept() -> None:
    document = read_document("Notes.TXT", "\ufeff  One \t line.\x07\r\n\r\n\r\n \r\nTwo\u00a0words.  \n".encode())
    assert document == Document("Notes.TXT", "One line.\n\nTwo words.")


def test_soft_hyphens_go_and_ligatures_become_letters() -> None:
    assert clean_text("e\u00adf\ufb01cient o\ufb03ce") == "efficient office"


def test_lines_broken_for_width_are_joined_and_a_broken_word_is_made_whole() -> None:
    first, second = join_broken_lines(WRAPPED).split("\n")
    assert first.startswith("A neural network multiplies and adds numbers. It cannot multiply the word pizza")
    assert first.endswith("the words in a dictionary: then zebra would be larger than pizza.")
    assert second == "Another paragraph begins here, after a short line, and it also runs on over the next line."


def test_a_hyphen_before_a_capital_letter_and_a_bullet_stay_where_they_are() -> None:
    text = WRAPPED.replace("diction-\nary", "Anglo-\nSaxon") + "\n- one bullet\n- another bullet"
    assert "Anglo- Saxon" in join_broken_lines(text)
    assert join_broken_lines(text).endswith("next line.\n- one bullet\n- another bullet")


@pytest.mark.parametrize(
    "text",
    [
        # A sentence a line, each long and beginning with a capital letter.
        "\n".join(f"Number {n} is a sentence that is as long as the others are here." for n in "abcdef"),
        # A list of small words, which nobody broke for width.
        "\n".join(["apple", "banana", "pear"] * 5),
        # A paragraph a line.
        "\n".join(["the same old words " * 20] * 3),
        "",
    ],
)
def test_lines_that_were_not_broken_for_width_stay_lines(text: str) -> None:
    assert join_broken_lines(text) == text


def test_lines_of_a_script_without_blanks_are_joined_without_a_blank() -> None:
    assert join_broken_lines("\n".join(["三" * 50] * 4)) == "三" * 200


def test_markdown_has_a_section_for_each_heading_and_code_has_none() -> None:
    document = read_document("a.md", b"Intro.\n\n# One\ntext\n```\n# no heading\n```\n## Two ##\nmore\n#hash")
    assert places(document) == {
        "1": ("One", "# One\ntext\n```\n# no heading\n```"),
        "2": ("Two", "## Two ##\nmore\n#hash"),
    }
    assert document.text.startswith("Intro.\n\n# One\n")


def test_a_row_of_a_table_is_a_paragraph_that_names_its_columns() -> None:
    document = read_document("people.csv", b"name,age\nAnn,12\nBob,\n")
    assert document.text == "name: Ann\nage: 12\n\nname: Bob"
    assert places(document) == {"line 2": ("", "name: Ann\nage: 12"), "line 3": ("", "name: Bob")}


@pytest.mark.parametrize("content", [b"I like soup.\nI hate it.\n", b"sentence\nI like soup.\nI hate it.\n"])
def test_a_table_of_one_column_is_its_values(content: bytes) -> None:
    assert read_document("t.csv", content).text == "I like soup.\n\nI hate it."


def test_columns_without_a_name_are_their_values() -> None:
    text = b"I like it.,1\nI hate it.,2\nI eat it.,1\nI cook it.,2\n"
    assert read_document("t.csv", text).text.startswith("I like it.\n1\n\nI hate it.\n2")


# PDF, Word and HTML


def test_a_pdf_has_its_pages_for_sections_and_a_sentence_goes_on_over_the_page_break() -> None:
    document = read_document("a.pdf", pdf_of("It begins on\n\nThe first sentence", "goes on here.", "", "New page."))
    assert document.text == "It begins on\nThe first sentence goes on here.\n\nNew page."
    assert places(document) == {
        "page 1": ("", "It begins on\nThe first sentence"),
        "page 2": ("", "goes on here."),
        "page 4": ("", "New page."),
    }


def test_a_page_of_a_pdf_has_its_lines_joined() -> None:
    ((id, _, text),) = pdf_parts(pdf_of(WRAPPED))
    assert id == "page 1"
    assert join_broken_lines(clean_text(text)) == join_broken_lines(WRAPPED)


def test_a_pdf_encrypted_without_a_password_is_read_and_one_with_a_password_is_refused() -> None:
    assert pdf_parts(pdf_of("Hello.", password=""))[0][2].strip() == "Hello."
    with pytest.raises(RefusedError, match=r"protected by a password or encrypted\. Open it .* and take that"):
        pdf_parts(pdf_of("Hello.", password="secret"))


def test_a_pdf_whose_encryption_cannot_be_undone_here_is_called_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(*_: object) -> None:
        raise pypdf.errors.DependencyError("cryptography is needed for AES")

    monkeypatch.setattr(pypdf.PdfReader, "decrypt", lacking)
    with pytest.raises(RefusedError, match="encrypted"):
        pdf_parts(pdf_of("Hello.", password=""))


@pytest.mark.parametrize(("pages", "said"), [(1, "its 1 page is a picture"), (3, "its 3 pages are pictures")])
def test_a_scanned_pdf_is_told_from_an_empty_file(pages: int, said: str) -> None:
    with pytest.raises(RefusedError, match=rf"{said}.*Run text recognition \(OCR\)"):
        pdf_parts(pdf_of(*[""] * pages))


def test_a_word_file_has_its_headings_for_sections_and_a_line_for_each_row() -> None:
    document = read_document("a.docx", word_file())
    assert document.text == "Preface.\n\nSoup\n\nHot soup.\n\nAnn 12\nBob 9\n\nAfter.\n\nCake\n\nSweet."
    assert places(document) == {
        "1": ("Soup", "Soup\n\nHot soup.\n\nAnn 12\nBob 9\n\nAfter."),
        "2": ("Cake", "Cake\n\nSweet."),
    }


def test_a_text_box_that_word_writes_twice_is_read_once_and_apart_from_its_paragraph() -> None:
    document = docx.Document()
    run = document.add_paragraph("Outside.").runs[0]._r
    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    box = "<w:txbxContent><w:p><w:r><w:t>Inside.</w:t></w:r></w:p></w:txbxContent>"
    run.append(
        parse_xml(
            f'<mc:AlternateContent {word} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
        )
    )
    ((_, _, text),) = docx_parts(saved(document.save))
    assert text.split() == ["Outside.", "Inside."]


def test_a_web_page_is_read_without_its_navigation_scripts_and_comments() -> None:
    page = """<html><head><title>T</title><style>p {}</style></head><body><nav>Home</nav>
        <p>Before <b>bo</b>ld\n text&nbsp;here.<!-- no --></p><h1>One <i>two</i></h1><ul><li>a</li><li>b</li></ul>
        <table><tr><td>Ann</td><td>12</td></tr><tr><td>Bob</td><td>9</td></tr></table><script>alert(1)</script>
        <h2><div>Next</div></h2>tail<br>line<pre>x\n y</pre></body></html>"""
    document = read_document("a.htm", page.encode())
    assert document.text == ("Before bold text here.\n\nOne two\n\na\nb\n\nAnn 12\nBob 9\n\nNext\n\ntail\nline\n\nx\ny")
    assert [heading for heading, _ in places(document).values()] == ["One two", "Next"]


@pytest.mark.parametrize(
    "page", ["<p>héllo 三</p>".encode("utf-16"), "<meta charset=windows-1251><p>привет</p>".encode("cp1251")]
)
def test_a_web_page_is_read_in_the_encoding_that_it_names(page: bytes) -> None:
    assert html_parts(page)[0][2].strip() in ("héllo 三", "привет")


def test_elements_inside_each_other_by_the_thousand_are_read() -> None:
    assert html_parts(b"<div><b>" * 5_000 + b"deep")[0][2].strip() == "deep"


# What cannot be read


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
    assert words in refusal(name, content)


def test_text_is_read_up_to_its_limit() -> None:
    words = "word " * (MOST_CHARACTERS // 5) + "!"
    assert len(read_document("a.txt", words[1:].encode()).text) == MOST_CHARACTERS
    assert "has 2,000,001 characters; at most 2,000,000 are read. Split it" in refusal("a.txt", words.encode())
    with pytest.raises(UploadError, match="2,000,001 characters"):
        pasted_document(words)


def test_a_damaged_file_is_refused_in_one_sentence_and_not_by_an_exception() -> None:
    assert "16 bytes is damaged or no PDF at all (PdfStreamError). Open it" in refusal("a.pdf", b"%PDF-1.4 garbage")


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
    bomb = packed("word/document.xml", 201_000_000)
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


# The process of its own


def run_instead(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Let the worker run this code where it would import the reader of PDF files, for at most 1 second of computing."""
    own = Path(parser_worker.__file__).read_text(encoding="utf-8")
    changed = own.replace("import pypdf\n", f"{code}\n").replace("MOST_SECONDS = 30", "MOST_SECONDS = 1")
    worker = folder / "worker.py"
    worker.write_text(changed, encoding="utf-8")
    monkeypatch.setattr(parser_process, "_WORKER", worker)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "import os; os.abort()",
            "9 bytes cannot be read: it makes the reader of PDF files break off (code -6). Open it",
        ),
        ("bytes(2_000_000_000)", "takes more than 1.5 GB of memory. Split it"),
        ("[None for _ in iter(int, 1)]", "takes more than 30 seconds. Split it"),
        ("import time; time.sleep(600)", "takes more than 3 seconds. Split it"),
    ],
)
def test_a_file_that_crashes_its_reader_or_takes_too_much_of_anything_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, words: str
) -> None:
    run_instead(monkeypatch, tmp_path, code)
    if "sleep" in code:
        monkeypatch.setattr(parser_process, "MOST_PATIENCE", 3.0)
    assert words in refusal("a.pdf", b"%PDF-1.4\n")


def test_a_process_that_cannot_be_started_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert "1 more process could not be started (No such file or directory). Try again" in refusal("a.pdf", b"%PDF-")


def test_the_worker_imports_nothing_of_ours_and_no_parser_that_it_does_not_need() -> None:
    code = (
        "import io, runpy, sys; sys.argv[1:] = ['html']; sys.stdin = io.TextIOWrapper(io.BytesIO(b'<p>x'));"
        f"runpy.run_path({parser_worker.__file__!r}, run_name='__main__');"
        "print('', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    answer, imported = done.stdout.split("\n")[0].split("} ")
    assert "x" in answer
    assert {"bs4", "lxml"} <= set(imported.split())
    assert not {"torch", "transformers", "streamlit", "numpy", "components", "pypdf", "docx"} & set(imported.split())


# Titles


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("C:\\docs\\../a/My notes.txt", "My notes.txt"),
        ("a\x00\x1b\u2028b.txt", "a b.txt"),
        ("x" * 100 + ".txt", "x" * 75 + "….txt"),
        (".txt", ".txt"),
    ],
)
def test_a_title_is_the_name_without_folders_and_control_characters_and_short(name: str, title: str) -> None:
    assert read_document(name, b"text").title == title
    assert len(title) <= 80


def test_a_pasted_text_is_titled_by_its_first_words() -> None:
    assert pasted_document(" Soup\n\nis hot. ") == Document("Soup", "Soup\n\nis hot.")
    assert pasted_document("word " * 30).title == "word " * 10 + "word…"
    assert pasted_document("x" * 100).title == "x" * 59 + "…"


@pytest.mark.parametrize("text", ["", " \n ", "\x00\u200b"])
def test_an_empty_pasted_text_is_refused(text: str) -> None:
    with pytest.raises(UploadError, match="0 characters are left"):
        pasted_document(text)


def test_half_of_a_surrogate_pair_is_left_out() -> None:
    assert pasted_document("a \ud800 b").text == "a b"
