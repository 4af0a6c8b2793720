"""The picture of a chain: dots at the ranks, lines that lead into the fusion, crosses where a passage is left out."""

import pytest

from components.figures.charts.bump_chart import RankLine, bump_chart
from components.figures.palette import LIGHT

STEPS = ["Dense", "BM25", "Fused", "MMR"]
KEPT = RankLine("<b>Onion", (1, 2, 1, 1), LIGHT.output, stressed=True, said="answers")
LOST = RankLine("Soup", (2, None, 3, None), LIGHT.query, left_out=3)
DEEP = RankLine("Bread", (4, 1, 2, 9), LIGHT.key)


def strokes(figure: dict[str, object], colour: str) -> list[tuple[list[float], list[float], str]]:
    traces = [each for each in figure["data"] if each["mode"] == "lines" and each["line"]["color"] == colour]  # type: ignore[attr-defined]
    return [(list(each["x"]), list(each["y"]), each["line"]["dash"]) for each in traces]


def dots(figure: dict[str, object], colour: str) -> list[tuple[float, float, str]]:
    (found,) = (
        each
        for each in figure["data"]  # type: ignore[attr-defined]
        if each["mode"] == "markers+text" and each["marker"]["color"] == colour
    )
    return list(zip(found["x"], found["y"], found["text"], strict=True))


def test_a_dot_stands_at_each_rank_and_both_searches_lead_into_the_fusion() -> None:
    figure = bump_chart([KEPT, LOST, DEEP], STEPS, 3, 2, LIGHT).to_dict()
    assert dots(figure, LIGHT.output) == [(0, 1, "1"), (1, 2, "2"), (2, 1, "1"), (3, 1, "1")]
    assert strokes(figure, LIGHT.output) == [
        ([0, 2], [1, 1], "dot"),
        ([1, 2], [2, 1], "solid"),
        ([2, 3], [1, 1], "solid"),
    ]


def test_a_passage_that_is_left_out_ends_in_a_cross_before_that_step_and_has_no_line_from_where_it_was_not_found() -> (
    None
):
    figure = bump_chart([KEPT, LOST, DEEP], STEPS, 3, 2, LIGHT).to_dict()
    crosses = [each for each in figure["data"] if each["mode"] == "markers"]
    assert [(list(each["x"]), list(each["y"]), each["customdata"]) for each in crosses] == [
        ([2.45], [3], ["left out by MMR"])
    ]
    found = strokes(figure, LIGHT.query)
    assert found[0] == ([0, 2], [2, 3], "dot")
    assert all(x[0] != 1 for x, _, _ in found)
    assert dots(figure, LIGHT.query) == [(0, 2, "2"), (2, 3, "3")]


def test_what_is_ranked_lower_than_there_are_rows_shares_the_row_below_and_has_no_dot_or_name_there() -> None:
    figure = bump_chart([KEPT, LOST, DEEP], STEPS, 3, 2, LIGHT).to_dict()
    assert dots(figure, LIGHT.key) == [(1, 1, "1"), (2, 2, "2")]
    assert strokes(figure, LIGHT.key)[0] == ([0, 2], [4, 2], "dot")
    assert strokes(figure, LIGHT.key)[-1] == ([2, 3], [2, 4], "solid")
    assert list(figure["layout"]["yaxis"]["tickvals"]) == [4]
    (name,) = figure["layout"]["annotations"]
    assert (name["text"], name["y"]) == ("★ &lt;b&gt;Onion", 1)


def test_the_first_rank_is_on_top_and_what_answers_is_drawn_last_and_thickest() -> None:
    figure = bump_chart([KEPT, DEEP], STEPS, 3, 2, LIGHT).to_dict()
    low, high = figure["layout"]["yaxis"]["range"]
    assert low > high
    lines = [each for each in figure["data"] if each["mode"] == "lines"]
    assert lines[-1]["line"]["color"] == LIGHT.output
    assert lines[-1]["line"]["width"] == max(each["line"]["width"] for each in lines)


@pytest.mark.parametrize("ranks", [(1,), (1, 1)])
def test_one_search_needs_no_fusion(ranks: tuple[int, ...]) -> None:
    figure = bump_chart([RankLine("Onion", ranks, LIGHT.key)], STEPS[: len(ranks)], 3, 1, LIGHT).to_dict()
    assert strokes(figure, LIGHT.key) == [(list(range(len(ranks))), list(ranks), "solid")]
