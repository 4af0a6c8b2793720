"""Feedback: passages that are marked as wrong, and how feedback moves the question on the map and its ranks."""

import numpy as np
import pytest

from components.core.mapping.projection import Projection
from components.core.retrieval.search.ranking import exact_search
from components.core.retrieval.search.rocchio import move_question, pseudo_feedback
from tests.support.reference import assert_close
from tests.support.retrieval_page import MAP, PRAM, ShippedCorpus, button_keys, visit, words

SELL = "How do I sell things?"


@pytest.mark.usefixtures("umap_compiled")
def test_pseudo_feedback_is_an_arrow_from_where_the_question_was_to_where_it_is(everyday: ShippedCorpus) -> None:
    opened = visit(SELL, screen=MAP, feedback="first passages", feedback_passages="10", feedback_beta="1.0")
    moved = pseudo_feedback(everyday.unit_vectors, everyday.question_vector(SELL), 10, beta=1.0).question
    placed = opened.sent("passage-marks")["placed"]["passage-map"]
    _, values = opened.view("passage-map")
    dots = np.frombuffer(values, dtype="<f4", count=2 * 155).reshape(155, 2)
    drawn = Projection(dots, "UMAP", np.zeros(2), 1.0, None)
    expected = drawn.place(np.vstack([moved.before, moved.after]), everyday.unit_vectors)
    assert_close(placed["origin"], expected[0])
    assert_close(placed["added"][0], expected[1])
    after = exact_search(everyday.unit_vectors, moved.after, 5)
    assert [line["to"] for line in placed["lines"]] == [each.index for each in after]
    assert_close([line["cosine"] for line in placed["lines"]], [each.score for each in after])
    before = {each.index: each.rank for each in everyday.dense(SELL)}
    rows = opened.table("The passages that Dense retrieves for the moved question")
    assert [row[:2] for row in rows] == [[everyday.names[each.index], str(before[each.index])] for each in after]
    new = len({each.index for each in after} - {each.index for each in everyday.dense(SELL, 5)})
    assert new == 2
    assert f"a cosine of {moved.cosine:.3f} with where it was: two of the first five passages are new" in words(opened)


@pytest.mark.usefixtures("umap_compiled")
def test_a_passage_that_is_marked_as_wrong_moves_this_question_and_no_other(everyday: ShippedCorpus) -> None:
    opened = visit(SELL)
    wrong = everyday.dense(SELL, 1)[0].index
    opened.press_key("wrong__Dense_1")
    assert "marked__Dense_1" in button_keys(opened, "marked__")
    opened.put("screen", MAP).slide("feedback_gamma", 0.5)
    moved = move_question(
        everyday.question_vector(SELL), everyday.unit_vectors[:0], everyday.unit_vectors[[wrong]], gamma=0.5
    )
    placed = opened.sent("passage-marks")["placed"]["passage-map"]
    after = exact_search(everyday.unit_vectors, moved.after, 5)
    assert [line["to"] for line in placed["lines"]] == [each.index for each in after]
    assert placed["origin"] is not None
    assert f"Marked as wrong: {everyday.names[wrong]}." in words(opened)
    opened.enter("question", PRAM)
    placed = opened.sent("passage-marks")["placed"]["passage-map"]
    assert placed["origin"] is None
    assert "Mark a passage with “Not this one”" in words(opened)


def test_a_mark_can_be_taken_back() -> None:
    opened = visit(SELL)
    assert button_keys(opened, "marked_") == []
    opened.press_key("wrong__Dense_1")
    assert "marked__Dense_1" in button_keys(opened, "marked_")
    opened.press_key("marked__Dense_1")
    assert button_keys(opened, "marked_") == []


@pytest.mark.usefixtures("umap_compiled")
def test_feedback_that_is_off_leaves_the_map_as_it_is() -> None:
    opened = visit(SELL, screen=MAP)
    assert opened.sent("passage-marks")["placed"]["passage-map"]["origin"] is None
    assert "Feedback" not in opened.headings[0]
