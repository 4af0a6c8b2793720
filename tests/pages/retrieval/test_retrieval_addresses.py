"""Addresses: what was chosen comes back, and what makes no sense is ignored."""

from tests.support.retrieval_page import BM25, EVERYDAY, LOST, WHY, asked, page, visit


def test_an_address_brings_back_all_that_was_chosen() -> None:
    opened = visit(LOST, corpus=EVERYDAY, k="7", screen=WHY, ranked_by=BM25, threshold="0.5")
    assert asked(opened) == LOST
    assert opened.app.slider(key="k").value == 7
    assert opened.app.button_group(key="ranked_by").value == BM25
    assert opened.app.button_group(key="screen").value == WHY
    assert len(opened.app.selectbox(key="passage_explained").options) == 7


def test_nonsense_in_the_address_is_ignored() -> None:
    nonsense = {
        "corpus": "nonsense",
        "chunks_by": "nonsense",
        "chunk_paragraphs": "1000000",
        "overlap": "-3",
        "k": "500",
        "in": "Nowhere",
        "retrieval": "nonsense",
        "ranked_by": "nonsense",
        "threshold": "seven",
        "predict": "perhaps",
    }
    assert page(visit(**nonsense)) == page(visit())
