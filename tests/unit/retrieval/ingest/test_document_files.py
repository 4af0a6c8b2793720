"""Text, Markdown, tables and pasted texts become documents with titles and sections."""

import pytest

from components.core.errors import UploadError
from components.core.retrieval.documents import Document
from components.core.retrieval.ingest.document_files import (
    pasted_document,
    read_document,
)
from tests.support.sample_files import sections_of


def test_text_is_tidied_and_its_paragraphs_are_kept() -> None:
    document = read_document("Notes.TXT", "\ufeff  One \t line.\x07\r\n\r\n\r\n \r\nTwo\u00a0words.  \n".encode())
    assert document == Document("Notes.TXT", "One line.\n\nTwo words.")


def test_markdown_has_a_section_for_each_heading_and_code_has_none() -> None:
    document = read_document("a.md", b"Intro.\n\n# One\ntext\n```\n# no heading\n```\nTwo\n---\nmore\n\n#hash")
    assert sections_of(document) == {
        "1": ("One", "One\n\ntext\n\n# no heading"),
        "2": ("Two", "Two\n\nmore\n\n#hash"),
    }
    assert document.text.startswith("Intro.\n\nOne\n")


MARKED = """---
title: Errors
tags:
  - rust
draft: false
---

# Recoverable *Errors*

<a id="a-shortcut"></a>
<!-- ignore -->
The [`?` operator][op] and **two** more, see [the book](ch09.html#secret "Secret").
Its sentence goes on here. ![A crab](crab.png)

> Quoted.

- one
- two

| name | count |
| ---- | ----: |
| Ann  | 12    |

<details hidden>Secret</details>

[op]: ch09.html#secret 'What is the ? operator'
"""


def test_of_markdown_is_read_what_it_shows_and_neither_its_marks_nor_front_matter_addresses_and_comments() -> None:
    document = read_document("a.md", MARKED.encode())
    assert document.text == (
        "Recoverable Errors\n\nThe ? operator and two more, see the book. Its sentence goes on here.\n\nQuoted.\n\n"
        "one\ntwo\n\nname count\nAnn 12"
    )
    assert [heading for heading, _ in sections_of(document).values()] == ["Recoverable Errors"]


@pytest.mark.parametrize(
    ("begins", "text"),
    [
        ("+++\ntitle = 'Soup'\n+++\nHot.", "Hot."),
        ("---\ntitle: Soup\n...\nHot.", "Hot."),
        # A line across the page, then a sentence.
        ("---\nHot: as it should be, and nobody minds.\n\nSoup.", "Hot: as it should be, and nobody minds.\n\nSoup."),
        ("---\nSoup is hot.\n---\nMore.", "Soup is hot.\n\nMore."),
        ("<meta charset=utf-16>\n\nna\u00efve \u4e09", "na\u00efve \u4e09"),
        ("Two  \nlines\\\nhere & <b>there</b> &amp; 2 < 3 \\*", "Two\nlines\nhere & there & 2 < 3 *"),
    ],
)
def test_the_beginning_of_a_markdown_file_is_front_matter_only_if_it_is_written_as_such(begins: str, text: str) -> None:
    assert read_document("a.md", begins.encode()).text == text


def test_markdown_of_marks_alone_is_refused_and_a_deep_one_is_read() -> None:
    with pytest.raises(UploadError, match="0 characters are left"):
        read_document("a.md", b"---\ntitle: a\n---\n<!-- nothing -->\n[a]: b\n")
    assert read_document("a.md", b"> " * 90 + b"deep").text.endswith("deep")


def test_a_row_of_a_table_is_a_paragraph_that_names_its_columns() -> None:
    document = read_document("people.csv", b"name,age\nAnn,12\nBob,\n")
    assert document.text == "name: Ann\nage: 12\n\nname: Bob"
    assert sections_of(document) == {"line 2": ("", "name: Ann\nage: 12"), "line 3": ("", "name: Bob")}


@pytest.mark.parametrize("content", [b"I like soup.\nI hate it.\n", b"sentence\nI like soup.\nI hate it.\n"])
def test_a_table_of_one_column_is_its_values(content: bytes) -> None:
    assert read_document("t.csv", content).text == "I like soup.\n\nI hate it."


def test_columns_without_a_name_are_their_values() -> None:
    text = b"I like it.,1\nI hate it.,2\nI eat it.,1\nI cook it.,2\n"
    assert read_document("t.csv", text).text.startswith("I like it.\n1\n\nI hate it.\n2")


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
