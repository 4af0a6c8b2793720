"""The index is away: every passage is compared."""

import pytest

from components.core.errors import StoreError
from tests.support.retrieval_page import LOST, METHODS, PROMPT, WHY, hits, problems, visit, words


def test_without_an_index_every_passage_is_compared_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = {method: hits(visit(LOST), method) for method in METHODS}
    why = "The Milvus server at http://localhost:1 cannot be used: <gone>. Try again."

    def away() -> None:
        raise StoreError(why)

    monkeypatch.setattr("components.ui.retrieval.indexed_corpus.default_index", away)
    opened = visit(LOST)
    assert {method: hits(opened, method) for method in METHODS} == usual
    assert problems(opened) == [why]
    assert "So the question was compared with every passage, without the index." in words(opened)
    assert "HNSW" not in words(opened)
    for view in (WHY, PROMPT):
        opened.pick("screen", view)
