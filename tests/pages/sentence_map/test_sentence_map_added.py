"""Added sentences: where they land on the map, their neighbours, and how many there may be."""

import numpy as np
import pytest

from components.core.mapping.neighbours import neighbourhood
from components.core.mapping.projection import Projection, ProjectionMethod
from tests.support.reference import assert_close
from tests.support.sentence_map_page import NEW, LabelledSentences, dots, paste, visit, words


@pytest.mark.usefixtures("umap_compiled")
@pytest.mark.parametrize("method", ["UMAP", "t-SNE"])
def test_an_added_sentence_lands_where_core_places_it_and_moves_no_dot(
    method: ProjectionMethod, shipped: LabelledSentences
) -> None:
    opened = visit(map=method)
    before, drawn = opened.view("sentence-map"), dots(opened)
    opened.enter("sentence_to_add", f"  Squatch  {NEW.removeprefix('Squatch ')} ")
    marks = opened.sent("marks")
    projection = Projection(drawn, method, np.zeros(2), 1.0, None)
    expected = projection.place(shipped.vector_of(NEW)[None], shipped.unit_vectors)
    assert_close(marks["placed"]["sentence-map"]["added"], expected)
    assert marks["added"] == [NEW]
    assert marks["selected"] == [240]
    assert opened.view("sentence-map") == before
    assert opened.app.text_input(key="sentence_to_add").value == ""


@pytest.mark.parametrize("dimensions", [2, 3])
def test_on_a_pca_an_added_sentence_lands_where_it_is_projected(dimensions: int, shipped: LabelledSentences) -> None:
    opened = visit(dimensions=f"{dimensions}-D").enter("sentence_to_add", NEW)
    expected = shipped.pca(dimensions).place(shipped.vector_of(NEW)[None], shipped.unit_vectors)
    assert_close(opened.sent("marks")["placed"]["sentence-map"]["added"], expected)


def test_an_added_sentences_neighbours_are_those_of_core(shipped: LabelledSentences) -> None:
    opened = visit().enter("sentence_to_add", NEW)
    placed = opened.sent("marks")["placed"]["sentence-map"]
    vectors, points = (
        np.vstack([shipped.unit_vectors, shipped.vector_of(NEW)]),
        np.vstack([dots(opened), placed["added"]]),
    )
    expected, lines = neighbourhood(vectors, points, 240, 10), placed["lines"]
    assert [line["to"] for line in lines] == expected.indices.tolist()
    assert [line["near"] for line in lines] == expected.near.tolist()
    assert_close([line["cosine"] for line in lines], expected.cosines)


def test_a_sentence_that_was_added_is_not_added_again_but_selected() -> None:
    opened = visit().enter("sentence_to_add", NEW).enter("sentence_to_add", "Rain again.")
    assert opened.sent("marks")["selected"] == [241]
    opened.enter("sentence_to_add", NEW)
    marks = opened.sent("marks")
    assert marks["added"] == [NEW, "Rain again."]
    assert marks["selected"] == [240]


def test_a_sentence_of_the_set_that_is_added_is_selected_and_not_drawn_twice(shipped: LabelledSentences) -> None:
    opened = visit().enter("sentence_to_add", shipped.sentences[5])
    marks = opened.sent("marks")
    assert (marks["added"], marks["selected"]) == ([], [5])
    assert 5 not in [line["to"] for line in marks["placed"]["sentence-map"]["lines"]]


def test_a_blank_or_unreadable_sentence_is_not_added() -> None:
    opened = visit().enter("sentence_to_add", NEW).enter("sentence_to_add", "   ")
    assert opened.sent("marks")["added"] == [NEW]
    assert "nothing to read" not in words(opened)
    opened.enter("sentence_to_add", "\x07")
    assert opened.sent("marks")["added"] == [NEW]
    assert opened.app.text_input(key="sentence_to_add").value == "\x07"
    assert "nothing to read in 1 character" in words(opened)


def test_a_sentence_beyond_a_hundred_stays_in_its_box_and_the_reader_is_told() -> None:
    opened = paste("a cat", "a dog").put("added", tuple(f"number {number}" for number in range(99)))
    opened.enter("sentence_to_add", "the hundredth")
    assert opened.sent("marks")["selected"] == [101]
    opened.enter("sentence_to_add", "one too many")
    assert len(opened.sent("marks")["added"]) == 100
    assert opened.app.text_input(key="sentence_to_add").value == "one too many"
    assert "You can add at most 100 sentences." in words(opened)


def test_added_sentences_stay_on_other_sets_and_can_be_removed() -> None:
    opened = visit().enter("sentence_to_add", NEW).pick("source", "Paste").write("pasted", "a cat\na dog\nthe sun")
    marks = opened.sent("marks")
    assert (marks["added"], marks["selected"]) == ([NEW], [3])
    marks = opened.press("Remove added sentences").sent("marks")
    assert (marks["added"], marks["selected"]) == ([], [])
    assert marks["placed"]["sentence-map"]["added"] == []
