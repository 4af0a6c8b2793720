"""The map: dots where core puts them, by each method, of few sentences and of all that ship."""

import numpy as np
import pytest

from components.core.mapping.projection import ProjectionSettings, fit_projection
from tests.support.reference import assert_close
from tests.support.sentence_map_page import (
    PAGE,
    SCREENS,
    SELECTION,
    TWO_TOPICS,
    LabelledSentences,
    colours,
    dots,
    paste,
    shown,
    visit,
)
from tests.support.visit import Visit


@pytest.mark.usefixtures("umap_compiled")
def test_it_opens_with_the_shipped_sentences_mapped_by_umap(shipped: LabelledSentences) -> None:
    opened = Visit(PAGE, screen=SELECTION)
    assert shown(opened) == shipped.sentences
    names, group_of = colours(opened)
    assert [names[number] for number in group_of] == shipped.labels
    assert len(set(shipped.labels)) == len(names) == 10
    settings = ProjectionSettings("UMAP", 2, 15, 0.1, 0)
    assert_close(dots(opened), fit_projection(shipped.unit_vectors, settings).points)
    assert opened.sent("marks")["selected"] == []


def test_its_title_counts_the_nearest_neighbours_under_the_same_label(shipped: LabelledSentences) -> None:
    opened = visit()
    same = shipped.with_same_label(shipped.unit_vectors)
    assert opened.headings == [f"{same} of 240 sentences have a nearest neighbour with the same label"]
    assert "240 sentences, 10 labels" in opened.words


@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_map_by_pca_is_that_of_core_and_fills_its_frame(dimensions: int, shipped: LabelledSentences) -> None:
    drawn = dots(visit(dimensions=f"{dimensions}-D"))
    assert_close(np.abs(drawn).max(), 1)
    assert_close(drawn, shipped.pca(dimensions).points)


@pytest.mark.usefixtures("umap_compiled")
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_few_sentences_are_mapped_by_every_method_and_measured_where_they_can_be(count: int) -> None:
    opened = paste(*TWO_TOPICS[:count])
    for question in SCREENS[::-1]:
        assert opened.pick("screen", question).error is None
    for method in ("UMAP", "t-SNE", "PCA"):
        for dimensions in ("2-D", "3-D"):
            opened.pick("map", method).pick("dimensions", dimensions)
            assert dots(opened).shape == (count, int(dimensions[0]))
            assert np.isfinite(dots(opened)).all()


def test_sentences_too_long_to_be_read_whole_are_counted() -> None:
    long = "The pizza came out of the oven. " * 60
    opened = paste("A dog barks.", "The cat sleeps.", f"{long}It was late.")
    assert "1 sentence has more than 256 tokens" in opened.words
    opened.enter("sentence_to_add", f"{long}It was early.")
    assert "2 sentences have more than 256 tokens" in opened.words
