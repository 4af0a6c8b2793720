"""The ladder: techniques beside dense search as core measures them; stopped, failed, and opened as questions."""

import io
from collections.abc import Callable

import pandas as pd
import pytest

from components.core.errors import SearchError
from components.core.retrieval.evaluation.evaluation import MEASURES, mean_differences
from components.core.retrieval.evaluation.ladder import compare
from components.core.retrieval.search.methods import SearchMethod
from components.core.retrieval.search.ways.catalogue import FIRST, TECHNIQUES
from components.core.retrieval.search.ways.compressed import BinaryWay
from components.core.retrieval.search.ways.first_stage import VectorWay, WordWay
from components.core.retrieval.search.ways.way import EncodedCorpus, PreparedWay, Report
from tests.support.retrieval_page import (
    BACK,
    LADDER,
    MENU,
    ShippedCorpus,
    asked,
    button_keys,
    own,
    visit,
    words,
)
from tests.support.visit import Visit

SCORE = "techniques_ways_to_score"
SMALLER = "techniques_smaller_vectors"
AFTER = "techniques_after_the_search"
METHODS = (SearchMethod.BM25, SearchMethod.HYBRID, SearchMethod.STATIC)


def ladder(*techniques: str, **parameters: str) -> Visit:
    """Open the ladder with these techniques alone; all of them are ways to score."""
    opened = visit(screen=LADDER, **parameters)
    opened.app.button_group(key=SMALLER).set_value([])
    opened.app.button_group(key=AFTER).set_value([])
    return opened._ran(opened.app.button_group(key=SCORE).set_value(list(techniques)))


@pytest.fixture(scope="module")
def methods() -> Visit:
    """The ladder with three search methods."""
    return ladder(*METHODS)


def test_it_opens_with_techniques_of_several_groups_that_are_all_measured() -> None:
    opened = visit(screen=LADDER)
    assert len(opened.table("Won and lost")) == 1 + len(FIRST)
    assert "So far" not in words(opened)
    groups = {each.group for each in TECHNIQUES if each.name in FIRST}
    assert len(groups) == 3


def test_differences_and_their_intervals_are_those_of_core(methods: Visit, everyday: ShippedCorpus) -> None:
    results = everyday.evaluation.results
    joint = mean_differences([results[method] for method in METHODS], results[SearchMethod.DENSE], "nDCG@10")
    expected = dict(zip(METHODS, joint, strict=True))
    best_first = sorted(expected, key=lambda method: -expected[method].value)
    drawn = methods.figure("ladder")["data"]
    assert [each["y"] for each in drawn] == [[name] for name in _short(best_first)]
    for each, method in zip(drawn, best_first, strict=True):
        assert each["x"] == [pytest.approx(expected[method].value)]
        assert each["error_x"]["array"] == [pytest.approx(expected[method].high - expected[method].value)]
        assert each["error_x"]["arrayminus"] == [pytest.approx(expected[method].value - expected[method].low)]


def _short(methods: list[SearchMethod]) -> list[str]:
    return ["Averaged words" if method is SearchMethod.STATIC else method.value for method in methods]


def test_the_heading_says_what_can_be_told_and_the_lead_what_cannot(methods: Visit, everyday: ShippedCorpus) -> None:
    results = everyday.evaluation.results
    intervals = mean_differences([results[each] for each in METHODS], results[SearchMethod.DENSE], "nDCG@10")
    answered = everyday.evaluation.answered
    assert not any(each.low > 0 for each in intervals)
    worse = sum(each.high < 0 for each in intervals)
    assert worse == 2
    assert methods.headings == [
        f"None of 3 techniques is better than dense search on these {answered} questions; two are worse"
    ]
    assert f"For Hybrid the interval contains 0: on these {answered} questions no difference can be told." in words(
        methods
    )


def test_what_is_won_lost_and_paid_stands_beside_the_picture(methods: Visit, everyday: ShippedCorpus) -> None:
    results = everyday.evaluation.results
    rows = {row[0]: row[1:] for row in methods.table("Won and lost")}
    assert rows["Dense"][:4] == [f"{results[SearchMethod.DENSE].means['nDCG@10'].value:.2f}", "–", "–", "1,536"]
    for method, name in zip(METHODS, _short(list(METHODS)), strict=True):
        (comparison,) = compare([results[method]], results[SearchMethod.DENSE], "nDCG@10")
        mean = results[method].means["nDCG@10"].value
        assert rows[name][:3] == [f"{mean:.2f}", str(len(comparison.won)), str(len(comparison.lost))]
    assert rows["BM25"][3] == f"{everyday.bm25.nbytes / len(everyday.chunks):,.0f}"
    assert all(float(row[4].replace(",", "")) > 0 for row in rows.values())


@pytest.mark.parametrize("measure", ["Recall@1", "MRR@10"])
def test_another_measure_changes_the_picture_and_the_counts(measure: str, everyday: ShippedCorpus) -> None:
    opened = ladder(SearchMethod.BM25, ladder_measure=measure)
    results = everyday.evaluation.results
    (comparison,) = compare([results[SearchMethod.BM25]], results[SearchMethod.DENSE], measure)
    (drawn,) = opened.figure("ladder")["data"]
    assert drawn["x"] == [pytest.approx(comparison.difference.value)]
    assert opened.table("Won and lost")[1][2:4] == [str(len(comparison.won)), str(len(comparison.lost))]


def test_quality_is_drawn_against_bytes_and_the_heading_names_the_smallest_that_keeps_up(
    everyday: ShippedCorpus,
) -> None:
    opened = visit(screen=LADDER, ladder_shows="by bytes")
    dots = opened.figure("ladder-bytes")["data"][-1]
    by_name = dict(zip(dots["customdata"], zip(dots["x"], dots["y"], strict=True), strict=True))
    assert by_name["Dense"] == (
        1_536,
        pytest.approx(everyday.evaluation.results[SearchMethod.DENSE].means["nDCG@10"].value),
    )
    assert by_name["Binary"][0] == 48
    assert opened.headings == [
        "Smallest without a loss that can be told: One bit a dimension (binary), 48 bytes a passage, 3% of dense"
    ]
    opened.pick("ladder_shows", "by time")
    assert "ms a question" in opened.headings[0]
    assert set(opened.figure("ladder-time")["data"][-1]["customdata"]) == set(by_name)


def test_questions_won_and_lost_are_listed_and_one_opens(everyday: ShippedCorpus) -> None:
    opened = ladder(*METHODS, ladder_shows="questions", ladder_of="BM25")
    results = everyday.evaluation.results
    bm25, dense = results[SearchMethod.BM25], results[SearchMethod.DENSE]
    (comparison,) = compare([bm25], dense, "nDCG@10")
    same = everyday.evaluation.answered - len(comparison.won) - len(comparison.lost)
    assert opened.headings == [
        f"BM25 wins {len(comparison.won)} questions and loses {len(comparison.lost)}; for {same} nothing changes"
    ]
    keys = [f"ladder_{number}" for number in (*comparison.won, *comparison.lost)]
    assert button_keys(opened, "ladder_") == keys

    def said(rank: int | None) -> str:
        return "not found" if rank is None else f"rank {rank}"

    lost = comparison.lost[0]
    ranks = [each.outcomes[lost].first_rank for each in (bm25, dense)]
    assert f"{said(ranks[0])} instead of {said(ranks[1])}" in words(opened)
    opened.press_key(keys[-1])
    assert asked(opened) == everyday.questions[comparison.lost[-1]].text
    assert opened.app.button_group(key="screen").value == BACK
    assert opened.app.session_state["ranked_by"] == "BM25"


def test_a_setting_of_a_technique_is_asked_for_once_it_is_picked_and_makes_another_way() -> None:
    opened = visit(screen=LADDER, techniques_smaller_vectors="First dimensions", techniques_after_the_search="")
    sliders = {each.key for each in opened.app.select_slider}
    assert "first_dimensions_size" in sliders
    assert "pca_size" not in sliders
    assert "First 96" in [row[0] for row in opened.table("Won and lost")]
    opened._ran(opened.app.select_slider(key="first_dimensions_size").set_value(24))
    rows = {row[0]: row for row in opened.table("Won and lost")}
    assert rows["First 24"][4] == "96"
    assert "First 96" not in rows


def test_techniques_that_the_operator_has_not_made_possible_are_named_with_the_reason() -> None:
    said = words(visit(screen=LADDER))
    assert "Cross-encoder: This server has no cross-encoder. Its operator can name one in ENCODERSCOPE_RERANKER" in said
    assert "HyDE: No language model is switched on." in said


def test_a_technique_once_measured_is_not_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ladder(*METHODS)

    def refuse(*_: object) -> None:
        raise AssertionError("measured again")

    monkeypatch.setattr(WordWay, "prepare", refuse)
    monkeypatch.setattr(VectorWay, "prepare", refuse)
    assert len(ladder(*METHODS).table("Won and lost")) == 4


def test_a_way_that_fails_is_named_and_the_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(way: BinaryWay, corpus: EncodedCorpus, report: Report | None = None) -> PreparedWay:
        raise SearchError("Binary vectors are not to be had today. Leave them out.")

    monkeypatch.setattr(BinaryWay, "prepare", fail)
    opened = visit(screen=LADDER, corpus="Lecture notes", techniques_smaller_vectors="Binary")
    assert "One bit a dimension (binary) is not measured: Binary vectors are not to be had today." in words(opened)
    assert "BM25" in [row[0] for row in opened.table("Won and lost")]
    monkeypatch.undo()
    opened.press("Try again")
    assert "is not measured" not in words(opened)
    assert "Binary" in [row[0] for row in opened.table("Won and lost")]


def test_what_is_measured_before_a_stop_is_shown_and_going_on_measures_the_rest() -> None:
    opened = visit(screen=LADDER, corpus="Lecture notes")
    # A click on Stop while the page runs: the results of three ways are there, and the ways are marked as stopped.
    request, results = opened.app.session_state["ladder_results"]
    ways = tuple(results)
    kept = dict(list(results.items())[:3])
    opened.app.session_state["ladder_results"] = (request, kept)
    opened.app.session_state["ladder_stopped"] = (request, frozenset(ways))
    monkey = pytest.MonkeyPatch()
    monkey.setattr("components.ui.caches.corpora.kept_way_result", lambda _: None)
    opened._ran(opened.app)
    monkey.undo()
    said = words(opened)
    assert f"So far 2 of {len(ways) - 1} techniques." in said
    assert [each.value for each in opened.app.markdown if "Stopped" in each.value] == [
        f"Stopped: 3 of {len(ways)} ways are measured."
    ]
    assert len(opened.table("Won and lost")) == 3
    opened.press("Go on")
    assert len(opened.table("Won and lost")) == len(ways)


def test_without_questions_or_documents_the_heading_says_what_to_add() -> None:
    assert own(screen=LADDER).headings == ["Add a document, then ask a question"]
    opened = own(screen=LADDER).write("document_pasted", MENU).press("Add the text")
    assert opened.headings == ["How good is this search? Questions with known answers tell"]


def test_too_few_questions_are_said_to_be_too_few() -> None:
    opened = own(screen=LADDER).write("document_pasted", f"{MENU}\n\nCranes fly south.").press("Add the text")
    opened.upload("question_files", "q.csv", b"question,answer\nWhat soup is sold?,lentil soup\n")
    assert opened.headings == [f"1 question is too few to tell {len(FIRST)} techniques from dense search"]
    assert "With fewer than 20 questions the intervals are too narrow to be trusted" in words(opened)
    colours = {each["marker"]["color"] for each in opened.figure("ladder")["data"]}
    assert len(colours) == 1


def test_the_table_is_offered_as_a_file_with_every_measure_and_cost(
    offered: dict[str, Callable[[], bytes]], everyday: ShippedCorpus
) -> None:
    ladder(*METHODS)
    table = pd.read_csv(io.BytesIO(offered["encoderscope-ladder.csv"]()), index_col=0)
    results = everyday.evaluation.results
    assert set(table.index) == {SearchMethod.DENSE.value, *(method.value for method in METHODS)}
    for measure in MEASURES:
        joint = mean_differences([results[method] for method in METHODS], results[SearchMethod.DENSE], measure)
        for method, difference in zip(METHODS, joint, strict=True):
            row = table.loc[method.value]
            assert row[measure] == pytest.approx(results[method].means[measure].value)
            assert row[f"{measure} − dense, low"] == pytest.approx(difference.low)
            assert row[f"{measure} − dense, high"] == pytest.approx(difference.high)
    assert {"bytes a passage", "ms to read a question", "ms to search", "passages"} <= set(table.columns)
