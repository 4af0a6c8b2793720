"""Many short documents joined into one with a section for each, because a library holds few documents."""

from collections.abc import Sequence
from dataclasses import replace

from components.core.retrieval.documents import Corpus, Document, Question, Section, Span


def as_one_document(corpus: Corpus, questions: Sequence[Question]) -> tuple[Document, tuple[Question, ...]]:
    """Return a corpus as one document with a numbered section for each of its documents; and the questions about it."""
    starts: dict[str, int] = {}
    sections = []
    at = 0
    for number, document in enumerate(corpus.documents, 1):
        starts[document.id] = at
        sections.append(Section(str(number), document.title, at, at + len(document.text)))
        at += len(document.text) + 2
    joined = Document(corpus.name, "\n\n".join(document.text for document in corpus.documents), tuple(sections))

    def move(span: Span) -> Span:
        start = starts[span.document]
        return Span(joined.id, start + span.start, start + span.end)

    return joined, tuple(
        replace(question, answers=tuple(map(move, question.answers)), omitted=tuple(map(move, question.omitted)))
        for question in questions
    )
