"""The box for the question: whatever is typed is answered or refused in words, and stays in the box."""

import math

import pytest

from tests.support.retrieval_page import (
    BACK,
    DENSE,
    EVERYDAY,
    IN_WORDS,
    NOTES,
    OPENING,
    PRAM,
    PROMPT,
    WHY,
    ShippedCorpus,
    asked,
    hits,
    names,
    page,
    problems,
    visit,
    words,
)
from tests.support.visit import Visit

ODD = {
    "one character": "a",
    "emoji": "🍕🧅",
    "right to left": "מה אוכל סקוואטש?",
    "markup": "<script>alert('x')</script> <img src=x onerror=alert(1)> pizza & cheese",
    "control characters": "pizza\x00\x07 oven\x1b[31m",
    "nothing to read": "​‌",
    "marks": "?!... ---",
    "Markdown": "**pizza** [oven](http://localhost) $x$ :red[hot] `code`",
    "long": "Where is the pizza oven? " * 79,
    "no blank": "pizza" * 399,
}


@pytest.fixture(scope="module")
def typing() -> Visit:
    return visit("Where is the pizza?")


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_whatever_is_typed_is_answered_or_refused_in_words_and_stays(text: str, typing: Visit) -> None:
    opened = typing.enter("question", text)
    assert asked(opened) == text
    said = problems(opened)
    if said:
        assert len(said[0]) > 20
        assert opened.headings == ["155 passages, waiting for a question"]
    else:
        assert len(hits(opened, DENSE)) == 5
    for view in (WHY, PROMPT, BACK):
        opened.pick("screen", view)
        assert "<script" not in page(opened)
        assert "<img" not in page(opened)
        assert asked(opened) == text


def test_with_a_blank_question_the_page_waits_for_one() -> None:
    opened = visit(OPENING)
    for blank in ("", "   ", "\t"):
        opened.enter("question", OPENING).enter("question", blank)
        assert opened.headings == ["155 passages, waiting for a question"]
        assert "Type a question above, or choose one." in words(opened)
        assert problems(opened) == []


def test_a_question_longer_than_the_box_is_cut_there_and_searched() -> None:
    opened = visit("Where is the pizza oven? " * 200)
    assert len(asked(opened)) == 2_000
    assert len(hits(opened, DENSE)) == 5


def test_a_past_question_can_be_asked_again_but_not_the_beginnings_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.ui.retrieval.question_box._STILL_TYPING", math.inf)
    opened = visit(IN_WORDS)
    for typed in ("Which", "Which trail", PRAM):
        opened.enter("question", typed)
    assert opened.app.selectbox(key="asked_again").options == [IN_WORDS]
    opened.choose("asked_again", IN_WORDS)
    assert asked(opened) == IN_WORDS
    assert opened.app.selectbox(key="asked_again").options == [PRAM]
    assert names(opened, DENSE) == names(visit(IN_WORDS), DENSE)


def test_each_corpus_offers_its_own_questions(everyday: ShippedCorpus, notes: ShippedCorpus) -> None:
    opened = visit()
    for name, corpus in ((EVERYDAY, everyday), (NOTES, notes)):
        opened.pick("corpus", name)
        assert opened.app.selectbox(key="shipped_question").options == [each.text for each in corpus.questions]
    opened.choose("shipped_question", notes.questions[0].text)
    assert asked(opened) == notes.questions[0].text
