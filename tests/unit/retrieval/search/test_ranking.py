"""Rankings that do not depend on rounding, a fusion that is Milvus Lite's and can be done by hand, and misses."""

from collections.abc import Iterator

import numpy as np
import pytest
from pymilvus import AnnSearchRequest, DataType, Function, FunctionType, MilvusClient, RRFRanker

from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.search.bm25 import Bm25
from components.core.retrieval.search.ranking import (
    RankedItem,
    exact_search,
    index_misses,
    ranking_order,
    reciprocal_rank_fusion,
    top_k,
)

_WIDTH = 8
_RANDOM = np.random.default_rng(5)
_VECTORS = normalise_rows(_RANDOM.normal(size=(60, _WIDTH)).astype(np.float32))
_WORDS = [f"word{number}" for number in range(25)]
# Of different lengths and words, so that no two texts score the same.
_TEXTS = [" ".join(_RANDOM.choice(_WORDS, 5 + index)) for index in range(60)]


def _hits(*pairs: tuple[int, float]) -> list[RankedItem]:
    return [RankedItem(index, score, rank) for rank, (index, score) in enumerate(pairs, 1)]


# Ranking


def test_a_ranking_is_that_of_a_plain_sort_and_counts_from_1() -> None:
    scores = _RANDOM.normal(size=200)
    found = top_k(scores, 50)
    assert [each.index for each in found] == sorted(range(200), key=lambda index: -scores[index])[:50]
    assert [each.rank for each in found] == list(range(1, 51))
    assert [each.score for each in found] == [scores[each.index] for each in found]


def test_fewer_than_k_are_ranked_where_there_are_fewer() -> None:
    assert [each.index for each in top_k(np.array([1.0, 2.0]), 5)] == [1, 0]
    assert top_k(np.array([]), 5) == ()
    assert top_k(np.array([1.0]), 5, allowed=np.array([False])) == ()


def test_equal_scores_come_in_their_order_whatever_the_rounding() -> None:
    rounding = np.random.default_rng(0)
    exact = np.repeat([0.3, 0.8, 0.5], 40)
    expected = [*range(40, 80), *range(80, 120), *range(40)]
    for _ in range(20):
        scores = (exact + rounding.uniform(-1e-7, 1e-7, len(exact))).astype(np.float32)
        assert ranking_order(scores).tolist() == expected


def test_scores_that_differ_by_more_than_rounding_keep_their_order() -> None:
    assert ranking_order(np.array([0.5, 0.5 + 2e-6])).tolist() == [1, 0]
    assert ranking_order(np.array([0.5, 0.5 + 5e-7])).tolist() == [0, 1]
    # Sums of thousands have fewer digits behind the point.
    assert ranking_order(np.array([5000.0, 5000.0 + 1e-3])).tolist() == [0, 1]


def test_only_what_is_allowed_and_above_the_floor_is_ranked() -> None:
    scores = np.array([3.0, 0.0, 2.0, 4.0, -1.0])
    allowed = np.array([True, True, True, False, True])
    assert [each.index for each in top_k(scores, 5, allowed)] == [0, 2, 1, 4]
    assert [each.index for each in top_k(scores, 5, allowed, floor=0.0)] == [0, 2]
    assert [each.index for each in top_k(scores, 5, floor=2.0)] == [3, 0]


def test_exact_dense_search_compares_every_vector() -> None:
    question = normalise_rows(np.ones((1, _WIDTH), dtype=np.float32))[0]
    found = exact_search(_VECTORS, question, 10)
    cosines = [float(np.dot(each.astype(float), question.astype(float))) for each in _VECTORS]
    assert [each.index for each in found] == sorted(range(60), key=lambda index: -cosines[index])[:10]
    assert [each.score for each in found] == pytest.approx(sorted(cosines, reverse=True)[:10], abs=1e-6)
    allowed = np.arange(60) != found[0].index
    assert [each.index for each in exact_search(_VECTORS, question, 9, allowed)] == [each.index for each in found[1:]]


# Fusion


def test_a_fusion_worked_by_hand() -> None:
    fused = reciprocal_rank_fusion(
        {"BM25": _hits((5, 9.0), (2, 8.0), (9, 7.0)), "Dense": _hits((2, 0.9), (7, 0.8), (5, 0.7))}, k=3
    )
    # 2: 1/62 + 1/61; 5: 1/61 + 1/63; 7: 1/62; 9: 1/63.
    assert [each.index for each in fused] == [2, 5, 7]
    assert [each.score for each in fused] == pytest.approx([1 / 62 + 1 / 61, 1 / 61 + 1 / 63, 1 / 62])
    assert [each.rank for each in fused] == [1, 2, 3]
    assert fused[0].ranks == {"BM25": 2, "Dense": 1}
    assert fused[2].ranks == {"BM25": None, "Dense": 2}
    assert fused[2].parts == {"BM25": 0.0, "Dense": 1 / 62}


def test_the_parts_of_a_fusion_sum_exactly_to_its_score() -> None:
    rankings = {name: top_k(_RANDOM.normal(size=60), 30) for name in ("a", "b", "c")}
    fused = reciprocal_rank_fusion(rankings, k=60, constant=10)
    assert {each.index for each in fused} == {hit.index for hits in rankings.values() for hit in hits}
    assert all(each.score == sum(each.parts.values()) for each in fused)
    assert max(each.score for each in fused) == fused[0].score


def test_equal_sums_come_by_place_also_if_they_were_added_in_another_order() -> None:
    # Three ranks in every order: with floats, 1/61 + 1/67 + 1/68 depends on the order.
    ranks = [(1, 7, 8), (1, 8, 7), (7, 1, 8), (7, 8, 1), (8, 1, 7), (8, 7, 1)]
    rankings = {
        name: [RankedItem(index, 0.0, of[number]) for index, of in enumerate(ranks)]
        for number, name in enumerate("abc")
    }
    fused = reciprocal_rank_fusion(rankings, k=6)
    assert len({each.score for each in fused}) > 1
    assert [each.index for each in fused] == list(range(6))


def test_nothing_is_fused_of_nothing() -> None:
    assert reciprocal_rank_fusion({}, k=5) == ()
    assert reciprocal_rank_fusion({"BM25": [], "Dense": []}, k=5) == ()


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusClient]:
    """Milvus Lite with the texts and their vectors, which it compares one by one."""
    client = MilvusClient(str(tmp_path_factory.mktemp("milvus") / "texts.db"))
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    analyzer = {"tokenizer": "standard"}
    schema.add_field("text", DataType.VARCHAR, max_length=65_535, enable_analyzer=True, analyzer_params=analyzer)
    schema.add_field("dense", DataType.FLOAT_VECTOR, dim=_WIDTH)
    schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(
        Function(name="bm25", function_type=FunctionType.BM25, input_field_names=["text"], output_field_names=["words"])
    )
    index = client.prepare_index_params()
    index.add_index("dense", index_type="FLAT", metric_type="COSINE")
    index.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
    client.create_collection("texts", schema=schema, index_params=index)
    rows = zip(_TEXTS, _VECTORS, strict=True)
    client.insert("texts", [{"id": index, "text": text, "dense": row} for index, (text, row) in enumerate(rows)])
    client.flush("texts")
    yield client
    client.close()


def test_a_fusion_of_bm25_and_dense_is_that_of_milvus_lite(lite: MilvusClient) -> None:
    bm25 = Bm25(_TEXTS)
    for number in range(10):
        words = " ".join(_RANDOM.choice(_WORDS, 3, replace=False))
        vector = normalise_rows(_RANDOM.normal(size=(1, _WIDTH)).astype(np.float32))[0]
        rankings = {"Dense": exact_search(_VECTORS, vector, 20), "BM25": top_k(bm25.scores(words), 20, floor=0.0)}
        fused = reciprocal_rank_fusion(rankings, k=40)
        asked = [
            AnnSearchRequest([vector], "dense", {}, limit=20),
            AnnSearchRequest([words], "words", {}, limit=20),
        ]
        hits = lite.hybrid_search("texts", asked, RRFRanker(60), limit=40, output_fields=["id"])[0]
        # Compared by text: Lite leaves those of equal sums in an order of its own.
        expected = {hit["id"]: abs(hit["distance"]) for hit in hits}
        assert len(expected) > 20, number
        assert {each.index: each.score for each in fused} == pytest.approx(expected, abs=1e-7)
        assert [each.score for each in fused] == pytest.approx([abs(hit["distance"]) for hit in hits], abs=1e-7)


# What an index missed


def test_an_index_missed_what_exact_search_found_and_it_did_not() -> None:
    exact = _hits((1, 0.9), (2, 0.8), (3, 0.7), (4, 0.6))
    assert index_misses(_hits((1, 0.9), (3, 0.7), (5, 0.5), (6, 0.4)), exact) == (exact[1], exact[3])
    assert index_misses(exact, exact) == ()
    # An index may also find fewer than it was asked for.
    assert index_misses(_hits((1, 0.9), (2, 0.8)), exact) == (exact[2], exact[3])
    assert index_misses([], exact) == tuple(exact)
    assert index_misses(exact, []) == ()


def test_another_with_the_same_score_is_no_miss_and_makes_up_for_one() -> None:
    exact = _hits((1, 0.9), (2, 0.6), (3, 0.6))
    assert index_misses(_hits((1, 0.9), (3, 0.6), (7, 0.599993)), exact) == ()
    assert index_misses(_hits((1, 0.9), (3, 0.6), (7, 0.59998)), exact) == (exact[1],)
    assert index_misses(_hits((1, 0.9), (7, 0.599993)), exact) == (exact[1],)
    # A worse one makes up for the last, not for the first.
    assert index_misses(_hits((2, 0.6), (3, 0.6), (7, 0.6)), exact) == (exact[0],)
    assert index_misses(_hits((3, 0.6), (7, 0.6)), exact) == (exact[0],)
