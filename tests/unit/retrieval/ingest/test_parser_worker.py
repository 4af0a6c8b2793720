"""PDF, Word and HTML files become sections of text."""

import docx
import pypdf
import pytest
from docx.oxml import parse_xml

from components.core.retrieval.ingest.document_files import (
    read_document,
)
from components.core.retrieval.ingest.line_breaks import clean_text, join_broken_lines
from components.core.retrieval.ingest.parser_worker import RefusedError, docx_parts, html_parts, pdf_parts
from tests.support.sample_files import WRAPPED, file_bytes, pdf_of, sections_of, word_file


def test_a_pdf_has_its_pages_for_sections_and_a_sentence_goes_on_over_the_page_break() -> None:
    document = read_document("a.pdf", pdf_of("It begins on\n\nThe first sentence", "goes on here.", "", "New page."))
    assert document.text == "It begins on\nThe first sentence goes on here.\n\nNew page."
    assert sections_of(document) == {
        "page 1": ("", "It begins on\nThe first sentence"),
        "page 2": ("", "goes on here."),
        "page 4": ("", "New page."),
    }


def test_a_page_of_a_pdf_has_its_lines_joined() -> None:
    ((id, _, text),) = pdf_parts(pdf_of(WRAPPED))
    assert id == "page 1"
    assert join_broken_lines(clean_text(text)) == join_broken_lines(WRAPPED)


def test_accents_that_a_pdf_sets_beside_their_letters_are_composed() -> None:
    # \\310 is the dieresis alone, \\365 the i without its dot.
    assert read_document("a.pdf", pdf_of("A na\\310\\365ve M\\310uller.")).text == "A naïve Müller."


def test_a_word_that_is_broken_over_two_pages_is_whole_and_stands_on_both() -> None:
    document = read_document("a.pdf", pdf_of("They count words in a diction-", "ary of all."))
    assert document.text == "They count words in a dictionary of all."
    assert sections_of(document) == {
        "page 1": ("", "They count words in a diction"),
        "page 2": ("", "ary of all."),
    }


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
    assert sections_of(document) == {
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
    ((_, _, text),) = docx_parts(file_bytes(document.save))
    assert text.split() == ["Outside.", "Inside."]


_RUNS = {
    "moved": (
        "<w:moveFrom><w:r><w:t>Moved. </w:t></w:r></w:moveFrom><w:r><w:t>Stays. </w:t></w:r>"
        "<w:moveTo><w:r><w:t>Moved. </w:t></w:r></w:moveTo>",
        "Stays. Moved.",
    ),
    "hidden": (
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Secret. </w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr>"
        "<w:t>Shown. </w:t></w:r><w:r><w:rPr><w:vanish w:val='false'/></w:rPr><w:t>Too.</w:t></w:r>",
        "Shown. Too.",
    ),
    "ruby": (
        "<w:r><w:t>A </w:t></w:r><w:r><w:ruby><w:rt><w:r><w:t>かんじ</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>漢字</w:t></w:r></w:rubyBase></w:ruby></w:r><w:r><w:t> word.</w:t></w:r>",
        "A 漢字(かんじ) word.",
    ),
    "formula": (
        "<w:r><w:t>Energy is </w:t></w:r><m:oMath><m:r><m:t>E=m</m:t></m:r><m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e>"
        "<m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath><w:r><w:t>.</w:t></w:r>",
        "Energy is E=mc2.",
    ),
}


@pytest.mark.parametrize(("runs", "text"), _RUNS.values(), ids=_RUNS)
def test_of_a_word_file_is_read_what_word_shows(runs: str, text: str) -> None:
    document = docx.Document()
    spaces = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    )
    for run in parse_xml(f"<w:p {spaces}>{runs}</w:p>"):
        document.add_paragraph()._p if not document.paragraphs else None
        document.paragraphs[0]._p.append(run)
    ((_, _, read),) = docx_parts(file_bytes(document.save))
    assert " ".join(read.split()) == text


def test_a_web_page_is_read_without_its_navigation_scripts_and_comments() -> None:
    page = """<html><head><title>T</title><style>p {}</style></head><body><nav>Home</nav>
        <p>Before <b>bo</b>ld\n text&nbsp;here.<!-- no --></p><h1>One <i>two</i></h1><ul><li>a</li><li>b</li></ul>
        <table><tr><td>Ann</td><td>12</td></tr><tr><td>Bob</td><td>9</td></tr></table><script>alert(1)</script>
        <h2><div>Next</div></h2>tail<br>line<pre>x\n y</pre></body></html>"""
    document = read_document("a.htm", page.encode())
    assert document.text == ("Before bold text here.\n\nOne two\n\na\nb\n\nAnn 12\nBob 9\n\nNext\n\ntail\nline\n\nx\ny")
    assert [heading for heading, _ in sections_of(document).values()] == ["One two", "Next"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>Secret.</p>",
        '<div style="color: red; DISPLAY : none !important"><p>Secret.</p></div>',
        "<span style='visibility:hidden'>Secret.</span>",
        "<dialog><p>Secret.</p></dialog>",
        "<template><p>Secret.</p></template>",
        "<h2 hidden>Secret.</h2>",
        "<datalist><option>Secret.</datalist>",
    ],
)
def test_what_a_web_page_hides_is_not_read(hidden: str) -> None:
    parts = html_parts(f"<p>Before.</p>{hidden}<p>After.</p>".encode())
    assert [text.split() for _, _, text in parts] == [["Before.", "After."]]


@pytest.mark.parametrize(
    "shown",
    [
        "<p hidden=until-found>Shown.</p>",
        "<dialog open>Shown.</dialog>",
        "<details><summary>Shown.</summary></details>",
        "<p style='display: block'>Shown.</p>",
    ],
)
def test_what_a_web_page_shows_or_finds_is_read(shown: str) -> None:
    assert html_parts(shown.encode())[0][2].strip() == "Shown."


@pytest.mark.parametrize(
    "question", ["<h3><button>Why is it hot?</button></h3>", "<button><h3>Why is it hot?</h3></button>"]
)
def test_a_question_that_opens_its_answer_is_a_heading_and_other_buttons_are_not_read(question: str) -> None:
    page = f"<button>Log in</button>{question}<div>Because of the oven. <button>Copy</button></div>"
    parts = html_parts(page.encode())
    assert [heading for _, heading, _ in parts] == ["", "Why is it hot?"]
    assert parts[1][2].split() == ["Why", "is", "it", "hot?", "Because", "of", "the", "oven."]


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("iso-8859-1", "cp1252", "It costs 5 € – “cheap”."),
        ("us-ascii", "cp1252", "It’s a café."),
        ("latin5", "cp1254", "İstanbul’da ışık"),
        ("gb2312", "gb18030", "鎔化"),
        ("ks_c_5601-1987", "cp949", "똠방각하"),
        ("x-sjis", "cp932", "①ピザ"),
        ("utf-16", "utf-8", "pizza – pizza"),  # a page whose label can be read has a byte for each sign
        ("no-such-label", "utf-8", "pizza – pizza"),
    ],
)
def test_a_label_of_an_encoding_means_what_the_encoding_standard_says(label: str, codec: str, text: str) -> None:
    page = f'<meta http-equiv="content-type" content="text/html; charset={label}"><p>'.encode() + text.encode(codec)
    assert html_parts(page)[0][2].strip() == text


@pytest.mark.parametrize(
    "page", ["<p>héllo 三</p>".encode("utf-16"), "<meta charset=windows-1251><p>привет</p>".encode("cp1251")]
)
def test_a_web_page_is_read_in_the_encoding_that_it_names(page: bytes) -> None:
    assert html_parts(page)[0][2].strip() in ("héllo 三", "привет")


def test_elements_inside_each_other_by_the_thousand_are_read() -> None:
    assert html_parts(b"<div><b>" * 5_000 + b"deep")[0][2].strip() == "deep"
