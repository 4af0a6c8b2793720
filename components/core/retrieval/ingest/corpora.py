"""Shipped corpora and questions about them, read from the tables of TOML files; and the sections that a chunk cites."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import Any

from components.core.retrieval.documents import Corpus, Document, Question, Section, Span, TranslatedQuestion

_BETWEEN_PARAGRAPHS = re.compile(r"\n\s*\n")
_BETWEEN_SECTIONS = "\n\n"


def corpus_from(table: Mapping[str, Any]) -> Corpus:
    """Return the corpus of a table with a name and documents; each document has a title and sections.

    A section has an id, a text and perhaps a heading. A document's text is its sections with blank lines between them;
    a heading is the first line of its section. Paragraphs stay apart; all other white space becomes one blank. Raises
    ValueError for an id that is used twice and for a section without text.

    >>> section = {"id": "1", "heading": "Dough", "text": "Knead it."}
    >>> corpus = corpus_from({"name": "Food", "document": [{"title": "Pizza", "section": [section]}]})
    >>> corpus.documents[0].text
    'Dough\\nKnead it.'
    """
    corpus = Corpus(table["name"], tuple(map(_document_from, table["document"])))
    _sections_by_id(corpus)
    return corpus


def questions_from(table: Mapping[str, Any], corpus: Corpus) -> tuple[Question, ...]:
    """Return the questions of a table, each with a text, the ids of the sections that answer it, and perhaps a note.

    Raises ValueError for an id that the corpus lacks.
    """
    sections = _sections_by_id(corpus)
    return tuple(
        Question(
            _one_line(question["text"]),
            tuple(_span(sections, id) for id in question["answered_by"]),
            _one_line(question.get("note", "")),
        )
        for question in table["question"]
    )


def translations_from(table: Mapping[str, Any], corpus: Corpus) -> tuple[TranslatedQuestion, ...]:
    """Return the pairs of a table, each with a first and a second wording and the ids of the sections that answer it.

    Raises ValueError for an id that the corpus lacks, and for a pair that nothing answers.
    """
    sections = _sections_by_id(corpus)
    pairs = []
    for pair in table["pair"]:
        answers = tuple(_span(sections, id) for id in pair["answered_by"])
        if not answers:
            raise ValueError(f"Nothing answers {pair['first']!r}.")
        pairs.append(TranslatedQuestion(_one_line(pair["first"]), _one_line(pair["second"]), answers))
    return tuple(pairs)


def sections_at(document: Document, start: int, end: int) -> tuple[Section, ...]:
    """Return the sections of a document that share at least one character with text[start:end], in order.

    >>> document = Document("Menu", "Soup.\\n\\nPizza.", (Section("1", "", 0, 5), Section("2", "", 7, 13)))
    >>> [section.id for section in sections_at(document, 4, 8)], sections_at(document, 5, 7)
    (['1', '2'], ())
    """
    # Binary search: a test collection joined into one document has thousands of sections.
    first = bisect_right(document.sections, start, key=lambda section: section.end)
    last = bisect_left(document.sections, end, lo=first, key=lambda section: section.start)
    return tuple(each for each in document.sections[first:last] if max(each.start, start) < min(each.end, end))


def _document_from(table: Mapping[str, Any]) -> Document:
    text, sections = "", []
    for section in table["section"]:
        heading, body = _one_line(section.get("heading", "")), _paragraphs(section["text"])
        if not body:
            raise ValueError(f"Section {section['id']} has no text.")
        if text:
            text += _BETWEEN_SECTIONS
        start = len(text)
        text += f"{heading}\n{body}" if heading else body
        sections.append(Section(section["id"], heading, start, len(text)))
    return Document(_one_line(table["title"]), text, tuple(sections))


def _sections_by_id(corpus: Corpus) -> dict[str, Span]:
    """Return id → span of each section. Raises ValueError for an id that is used twice."""
    spans: dict[str, Span] = {}
    for document in corpus.documents:
        for section in document.sections:
            if section.id in spans:
                raise ValueError(f"Two sections of {corpus.name} have the id {section.id}.")
            spans[section.id] = Span(document.id, section.start, section.end)
    return spans


def _span(sections: Mapping[str, Span], id: str) -> Span:
    if id not in sections:
        raise ValueError(f"No section has the id {id}.")
    return sections[id]


def _paragraphs(text: str) -> str:
    return "\n\n".join(map(_one_line, _BETWEEN_PARAGRAPHS.split(text.strip())))


def _one_line(text: str) -> str:
    return " ".join(text.split())
