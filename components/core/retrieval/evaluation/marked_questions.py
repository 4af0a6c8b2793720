"""Questions made of marks, and how they join the questions that a corpus has already."""

from collections.abc import Sequence
from dataclasses import replace

from components.core.retrieval.documents import Chunk, Corpus, Question, Span
from components.core.retrieval.evaluation.measures import holds, share_text
from components.core.retrieval.ingest.marks import Mark


def marks_at(marks: Sequence[Mark], question: str, chunk: Chunk) -> tuple[Mark, ...]:
    """Return the marks of a question that a chunk holds, however its document was divided when they were made."""
    return tuple(each for each in marks if each.question == question and holds(chunk, each.span))


def marked_questions(marks: Sequence[Mark], corpus: Corpus) -> tuple[Question, ...]:
    """Return a question for each text that is marked in a corpus, with its marks as answers, in order of marking."""
    answers: dict[str, list[Span]] = {}
    for mark in marks:
        if mark.span.document in corpus.by_id:
            answers.setdefault(mark.question, []).append(mark.span)
    return tuple(Question(text, _distinct((), spans)) for text, spans in answers.items())


def join_questions(known: Sequence[Question], added: Sequence[Question]) -> tuple[Question, ...]:
    """Return the known questions, then the added ones. A question in both stands once, with the answers of both.

    An answer that shares at least half of its text, or of the other's, with one that is there already is the same one.
    """
    of_text = {each.text: each.answers for each in added}
    joined = [replace(each, answers=_distinct(each.answers, of_text.get(each.text, ()))) for each in known]
    texts = {each.text for each in known}
    return (*joined, *(each for each in added if each.text not in texts))


def marks_without_document(marks: Sequence[Mark], corpora: Sequence[Corpus]) -> tuple[Mark, ...]:
    """Return the marks of documents that none of the corpora has."""
    return tuple(mark for mark in marks if not any(mark.span.document in corpus.by_id for corpus in corpora))


def _distinct(known: Sequence[Span], added: Sequence[Span]) -> tuple[Span, ...]:
    spans = [*known]
    for span in added:
        if not any(share_text(span, each) for each in spans):
            spans.append(span)
    return tuple(spans)
