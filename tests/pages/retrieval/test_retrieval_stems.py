"""BM25 by stems, which the reader may choose: the rankings and their explanation follow."""

import pytest

from components.core.retrieval.search.bm25 import Bm25
from components.core.retrieval.search.ranking import top_k
from tests.support.retrieval_page import BM25, WHY, ShippedCorpus, names, scores, visit, words

ASKED = "Which onion keeps longest?"


def test_by_stems_the_ranking_by_words_is_that_of_core(everyday: ShippedCorpus) -> None:
    opened = visit(ASKED)
    assert names(opened, BM25) == [
        everyday.names[hit.index] for hit in top_k(everyday.bm25.scores(ASKED), 5, floor=0.0)
    ]
    opened = visit(ASKED, stems="true")
    best = top_k(Bm25(everyday.texts, stemmed=True).scores(ASKED), 5, floor=0.0)
    assert names(opened, BM25) == [everyday.names[hit.index] for hit in best]
    assert scores(opened, BM25) == pytest.approx([hit.score for hit in best], abs=5e-4)
    assert "by shared stems" in words(opened)


@pytest.mark.parametrize(("stems", "counted"), [("false", "keeps"), ("true", "keep")])
def test_the_words_that_add_to_a_score_are_named_as_they_are_counted(stems: str, counted: str) -> None:
    opened = visit(ASKED, screen=WHY, ranked_by=BM25, stems=stems)
    assert counted in [row[0] for row in opened.table("The part of each question word in the BM25 score.")]
    said = {"false": "“keeps” is not “keep”", "true": "A word counts by its stem"}
    assert said[stems] in words(opened)
