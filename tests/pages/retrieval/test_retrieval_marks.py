"""Judging while searching: marked passages become questions of the corpus that they were marked on."""

import re
from typing import Any

from components.core.retrieval.evaluation.ladder import FEWEST_QUESTIONS
from tests.support.retrieval_page import (
    BACK,
    CRANES,
    DENSE,
    FAILED,
    KEYS,
    MENU,
    NOTES,
    PAGE,
    SCORED,
    ShippedCorpus,
    own,
    problems,
    visit,
    words,
)
from tests.support.visit import Visit

SNORE = "Do bats snore?"
SOUP = "What soup is sold?"


def boxes(opened: Visit) -> dict[str, bool]:
    """The boxes of the first ranking, by key, and whether each is ticked."""
    found: Any = opened.app.checkbox
    return {each.key: each.value for each in found if each.label == "answers it" and "Dense" in each.key}


def count_of_questions(opened: Visit) -> tuple[int, int]:
    """How many questions have an answer, and how many there are, as the page says."""
    found = re.search(r"(\d+) of (\d+) questions? ha(?:s|ve) an answer", words(opened))
    assert found is not None
    return int(found[1]), int(found[2])


def tick(opened: Visit, rank: int, ticked: bool = True) -> Visit:
    """Tick or clear the box of a passage of the first ranking."""
    box = opened.app.checkbox(key=list(boxes(opened))[rank - 1])
    return opened._ran(box.set_value(ticked))


def at(opened: Visit, screen: str) -> Visit:
    """Look at another screen of the page in the same session."""
    return opened.pick("screen", screen)


def test_a_marked_passage_is_ticked_in_every_ranking_counted_listed_and_taken_back(everyday: ShippedCorpus) -> None:
    opened = visit(SNORE)
    assert not any(boxes(opened).values())
    assert "tick “answers it” beside each passage" in " ".join(each.value for each in opened.app.caption)
    tick(opened, 1)
    tick(opened, 2)
    assert [*boxes(opened).values()][:3] == [True, True, False]
    best = everyday.dense(SNORE)[0].index
    hybrid: Any = [each for each in opened.app.checkbox if "Hybrid" in str(each.key)]
    assert sum(each.value for each in hybrid) >= 1
    assert "1 question, 2 passages marked" in words(opened)
    assert everyday.texts[best][:40] in words(opened)
    opened.enter("question", "Where do bats sleep by day?")
    assert not any(boxes(opened).values())
    opened.enter("question", SNORE)
    tick(opened, 2, ticked=False)
    assert "1 question, 1 passage marked" in words(opened)
    opened.press("Take back")
    assert not any(boxes(opened).values())
    assert "marked" not in words(opened)


def test_marks_outlive_other_pages_and_count_on_the_corpus_they_were_made_on_alone() -> None:
    opened = tick(visit(SNORE), 1)
    before = count_of_questions(visit(screen=SCORED))
    opened.go_to("Tokens").go_to(PAGE)
    assert next(iter(boxes(opened).values()))
    at(opened, SCORED)
    assert count_of_questions(opened) == (before[0] + 1, before[1] + 1)
    assert "in these documents, 1 of them marked by you." in words(opened)
    at(opened, FAILED)
    assert f"of {before[0] + 1} questions" in opened.headings[0]
    at(opened, SCORED).pick("corpus", NOTES)
    assert "marked by you" not in words(opened)


def test_a_question_that_comes_with_the_corpus_stays_one_question_when_its_answer_is_marked() -> None:
    before = count_of_questions(visit(screen=SCORED))
    opened = tick(visit("Where do bats sleep by day?"), 1)
    at(opened, SCORED)
    assert count_of_questions(opened) == before
    assert "1 of them marked by you." in words(opened)


def test_marks_on_own_documents_are_scored_and_said_to_be_too_few() -> None:
    opened = own().write("document_pasted", f"{MENU}\n\n{CRANES}\n\n{KEYS}").press("Add the text")
    at(opened, SCORED)
    assert "Tick “answers it” beside passages on “results”" in words(opened)
    at(opened, BACK)
    opened.enter("question", SOUP)
    tick(opened, 1)
    at(opened, SCORED)
    assert "1 of 1 question has an answer in these documents, 1 of them marked by you." in words(opened)
    assert f"Fewer than {FEWEST_QUESTIONS} are too few to tell ways of searching apart." in words(opened)
    assert {row[0]: row[1] for row in opened.table("R@k (recall)")}[DENSE] == "1.000"
    # Cut otherwise, the answer is still where it was.
    opened.pick("chunks_by", "sentences")
    assert "1 of 1 question has an answer in these documents" in words(opened)


def test_a_mark_whose_document_is_removed_is_said_and_counts_again_when_it_is_added_again() -> None:
    opened = own().write("document_pasted", f"{MENU}\n\n{CRANES}").press("Add the text").enter("question", SOUP)
    tick(opened, 1).press("Remove")
    assert "1 marked passage does not count: “" in words(opened)
    assert "was removed. It counts again when it is added again." in words(opened)
    opened.write("document_pasted", f"{MENU}\n\n{CRANES}").press("Add the text")
    assert "does not count" not in words(opened)
    assert next(iter(boxes(opened).values()))
    opened.press("Remove").press("Take back all marks")
    assert "does not count" not in words(opened)
    assert problems(opened) == []
