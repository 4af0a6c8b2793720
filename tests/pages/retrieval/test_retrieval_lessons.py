"""Lessons: each asks its question with its settings, and the page shows what the lesson says."""

import re
import tomllib

import pytest

from tests.support.paths import ASSETS
from tests.support.retrieval_page import (
    BACK,
    BM25,
    DENSE,
    EVERYDAY,
    HYBRID,
    OPENING,
    PROMPT,
    ShippedCorpus,
    asked,
    hits,
    names,
    number,
    own,
    visit,
    words,
)
from tests.support.visit import Visit

LESSONS = tomllib.loads((ASSETS / "lessons.toml").read_text(encoding="utf-8"))["lesson"]


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson["name"] for lesson in LESSONS])
def test_a_lesson_asks_its_question_as_it_says_and_goes_with_the_next_question(
    lesson: dict[str, str], everyday: ShippedCorpus
) -> None:
    assert lesson["corpus"] == "everyday"
    opened = own(question="What is a token?", chunks_by="sentences", overlap="20", k="3")
    opened.choose("lesson_picked", lesson["name"])
    assert asked(opened) == lesson["question"]
    assert opened.app.button_group(key="corpus").value == EVERYDAY
    assert opened.app.button_group(key="chunks_by").value == lesson.get("unit", "paragraphs")
    assert opened.app.slider(key=f"chunk_{lesson.get('unit', 'paragraphs')}").value == lesson.get("size", 1)
    assert opened.app.slider(key="overlap").value == 0
    assert lesson["says"] in words(opened)
    if "unit" not in lesson:
        assert names(opened, DENSE) == everyday.best_names(DENSE, lesson["question"])
    assert opened.app.button_group(key="screen").value == BACK
    opened.pick("screen", PROMPT)
    assert opened.app.button_group(key="ranked_by").value == lesson["method"]
    opened.pick("screen", BACK)
    assert lesson["says"] in words(opened)
    opened.enter("question", OPENING)
    assert lesson["says"] not in words(opened)


def taught(name: str) -> Visit:
    """Open the page and choose a lesson."""
    return visit().choose("lesson_picked", name)


def test_negation_puts_three_wrong_trails_first_and_the_right_one_not_among_five() -> None:
    passages = hits(taught("Negation"), DENSE)
    assert all(re.search(r"\b(not|cannot)\b", hit.text, re.IGNORECASE) and "pram" in hit.text for hit in passages[:3])
    assert "Travel · 2" not in [hit.name for hit in passages]


def test_a_question_without_an_answer_can_score_above_one_with_its_answer_first() -> None:
    opened = taught("Not in the corpus")
    sushi = hits(opened, DENSE)
    assert len(sushi) == 5
    assert not any("sushi" in hit.text.lower() for hit in sushi)
    soup = hits(opened.enter("question", "How do I rescue a soup that is too salty?"), DENSE)
    assert soup[0].name == "Cooking · 7"
    assert number(sushi[0].score) > number(soup[0].score)


def test_duplicates_fill_five_places_and_the_one_that_speaks_of_winter_is_sixth() -> None:
    passages = hits(taught("Duplicates").slide("k", 6), DENSE)
    assert {hit.name for hit in passages[:5]} == {f"Health and home · {number}" for number in range(10, 15)}
    assert passages[5].name == "Health and home · 15"
    assert ["From November to February" in hit.text for hit in passages] == [False] * 5 + [True]


def test_too_long_a_chunk_hides_what_a_paragraph_finds_first() -> None:
    opened = taught("Too long a chunk")
    passages = hits(opened, DENSE)
    assert not any("pass phrase" in hit.text for hit in passages)
    assert "soft-boiled egg" in passages[0].text
    opened.pick("chunks_by", "paragraphs")
    first, second = hits(opened, DENSE)[:2]
    assert "pass phrase" in first.text
    assert number(first.score) - number(second.score) > 0.1


def test_an_exact_number_is_first_by_words_and_not_among_five_by_meaning() -> None:
    opened = taught("An exact number")
    assert not any("LP-2074" in hit.text for hit in hits(opened, DENSE))
    assert any("postman" in hit.text for hit in hits(opened, DENSE))
    assert "LP-2074" in hits(opened, BM25)[0].text


def test_an_answer_without_a_word_in_common_is_found_by_meaning_alone() -> None:
    opened = taught("No word in common").slide("k", 20)
    assert hits(opened, DENSE)[0].text.startswith("An overly briny broth")
    assert not any("overly briny broth" in hit.text for hit in hits(opened, BM25))
    assert hits(opened, BM25)


def test_the_hybrid_puts_first_what_both_rankings_have_second() -> None:
    opened = taught("Two are better")
    first, *_ = hits(opened, HYBRID)
    assert first.text.startswith("Squatch's best friend is Beatrix")
    assert (names(opened, DENSE)[1], names(opened, BM25)[1]) == (first.name, first.name)
    assert "pineapple" in hits(opened, BM25)[0].text
