"""The index is away: every passage is compared. It has stopped: it is opened again."""

import pytest

from components.core.errors import StoreError
from components.core.retrieval.index.default_index import default_index
from tests.support.index_fixtures import embedded_server
from tests.support.retrieval_page import IN_WORDS, LOST, METHODS, PROMPT, WHY, hits, problems, visit, words


def test_without_an_index_every_passage_is_compared_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = {method: hits(visit(LOST), method) for method in METHODS}
    why = "The Milvus server at http://localhost:1 cannot be used: <gone>. Try again."

    def away(_: object) -> None:
        raise StoreError(why)

    monkeypatch.setattr("components.ui.retrieval.indexed_corpus.in_default_index", away)
    opened = visit(LOST)
    assert {method: hits(opened, method) for method in METHODS} == usual
    assert problems(opened) == [why]
    assert "So the question was compared with every passage, without the index." in words(opened)
    assert "HNSW" not in words(opened)
    for view in (WHY, PROMPT):
        opened.pick("screen", view)


def test_an_index_that_has_stopped_is_opened_again_and_the_page_says_so() -> None:
    usual = {method: hits(visit(IN_WORDS), method) for method in METHODS}
    server, served = embedded_server(default_index())
    server.stop(0)
    served.close()
    opened = visit(IN_WORDS)
    assert {method: hits(opened, method) for method in METHODS} == usual
    assert problems(opened) == []
    assert "The index had stopped. It was opened again" in words(opened)
    assert "The index had stopped" not in words(visit(IN_WORDS))
