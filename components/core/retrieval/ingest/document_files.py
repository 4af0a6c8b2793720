"""Uploaded files and pasted texts, read as documents."""

import math
import re
from dataclasses import replace

from components.core.errors import UploadError
from components.core.retrieval.documents import Document, Section
from components.core.retrieval.ingest.line_breaks import (
    clean_text,
    compose_accents,
    join_broken_lines,
    join_over_break,
)
from components.core.retrieval.ingest.parser_process import parts_of
from components.core.retrieval.ingest.parser_worker import Part
from components.core.retrieval.ingest.text_quality import doubt_about
from components.core.text.charsets import decode
from components.core.text.table_rows import MOST_LINES, collapse_white_space
from components.core.text.uploads import read_upload

#: Endings of the names of files that are read; "htm" is read as "html".
KINDS = ("txt", "md", "pdf", "docx", "html", "csv")
MOST_BYTES = 20_000_000
MOST_CHARACTERS = 2_000_000

_LONGEST_TITLE = 80
_LONGEST_PASTED_TITLE = 60
#: The first bytes of other kinds of files, what such a file is, and the kind for which it is right.
_SIGNATURES = (
    (b"%PDF-", "a PDF", "pdf"),
    (b"PK\x03\x04", "a packed file, as Word, Excel and zip programs make them", "docx"),
    (b"\xd0\xcf\x11\xe0", "a file of an older Office program, or one that a password protects", ""),
    (b"{\\rtf", "an RTF file", ""),
    (b"\x89PNG", "a picture (PNG)", ""),
    (b"\xff\xd8\xff", "a picture (JPEG)", ""),
    (b"\x1f\x8b", "a compressed file (gzip)", ""),
)


def read_document(name: str, content: bytes) -> Document:
    """Read a file as a document. Its title is the name of the file.

    name: its ending is one of KINDS. The text is tidied by clean_text(); in text and PDF files, join_broken_lines()
    joins lines. Sections are the pages of a PDF ("page 3"), the text below each heading of
    Markdown, Word and HTML ("1", "2", ...), and the rows of a table ("line 7", its line in the file). A row becomes a
    paragraph with a line "column: value" for each filled field, because a value alone does not say what it is about; a
    file with one column, or without names of columns, gives the values alone. Raises UploadError.
    """
    return read_with_doubt(name, content)[0]


def read_with_doubt(name: str, content: bytes) -> tuple[Document, str]:
    """Read a file as a document, and say why it may not be worth searching, in a sentence about it; "" if nothing is.

    Raises UploadError.
    """
    ending = name.lower().rpartition(".")[2]
    kind = "html" if ending == "htm" else ending
    _check(name, kind, content)
    if kind == "txt":
        parts = [("", "", join_broken_lines(clean_text(decode(content)[0])))]
    elif kind == "md":
        content = decode(content)[0].replace("\r\n", "\n").replace("\r", "\n").encode(errors="replace")
        parts = _parsed("md", content)
    elif kind == "csv":
        parts = _table_parts(content)
    else:
        parts = _parsed(kind, content)
    document = _document(_title(name), parts)
    pages = [text for _, _, text in parts] if kind == "pdf" else []
    return document, doubt_about(document.text, len(pages), pages.count(""))


def pasted_document(text: str) -> Document:
    """Read a pasted text as a document. Its title is the beginning of its first line. Raises UploadError."""
    text = clean_text(text)
    return _document(_truncate(text.partition("\n")[0], _LONGEST_PASTED_TITLE), [("", "", join_broken_lines(text))])


def _check(name: str, kind: str, content: bytes) -> None:
    """Raise UploadError for a file whose name, size or first bytes show that it cannot be read."""
    if kind not in KINDS:
        *others, last = (f".{kind}" for kind in KINDS)
        raise UploadError(
            f"The name {_title(name)!r} does not end in one of the {len(KINDS)} endings that are read: "
            f"{', '.join(others)} and {last}. Save the document as .docx or PDF in the program that made it, or paste "
            "its text."
        )
    if not content:
        raise UploadError("This file is empty: it has 0 bytes. Take another one, or paste the text.")
    if len(content) > MOST_BYTES:
        # Rounded up: 20.0 MB would not be more than 20.
        raise UploadError(
            f"This file has {math.ceil(len(content) / 100_000) / 10:.1f} MB; at most {MOST_BYTES // 1_000_000} MB are "
            "read. Split it, leave out its pictures, or paste the text that you need."
        )
    # A PDF may begin with a few other bytes.
    if kind == "pdf" and b"%PDF-" in content[:1024]:
        return
    for signature, what, own in _SIGNATURES:
        if content.startswith(signature) and own != kind:
            raise UploadError(
                f"This file ends in .{kind} but is {what}. Open it in the program that made it, save it as .docx or "
                "PDF without a password, and take that."
            )
    if kind in ("pdf", "docx") and not content.startswith(b"PK\x03\x04"):
        raise UploadError(
            f"This file ends in .{kind}, but its {len(content):,} bytes do not begin as those of such a file do. Open "
            "it in the program that made it, save it again, and take that; or paste its text."
        )


def _parsed(kind: str, content: bytes) -> list[Part]:
    """Return the sections of a file that is parsed in a process of its own, with their text tidied."""
    return [
        (
            id,
            collapse_white_space(heading),
            join_broken_lines(compose_accents(clean_text(text))) if kind == "pdf" else clean_text(text),
        )
        for id, heading, text in parts_of(kind, content)
    ]


def _table_parts(content: bytes) -> list[Part]:
    table = read_upload("table.csv", content)
    if table.lines_read < table.lines:
        raise UploadError(
            f"This table has {table.lines:,} lines; at most {MOST_LINES:,} are read. Split it into several files."
        )
    unread = [each for each in table.rejected if each.text]
    if unread:
        raise UploadError(
            f"{len(unread):,} row{'s' * (len(unread) != 1)} of this table cannot be read, first line "
            f"{unread[0].line:,}, which {unread[0].why}. Correct that, or give the file the ending .txt to have it "
            "read as it stands."
        )
    named = len(table.columns) > 1
    return [
        (
            f"line {line:,}",
            "",
            "\n".join(
                f"{column}: {value}" if named and column != f"column {number}" else value
                for number, (column, value) in enumerate(zip(table.columns, fields, strict=True), 1)
                if value
            ),
        )
        for line, fields in table.rows
    ]


def _document(title: str, parts: list[Part]) -> Document:
    """Join parts into a document: by blank lines, but where a page break is inside a sentence."""
    texts: list[str] = []
    sections: list[Section] = []
    end = 0
    for id, heading, text in parts:
        if not text:
            continue
        joined = join_over_break(texts[-1], text) if texts and id.startswith("page ") else None
        if joined is not None:
            # A word that is broken over two pages loses its hyphen, and the first of them a character.
            kept = len(joined) - len(text)
            end += kept - len(texts[-1])
            texts[-1] = joined[:kept]
            sections[-1] = replace(sections[-1], end=min(sections[-1].end, end))
        elif texts:
            texts.append("\n\n")
            end += 2
        if id:
            sections.append(Section(id, heading, end, end + len(text)))
        texts.append(text)
        end += len(text)
    if not end:
        raise UploadError(
            "There is no text to read: 0 characters are left without blanks and control characters. Take a file with "
            "text in it, or paste some."
        )
    if end > MOST_CHARACTERS:
        raise UploadError(
            f"This text has {end:,} characters; at most {MOST_CHARACTERS:,} are read. Split it into parts, and take "
            "those that you need."
        )
    return Document(title, "".join(texts), tuple(sections))


def _title(name: str) -> str:
    """Return the name of a file without its folders, truncated for display; its ending is kept."""
    name = collapse_white_space(re.split(r"[/\\]", name)[-1]) or "document"
    stem, point, ending = name.rpartition(".")
    if len(name) <= _LONGEST_TITLE or not stem or len(ending) > 5:
        return _truncate(name, _LONGEST_TITLE)
    return f"{stem[: _LONGEST_TITLE - 1 - len(point + ending)]}…{point}{ending}"


def _truncate(text: str, most: int) -> str:
    """Truncate a text, between two words if at least half of it remains."""
    if len(text) <= most:
        return text
    beginning = text[: most - 1]
    words = beginning.rpartition(" ")[0]
    return f"{words if len(words) >= most // 2 else beginning}…".replace(" …", "…")
