"""Ways that are prepared once for a corpus, and forgotten when nobody asks for them any more."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from components.core.retrieval.documents import ChunkSettings
from components.core.retrieval.search.ways.first_stage import DENSE, WORDS
from components.core.retrieval.search.ways.way import PreparedWay, Ranking
from components.ui.caches import prepared_ways
from components.ui.caches.corpora import IndexRequest
from components.ui.caches.prepared_ways import PreparedRequest, SharedRequest

INDEX = IndexRequest("a model", "a digest", ChunkSettings())


@dataclass(frozen=True)
class Kept:
    nbytes: int = 8


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    yield
    prepared_ways.forget_unused(-1)


def prepared() -> PreparedWay:
    return PreparedWay(lambda _: Ranking(np.zeros(0, dtype=int), np.zeros(0)), (), 8)


def test_a_way_is_prepared_once_for_the_same_documents_and_again_for_others() -> None:
    made: list[PreparedRequest] = []

    def get(request: PreparedRequest) -> PreparedWay:
        def make() -> PreparedWay:
            made.append(request)
            return prepared()

        return prepared_ways.prepared_way(request, make)

    whole = PreparedRequest(INDEX, (), DENSE)
    assert get(whole) is get(PreparedRequest(INDEX, (), DENSE))
    others = [PreparedRequest(INDEX, ("one",), DENSE), PreparedRequest(INDEX, (), WORDS)]
    assert len({id(get(each)) for each in (whole, *others)}) == 3
    assert made == [whole, *others]
    assert all(prepared_ways.is_prepared(each) for each in made)


def test_what_was_not_asked_for_lately_is_forgotten_and_nothing_else() -> None:
    request, name = PreparedRequest(INDEX, (), DENSE), SharedRequest(INDEX, (), "token vectors")
    first = prepared_ways.prepared_way(request, prepared)
    vectors = prepared_ways.shared(name, Kept)
    prepared_ways.forget_unused(3_600)
    assert prepared_ways.prepared_way(request, prepared) is first
    assert prepared_ways.shared(name, Kept) is vectors
    prepared_ways.forget_unused(-1)
    assert not prepared_ways.is_prepared(request)
    assert prepared_ways.prepared_way(request, prepared) is not first
