"""The passages on a map, and the question among them."""

import numpy as np
import pytest

from components.core.mapping.neighbours import nearest_dots
from components.core.mapping.projection import Projection
from tests.support.reference import assert_close
from tests.support.retrieval_page import BM25, DENSE, IN_WORDS, LOST, MAP, PRAM, ShippedCorpus, visit, words

SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five")


@pytest.mark.usefixtures("umap_compiled")
def test_the_map_stays_while_questions_land_on_it_with_lines_to_what_came_back(everyday: ShippedCorpus) -> None:
    opened = visit(PRAM, screen=MAP)
    maps, stars = [], []
    for question, method in ((PRAM, DENSE), (IN_WORDS, DENSE), (LOST, BM25)):
        opened.enter("question", question).pick("ranked_by", method)
        described, values = opened.view("passage-map")
        maps.append(opened.view("passage-map"))
        marks = opened.sent("passage-marks")
        placed = marks["placed"]["passage-map"]
        (star,) = placed["added"]
        stars.append(star)
        best = [each.index for each in everyday.ranking(method, question)]
        assert [line["to"] for line in placed["lines"]] == best
        assert_close([line["cosine"] for line in placed["lines"]], everyday.cosines(question)[best])
        assert described["count"] == 155
        dots = np.frombuffer(values, dtype="<f4", count=2 * 155).reshape(155, 2)
        drawn = Projection(dots, "UMAP", np.zeros(2), 1.0, None)
        landed = drawn.place(everyday.question_vector(question)[None], everyday.unit_vectors)
        assert_close(star, landed[0])
        nearest = nearest_dots(np.vstack([dots, landed]), 5, np.array([155]))[0]
        near = [index in nearest for index in best]
        assert [line["near"] for line in placed["lines"]] == near
        are = "is" if sum(near) == 1 else "are"
        count = SMALL_NUMBERS[sum(near)].capitalize()
        assert f"{count} of {SMALL_NUMBERS[len(best)]} retrieved passages {are} near on this map" in words(opened)
        assert marks["added"] == [f"Question: {question}"]
        assert "which moves it towards what Dense retrieves" in words(opened)
    assert maps[0] == maps[1] == maps[2]
    assert stars[0] != stars[1] != stars[2]
    opened.enter("question", "")
    assert opened.headings == ["155 passages, waiting for a question"]
