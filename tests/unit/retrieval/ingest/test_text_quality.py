"""How much of a document is text: named glyphs, signs that are none, and pages without characters."""

import io
from typing import Any

import pypdf
import pytest
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

from components.core.retrieval.ingest.document_files import read_with_doubt
from components.core.retrieval.ingest.text_quality import doubt_about, unreadable_share
from tests.support.sample_files import file_bytes, pdf_of

SENTENCE = "Hot soup is served on Fridays in the canteen beside the lake, and bread is free of charge."


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("", 0),
        ("三四五 Über 1/2 e\u0301 🍕", 0),
        ("and/or a/b1 is text", 3 / 16),  # a name of a glyph by chance: too little to be doubted alone
        ("(cid:12)(cid:7)", 1),
        ("/g131/g146\n/G2", 1),
        ("\ufffd\ue000a\U000e0fff", 3 / 4),
    ],
)
def test_unreadable_are_names_of_glyphs_and_signs_that_are_no_characters(text: str, share: float) -> None:
    assert unreadable_share(text) == pytest.approx(share)


def test_a_document_is_doubted_from_a_tenth_of_unreadable_signs_on() -> None:
    assert doubt_about("a" * 90 + "\ue000" * 10) == ""
    assert doubt_about("a" * 89 + "\ue000" * 11).startswith("11% of its characters are no text")


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ((SENTENCE, SENTENCE, SENTENCE, ""), ""),
        ((SENTENCE, SENTENCE, ""), "1 of its 3 pages has no text"),
        ((SENTENCE, "", ""), "2 of its 3 pages have no text"),
        (("Page 1",), "6 characters of text on 1 page: most"),
        (("1", "2"), "4 characters of text on 2 pages: most"),
    ],
)
def test_pages_without_text_are_counted(pages: tuple[str, ...], said: str) -> None:
    doubt = read_with_doubt("a.pdf", pdf_of(*pages))[1]
    assert said in doubt
    assert bool(doubt) is bool(said)


def test_glyphs_without_characters_are_said_to_be_none() -> None:
    # As of a font of which only the numbers of its glyphs are known.
    names = ArrayObject([NumberObject(97), *(NameObject(f"/g{number}") for number in range(100, 126))])
    writer = pypdf.PdfWriter(pypdf.PdfReader(io.BytesIO(pdf_of(SENTENCE.lower()))))
    resources: Any = writer.pages[0]["/Resources"]
    resources["/Font"]["/F1"][NameObject("/Encoding")] = DictionaryObject(
        {NameObject("/Type"): NameObject("/Encoding"), NameObject("/Differences"): names}
    )
    document, doubt = read_with_doubt("a.pdf", file_bytes(writer.write))
    assert "/g1" in document.text
    assert "no text but names of glyphs" in doubt


def test_other_files_have_no_pages_and_are_doubted_by_their_signs() -> None:
    assert read_with_doubt("a.txt", b"Hi.")[1] == ""
    assert "100% of its characters" in read_with_doubt("a.txt", "\ue000 \ue001".encode())[1]
