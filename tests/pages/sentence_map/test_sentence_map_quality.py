"""What the map gets wrong: the quality of the drawn dots, as core measures it."""

import re

import numpy as np
import pytest

from components.core.mapping.neighbours import map_quality
from tests.support.sentence_map_page import ERRORS, LabelledSentences, dots, number_after, visit


def measured(shipped: LabelledSentences, points: np.ndarray) -> tuple[str, str]:
    """The share of neighbours kept and the trustworthiness, as they are printed."""
    quality = map_quality(shipped.unit_vectors, points, 10)
    assert quality is not None
    return f"{quality.recall:.0%}", f"{quality.trustworthiness:.2f}"


@pytest.mark.usefixtures("umap_compiled")
def test_recall_and_trustworthiness_are_those_of_the_drawn_dots_and_follow_the_settings(
    shipped: LabelledSentences,
) -> None:
    opened = visit(map="UMAP", screen=ERRORS)
    by_pca = ["PCA, 2-D", *measured(shipped, dots(visit()))]
    said = []
    for neighbours in (15, 3):
        opened.slide("neighbours", neighbours)
        recall, trust = measured(shipped, dots(opened))
        rows = opened.table("Other maps of the same vectors")
        shown_row = next(row for row in rows if "(shown)" in row[0])
        assert shown_row[0].startswith("UMAP, 2-D")
        assert shown_row[1:] == [recall, trust]
        assert f"keeps {recall} of the nearest neighbours" in opened.words
        assert number_after(opened.words, "Trustworthiness is") == trust
        said.append(rows)
        assert by_pca in rows
    # PCA knows no neighbours: of all rows only its own stay.
    first, second = ([row for row in rows if not row[0].startswith("PCA")] for rows in said)
    assert first != second
    assert said[0][-1] == said[1][-1]


@pytest.mark.parametrize(("count", "heading"), [(6, "6 sentences are too few"), (21, "This map keeps")])
def test_few_sentences_are_said_to_be_too_few_and_chance_is_said(count: int, heading: str) -> None:
    pasted = "\n".join(f"Sentence {number} is about the soup." for number in range(count))
    opened = visit(map="PCA", screen=ERRORS).pick("source", "Paste").write("pasted", pasted)
    assert opened.headings[0].startswith(heading)
    found = re.search(r"(\d+) nearest dots; by chance it is (\d+)%", opened.words)
    assert found is not None
    assert int(found[2]) == round(100 * int(found[1]) / (count - 1))
