"""Evaluation: each search method finds what it is known to find, and the means are those of a plain count."""

import math
from collections.abc import Sequence
from statistics import fmean

import numpy as np
import pytest
from scipy.stats import bootstrap

from components.core import Encoder
from components.core.model.interventions import Intervention, PositionsOff
from components.core.model.prompts import TextKind
from components.core.numerics.bootstrap import Interval
from components.core.numerics.similarity import normalise_rows
from components.core.retrieval.documents import Chunk, Question, Span
from components.core.retrieval.evaluation.evaluation import (
    MEASURES,
    EncodeKind,
    Evaluation,
    evaluate,
    mean_differences,
    means,
)
from components.core.retrieval.evaluation.measures import holds, ndcg, recall, reciprocal_rank
from components.core.retrieval.search.bm25 import Bm25
from components.core.retrieval.search.hybrid import CANDIDATES
from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.ranking import exact_search, reciprocal_rank_fusion, top_k

_TEXTS = [
    "The dog bites the man.",
    "The man bites the dog.",
    "Bake the dough at 230 degrees for twelve minutes.",
    "A physician examined the injured child.",
    "The error code E1734 means that the pump is blocked.",
    "Water boils at a hundred degrees.",
    "The error code E1735 means that the door is open.",
    *(f"Nothing but filler number {number} stands here." for number in range(60)),
]
#: Two chunks a document, one after the other; each text is as long as its chunk.
_CHUNKS = [
    Chunk(f"document {index // 2}", index % 2, 1_000 * (index % 2), 1_000 * (index % 2) + len(text), text, 10)
    for index, text in enumerate(_TEXTS)
]


def _span(*indices: int) -> tuple[Span, ...]:
    return tuple(Span(chunk.document, chunk.start, chunk.end) for chunk in (_CHUNKS[index] for index in indices))


_QUESTIONS = [
    Question("What does E1734 mean?", _span(4)),
    Question("Which doctor looked after the hurt kid?", _span(3)),
    Question("How hot must the oven be?", _span(2, 5)),
    Question("Who won the chess championship?", ()),
    Question("E1735", (*_span(6), Span("document 2", 400, 500))),  # the second is in no chunk
    Question("the of and", _span(0)),  # no word that BM25 counts
]


def encoding_with(encoder: Encoder) -> EncodeKind:
    return lambda texts, interventions, kind: encoder.encode(texts, interventions, kind=kind)


@pytest.fixture(scope="module")
def evaluation(encoder: Encoder) -> Evaluation:
    return evaluate(_CHUNKS, _QUESTIONS, encoder, encoding_with(encoder))


def _unit_vectors(encoder: Encoder) -> tuple[np.ndarray, np.ndarray]:
    texts = normalise_rows(encoder.encode(_TEXTS))
    return texts, normalise_rows(encoder.encode([question.text for question in _QUESTIONS]))


def test_bm25_and_dense_find_what_their_own_search_finds(encoder: Encoder, evaluation: Evaluation) -> None:
    bm25, (units, questions) = Bm25(_TEXTS), _unit_vectors(encoder)
    for number, question in enumerate(_QUESTIONS):
        dense = exact_search(units, questions[number], 10)
        words = top_k(bm25.scores(question.text), 10, floor=0.0)
        for method, expected in ((SearchMethod.DENSE, dense), (SearchMethod.BM25, words)):
            best = evaluation.results[method].outcomes[number].best
            assert [(each.index, each.rank) for each in best] == [(each.index, each.rank) for each in expected]
            assert [each.score for each in best] == pytest.approx([each.score for each in expected], abs=1e-6)
    assert len(evaluation.results[SearchMethod.BM25].outcomes[0].best) == 1


def test_a_hybrid_search_is_the_fusion_of_the_candidates_of_both(encoder: Encoder, evaluation: Evaluation) -> None:
    bm25, (units, questions) = Bm25(_TEXTS), _unit_vectors(encoder)
    for number, question in enumerate(_QUESTIONS):
        both = {
            "BM25": top_k(bm25.scores(question.text), CANDIDATES, floor=0.0),
            "Dense": exact_search(units, questions[number], CANDIDATES),
        }
        expected = reciprocal_rank_fusion(both, k=10)
        best = evaluation.results[SearchMethod.HYBRID].outcomes[number].best
        assert [(each.index, each.score, each.rank) for each in best] == [
            (each.index, each.score, each.rank) for each in expected
        ]


def test_each_search_method_fails_where_it_must(evaluation: Evaluation) -> None:
    first = {method: [each.first_rank for each in result.outcomes] for method, result in evaluation.results.items()}
    assert first[SearchMethod.BM25][0] == first[SearchMethod.DENSE][1] == 1
    assert first[SearchMethod.BM25][1] is None  # not a word in common
    assert [ranks[3] for ranks in first.values()] == [None] * len(SearchMethod)
    assert first[SearchMethod.BM25][5] is None
    assert first[SearchMethod.STATIC][5] is not None


def test_without_positions_and_as_averages_the_order_of_words_makes_no_difference(encoder: Encoder) -> None:
    found = evaluate(_CHUNKS[:2], [Question("dog bites man", _span(0))], encoder, encoding_with(encoder))
    scores = {method: [each.score for each in result.outcomes[0].best] for method, result in found.results.items()}
    for method in (SearchMethod.STATIC, SearchMethod.UNORDERED):
        assert scores[method][0] == pytest.approx(scores[method][1], abs=1e-5)
    assert scores[SearchMethod.DENSE][0] > scores[SearchMethod.DENSE][1] + 0.01


def _held(answers: Sequence[Span]) -> list[frozenset[int]]:
    """Return the numbers of the answers that each chunk holds."""
    return [frozenset(number for number, answer in enumerate(answers) if holds(chunk, answer)) for chunk in _CHUNKS]


def test_measures_are_those_of_the_ranking_and_the_answers(evaluation: Evaluation) -> None:
    for result in evaluation.results.values():
        for question, outcome in zip(_QUESTIONS, result.outcomes, strict=True):
            if not question.answers:
                assert outcome.measures == {}
                continue
            held, count = _held(question.answers), len(question.answers)
            found = [held[each.index] for each in outcome.best]
            assert outcome.measures == {
                **{f"Recall@{k}": recall(found, count, k) for k in (1, 5, 10)},
                "MRR@10": reciprocal_rank(found, 10),
                "nDCG@10": ndcg(found, count, 10),
            }
            assert tuple(outcome.measures) == MEASURES
    assert evaluation.results[SearchMethod.BM25].outcomes[4].measures["Recall@1"] == 0.5


def test_the_first_rank_is_counted_among_all_chunks(encoder: Encoder) -> None:
    units, _ = _unit_vectors(encoder)
    question = normalise_rows(encoder.encode(["water"]))[0]
    order = sorted(range(len(_TEXTS)), key=lambda index: -float(units[index] @ question))
    asked = [Question("water", _span(order[-1])), Question("water", _span(order[29]))]
    found = evaluate(_CHUNKS, asked, encoder, encoding_with(encoder), [SearchMethod.DENSE, SearchMethod.HYBRID])
    assert found.results[SearchMethod.DENSE].outcomes[0].first_rank == len(_TEXTS)
    # A hybrid search fuses its candidates only.
    assert [each.first_rank for each in found.results[SearchMethod.HYBRID].outcomes] == [None, 30]


def test_what_is_omitted_for_a_question_is_found_for_others_and_not_for_it(encoder: Encoder) -> None:
    asked = [Question("The dog bites the man.", _span(1)), Question("The dog bites the man.", _span(1), "", _span(0))]
    # Most of the chunk after it lies outside of what is omitted.
    asked.append(Question("The dog bites the man.", _span(1), "", (Span("document 0", 0, 1_005),)))
    found = evaluate(_CHUNKS, asked, encoder, encoding_with(encoder))
    for method, result in found.results.items():
        with_itself, without, wider = result.outcomes
        assert {each.index for each in with_itself.best[:2]} == {0, 1}, method
        assert without.first_rank == 1, method
        assert without.measures["nDCG@10"] == 1, method
        assert all(each.index != 0 for each in without.best), method
        assert [each.rank for each in without.best] == list(range(1, len(without.best) + 1)), method
        assert wider == without, method


def test_means_are_over_questions_that_have_an_answer(evaluation: Evaluation) -> None:
    assert evaluation.answered == 5
    # Of the fifth question one answer of two is in no chunk.
    assert evaluation.ceiling == pytest.approx((4 + 0.5) / 5)
    for result in evaluation.results.values():
        assert tuple(result.means) == MEASURES
        for name, mean in result.means.items():
            values = [each.measures[name] for each in result.outcomes if each.measures]
            assert mean.value == pytest.approx(fmean(values))
            assert min(values) <= mean.low <= mean.value <= mean.high <= max(values)


def test_a_question_without_an_answer_still_has_a_best_score(evaluation: Evaluation) -> None:
    best = {method: result.outcomes[3].best_score for method, result in evaluation.results.items()}
    assert best[SearchMethod.BM25] is None  # not a word of it is anywhere
    dense = best[SearchMethod.DENSE]
    assert dense is not None
    assert dense == evaluation.results[SearchMethod.DENSE].outcomes[3].best[0].score
    assert dense < min(evaluation.results[SearchMethod.DENSE].outcomes[number].best[0].score for number in (0, 1, 4))


def test_only_the_methods_asked_for_are_run(encoder: Encoder) -> None:
    calls: list[tuple[int, tuple[Intervention, ...], TextKind]] = []

    def encode(sentences: Sequence[str], interventions: tuple[Intervention, ...], kind: TextKind) -> np.ndarray:
        calls.append((len(sentences), interventions, kind))
        return np.ones((len(sentences), 4), dtype=np.float32)

    for methods, expected in (
        ((SearchMethod.BM25, SearchMethod.STATIC), []),
        ((SearchMethod.HYBRID,), [(67, (), TextKind.PASSAGE), (6, (), TextKind.QUESTION)]),
        (
            (SearchMethod.UNORDERED,),
            [(67, (PositionsOff(),), TextKind.PASSAGE), (6, (PositionsOff(),), TextKind.QUESTION)],
        ),
    ):
        calls.clear()
        found = evaluate(_CHUNKS, _QUESTIONS, encoder, encode, methods)
        assert tuple(found.results) == methods
        assert calls == expected


def test_questions_without_any_answer_have_no_means(encoder: Encoder) -> None:
    found = evaluate(_CHUNKS[:3], [_QUESTIONS[3]], encoder, encoding_with(encoder), [SearchMethod.BM25])
    assert (found.answered, math.isnan(found.ceiling)) == (0, True)
    assert found.results[SearchMethod.BM25].means == {}
    assert len(found.results[SearchMethod.BM25].outcomes) == 1


# Intervals


def _measured(values: Sequence[float]) -> list[dict[str, float]]:
    return [dict.fromkeys(MEASURES, value) for value in values]


def test_intervals_are_those_of_scipys_bootstrap() -> None:
    values = np.random.default_rng(1).uniform(size=40).round(2).tolist()
    expected = bootstrap(
        (values,), np.mean, method="percentile", n_resamples=20_000, rng=np.random.default_rng(0)
    ).confidence_interval
    found = means(_measured(values))["MRR@10"]
    # Two samplings of a mean whose standard error is 0.045.
    assert (found.low, found.high) == pytest.approx(tuple(expected), abs=0.01)
    assert found.value == pytest.approx(fmean(values))
    assert found.high - found.low == pytest.approx(2 * 1.96 * np.std(values) / math.sqrt(40), rel=0.05)


def test_intervals_are_the_same_for_the_same_seed_and_shrink_with_more_questions() -> None:
    few, many = _measured([0, 1] * 5), _measured([0, 1] * 200)
    assert means(few, seed=3) == means(few, seed=3)
    narrow, wide = means(many)["nDCG@10"], means(few)["nDCG@10"]
    assert narrow.high - narrow.low < 0.2 < wide.high - wide.low
    assert means(_measured(np.linspace(0, 1, 9).tolist()), 1) != means(_measured(np.linspace(0, 1, 9).tolist()), 2)


def test_one_question_has_no_interval_and_none_has_no_mean() -> None:
    only = means(_measured([0.25]))["Recall@5"]
    assert (only.low, only.value, only.high) == (0.25, 0.25, 0.25)
    assert means([]) == {}


def test_the_interval_of_a_difference_is_the_paired_bootstraps(evaluation: Evaluation) -> None:
    dense, words = evaluation.results[SearchMethod.DENSE], evaluation.results[SearchMethod.BM25]
    differences = np.array(
        [
            other.measures["nDCG@10"] - mine.measures["nDCG@10"]
            for mine, other in zip(dense.outcomes, words.outcomes, strict=True)
            if mine.measures
        ]
    )
    expected = bootstrap((differences,), np.mean, n_resamples=20_000, method="percentile", rng=1).confidence_interval
    (found,) = mean_differences([words], dense, "nDCG@10")
    assert found.value == pytest.approx(differences.mean())
    # Of so few questions percentiles are too narrow: the interval is wider, and not beyond what any question shows.
    assert differences.min() <= found.low < expected.low + 0.03
    assert expected.high - 0.03 < found.high <= differences.max()


def test_a_method_does_not_differ_from_itself(evaluation: Evaluation) -> None:
    dense = evaluation.results[SearchMethod.DENSE]
    assert mean_differences([dense], dense, "nDCG@10") == [Interval(0.0, 0.0, 0.0)]
