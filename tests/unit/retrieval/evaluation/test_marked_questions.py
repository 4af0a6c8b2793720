"""Marks become questions of the corpus that they were made on, however it is divided, and join those it has."""

from components.core.retrieval.documents import Chunk, Corpus, Document, Question, Span
from components.core.retrieval.evaluation.evaluation import answers_in
from components.core.retrieval.evaluation.marked_questions import (
    join_questions,
    marked_questions,
    marks_at,
    marks_without_document,
)
from components.core.retrieval.ingest.marks import Mark

MENU = Document("Menu", "Soup is hot. Ice is cold. Tea is hot too. Bread is warm.")
TALES = Document("Tales", "A goose chased a baker.")
FOOD, BOOKS = Corpus("Food", (MENU,)), Corpus("Books", (TALES,))


def part(document: Document, text: str) -> Span:
    """Where a text stands in a document."""
    start = document.text.index(text)
    return Span(document.id, start, start + len(text))


def mark(question: str, document: Document, text: str) -> Mark:
    """The mark on a text of a document."""
    return Mark(question, part(document, text), document.title)


def chunk(number: int, document: Document, text: str) -> Chunk:
    """The chunk of a document with this text."""
    span = part(document, text)
    return Chunk(document.id, number, span.start, span.end, text, token_count=9)


SOUP, TEA = mark("What is hot?", MENU, "Soup is hot."), mark("What is hot?", MENU, "Tea is hot too.")
GOOSE = mark("Who chased whom?", TALES, TALES.text)


def test_marks_of_one_question_become_one_question_of_the_corpus_they_were_made_on() -> None:
    marks = (SOUP, GOOSE, TEA)
    assert marked_questions(marks, FOOD) == (Question("What is hot?", (SOUP.span, TEA.span)),)
    assert marked_questions(marks, BOOKS) == (Question("Who chased whom?", (GOOSE.span,)),)
    assert marked_questions((), FOOD) == ()


def test_marks_count_for_passages_that_were_cut_otherwise_and_are_taken_back_on_them() -> None:
    whole = [chunk(0, MENU, "Soup is hot. Ice is cold."), chunk(1, MENU, "Tea is hot too. Bread is warm.")]
    sentences = [chunk(n, MENU, f"{each}.") for n, each in enumerate(MENU.text.rstrip(".").split(". "))]
    (question,) = marked_questions([TEA], FOOD)
    assert answers_in(whole, [question]) == [{1: frozenset({0})}]
    assert answers_in(sentences, [question]) == [{2: frozenset({0})}]
    long = mark("What is hot?", MENU, whole[1].text)
    assert [bool(marks_at([long], "What is hot?", each)) for each in sentences] == [False, False, True, True]
    assert marks_at([long], "What is cold?", sentences[2]) == ()


def test_marks_on_the_same_text_are_one_answer() -> None:
    long = mark("What is hot?", MENU, "Soup is hot. Ice")
    assert marked_questions([SOUP, long], FOOD) == (Question("What is hot?", (SOUP.span,)),)


def test_a_question_that_is_there_gains_the_answers_that_it_lacks_and_stands_once() -> None:
    known = Question("What is hot?", (SOUP.span,), "note")
    nothing = Question("Who is Beatrix?", ())
    added = [Question("What is hot?", (SOUP.span, TEA.span)), Question("What is cold?", (part(MENU, "Ice"),))]
    joined = join_questions([known, nothing], added)
    assert joined == (Question("What is hot?", (SOUP.span, TEA.span), "note"), nothing, added[1])
    assert join_questions([known, nothing], []) == (known, nothing)
    assert join_questions([nothing], [Question("Who is Beatrix?", (GOOSE.span,))]) == (
        Question("Who is Beatrix?", (GOOSE.span,)),
    )


def test_marks_of_a_removed_document_are_those_that_no_corpus_has() -> None:
    assert marks_without_document((SOUP, GOOSE, TEA), [FOOD]) == (GOOSE,)
    assert marks_without_document((SOUP, GOOSE, TEA), [FOOD, BOOKS]) == ()
