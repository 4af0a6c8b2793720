"""What context adds: the same sentences as four kinds of vectors, each measured and mapped as core does."""

import pytest

from components.core.mapping.clustering import agreement, k_means
from components.core.mapping.neighbours import map_quality, neighbourhood
from tests.support.reference import assert_close
from tests.support.sentence_map_page import KINDS, LabelledSentences, dots, pca_of, visit


@pytest.mark.parametrize("seed", [0, 1])
def test_each_kind_of_vectors_is_measured_as_core_measures_it(seed: int, shipped: LabelledSentences) -> None:
    opened = visit(screen=KINDS, seed=str(seed))
    rows = opened.table("How well each kind of vectors")
    assert [row[0] for row in rows] == list(shipped.kinds)
    keys = ("map-of-context", "map-of-unordered", "map-of-static", "map-of-tf-idf")
    for (kind, vectors), key, (_, size, kept, same, v_measure) in zip(shipped.kinds.items(), keys, rows, strict=True):
        assert size == f"{vectors.shape[1]:,}"
        quality = map_quality(vectors, dots(opened, key), 10)
        assert quality is not None
        assert kept == f"{quality.recall:.0%}", kind
        assert v_measure == f"{agreement(shipped.labels, k_means(vectors, 10, seed)).v_measure:.2f}", kind
        assert same == f"{shipped.with_same_label(vectors) / 240:.0%}", kind


def test_each_kinds_map_is_its_own_and_shows_the_picked_ones_neighbours_there(shipped: LabelledSentences) -> None:
    opened = visit(screen=KINDS).put("selected", (shipped.sentences[2],))
    placed = opened.sent("marks")["placed"]
    keys = ("map-of-context", "map-of-unordered", "map-of-static", "map-of-tf-idf")
    assert list(placed) == ["sentence-map", *keys]
    for key, vectors in zip(keys, shipped.kinds.values(), strict=True):
        expected = neighbourhood(vectors, dots(opened, key), 2, 10)
        lines = placed[key]["lines"]
        assert [line["to"] for line in lines] == expected.indices.tolist()
        assert [line["near"] for line in lines] == expected.near.tolist()
        assert_close([line["cosine"] for line in lines], expected.cosines)
        assert_close(dots(opened, key), pca_of(vectors).points)
    assert placed["sentence-map"]["lines"] == placed["map-of-context"]["lines"]


def test_the_large_map_can_be_of_each_kind_too(shipped: LabelledSentences) -> None:
    opened = visit()
    for kind, vectors in shipped.kinds.items():
        opened.choose("vectors", kind)
        assert opened.headings[0].startswith(f"{shipped.with_same_label(vectors)} of 240 ")
        assert_close(dots(opened), pca_of(vectors).points)
