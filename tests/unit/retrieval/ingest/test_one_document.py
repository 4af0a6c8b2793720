"""Many documents as one: every text stands where its section says, and answers move with it."""

from components.core.retrieval.documents import Corpus, Document, Question, Span
from components.core.retrieval.ingest.one_document import as_one_document

_FIRST, _SECOND = Document("Soup", "Soup\nSalt it."), Document("Pizza", "Pizza\nBake it.")
_CORPUS = Corpus("Menu", (_FIRST, _SECOND))


def test_each_document_is_a_section_with_its_own_text() -> None:
    joined, _ = as_one_document(_CORPUS, ())
    assert joined.title == "Menu"
    assert [(each.id, each.heading) for each in joined.sections] == [("1", "Soup"), ("2", "Pizza")]
    assert [joined.text[each.start : each.end] for each in joined.sections] == [_FIRST.text, _SECOND.text]


def test_an_answer_is_the_same_text_as_before() -> None:
    asked = Question("How?", (Span(_SECOND.id, 6, 10), Span(_FIRST.id, 0, 4)), "a note", (Span(_SECOND.id, 0, 5),))
    joined, (moved,) = as_one_document(_CORPUS, (asked,))
    assert [joined.text[span.start : span.end] for span in moved.answers] == ["Bake", "Soup"]
    assert [joined.text[span.start : span.end] for span in moved.omitted] == ["Pizza"]
    assert {span.document for span in (*moved.answers, *moved.omitted)} == {joined.id}
    assert (moved.text, moved.note) == ("How?", "a note")


def test_a_question_that_nothing_answers_stays_one() -> None:
    _, (moved,) = as_one_document(_CORPUS, (Question("Why?", ()),))
    assert moved.answers == ()
