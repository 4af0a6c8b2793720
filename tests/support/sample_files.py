"""PDF, Word and zip files that tests read, and what becomes of them."""

import io
import zipfile
from collections.abc import Callable

import docx
import pypdf
import pytest
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from components.core.errors import UploadError
from components.core.retrieval.documents import Document
from components.core.retrieval.ingest.document_files import (
    read_document,
)

WRAPPED = """A neural network multiplies and adds numbers. It cannot multiply
the word pizza, so the first step is always to turn the text into
numbers. The simplest idea is to count the words in a diction-
ary: then zebra would be larger than pizza.
Another paragraph begins here, after a short line, and it also runs
on over the next line."""


def pdf_of(*pages: str, password: str | None = None) -> bytes:
    """Return a PDF with one page for each text."""
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
    return file_bytes(writer.write)


def file_bytes(save: Callable[[io.BytesIO], object]) -> bytes:
    """Return the bytes that a library saves."""
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def word_file() -> bytes:
    """Return a Word file with headings, paragraphs and a table."""
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
    return file_bytes(document.save)


def zip_of_zeros(name: str, size: int) -> bytes:
    """Return a zip file with one member of so many bytes, all of them 0."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as member:
        for _ in range(size // 1_000_000):
            member.write(bytes(1_000_000))
    return file.getvalue()


def refusal_of(name: str, content: bytes) -> str:
    """Return the sentence with which a file is refused."""
    with pytest.raises(UploadError) as refused:
        read_document(name, content)
    return str(refused.value)


def sections_of(document: Document) -> dict[str, tuple[str, str]]:
    """Return id → heading and text of each section."""
    return {each.id: (each.heading, document.text[each.start : each.end]) for each in document.sections}
