"""The guesses of a class in figures: all are drawn, rounds are told apart, and a reader's own looks as before."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from components.core.classroom.guesses import Guesses
from components.core.numerics.bootstrap import Interval
from components.figures.charts.bars import bars
from components.figures.charts.interval_dots import interval_dots
from components.figures.charts.layer_lines import LayerLine, layer_lines
from components.figures.charts.word_order_points import word_order_points
from components.figures.classification.verdicts import verdict_bars, verdict_heatmap
from components.figures.heatmaps.similarity import close_similarity_heatmap
from components.figures.palette import LIGHT
from components.figures.type_size import enlarge

TWICE = Guesses(rounds=((0, 1, 1), (1, 1, 1, 0)))


LABELS = ["a", "b"]


def word_orders(guesses: Guesses[float], lowest: float = 0.95) -> go.Figure:
    return word_order_points(
        {"on": ([1.0, lowest], LIGHT.position)}, LABELS, LIGHT, lowest=lowest, stressed="on", guesses=guesses
    )


def drawn(figure: go.Figure) -> list[int]:
    """The number of guesses in each strip: as many dots, or what the bars count."""
    below = [trace for trace in figure.data if trace.yaxis == "y2"]
    return [len(trace.x) if trace.type == "scatter" else sum(trace.customdata) for trace in below]


def notes(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def some(count: int, middle: float, seed: int) -> tuple[float, ...]:
    draws = np.random.default_rng(seed).uniform(middle - 0.1, middle + 0.1, count)  # without outliers
    return tuple(draws.round(2).tolist())


@pytest.mark.parametrize("count", [1, 30, 500])
def test_every_guess_of_both_rounds_is_in_the_picture(count: int) -> None:
    figure = word_orders(Guesses(rounds=(some(count, 0.5, 0), some(count, 0.9, 1))))
    assert drawn(figure) == [count, count]
    first, last = (trace for trace in figure.data if trace.yaxis == "y2")
    assert first.opacity < last.opacity
    low, high = figure.layout.xaxis.range
    assert all(low <= value <= high for trace in figure.data for value in trace.x)


def test_an_outlier_is_told_of_at_the_edge_and_does_not_squeeze_the_truth() -> None:
    figure = word_orders(Guesses(rounds=((*some(30, 0.9, 0), 0.0, 0.0),)))
    assert figure.layout.xaxis.range[0] > 0.5
    assert drawn(figure) == [30]
    assert notes(figure) == ["← 2 further left"]


def test_each_median_is_written_beside_its_strip_and_drawn_through_it() -> None:
    figure = word_orders(Guesses(rounds=((0.6, 0.62, 0.7), (0.71, 0.8))))
    assert figure.layout.yaxis2.ticktext == ("1st: 3 guesses<br>median 0.62", "2nd: 2 guesses<br>median 0.76")
    assert [line.x0 for line in figure.layout.shapes] == [0.62, pytest.approx(0.755)]


def test_a_strip_stands_below_the_picture_and_leaves_it_most_of_the_height() -> None:
    figure = word_orders(Guesses(rounds=(some(30, 0.5, 0), some(30, 0.9, 1))))
    assert figure.layout.yaxis2.domain[1] < figure.layout.yaxis.domain[0] <= 0.5
    assert figure.layout.xaxis.anchor == "y2"


def test_a_readers_own_guess_is_a_line_with_its_name_and_no_strip() -> None:
    figure = word_orders(Guesses(0.7))
    (line,) = figure.layout.shapes
    assert (line.x0, line.line.dash) == (0.7, "dash")
    assert notes(figure) == ["your guess"]
    described: dict[str, Any] = figure.to_dict()["layout"]
    assert "yaxis2" not in described


def test_bars_say_how_many_of_each_round_guessed_them_and_the_more_did_the_thicker_is_the_outline() -> None:
    figure = bars([0.5, 0.4, 0.3], [*LABELS, "c"], LIGHT.word, LIGHT, guesses=TWICE)
    assert notes(figure) == ["1 of 3 → 1 of 4", "2 of 3 → 3 of 4"]
    few, many, none = figure.data[0].marker.line.width
    assert many > few > none == 0
    own = bars([0.5, 0.4, 0.3], [*LABELS, "c"], LIGHT.word, LIGHT, guesses=Guesses(1))
    assert own.data[0].text == ("0.500", "0.400  your guess", "0.300")
    assert own.data[0].marker.line.width == (0, 4, 0)


@pytest.mark.parametrize(("size", "said"), [(2, "b<br>"), (12, "b ")])
def test_guessed_cells_are_outlined_and_counted_beside_their_rows(size: int, said: str) -> None:
    labels = ["a", "b", *"cdefghijkl"][:size]
    guesses = TWICE.mapped(lambda row: (row, 0))
    figure = close_similarity_heatmap(np.eye(size), labels, "use", LIGHT, 0, guesses=guesses)
    assert [(each.y0, each.x0) for each in figure.layout.shapes] == [(-0.5, -0.5), (0.5, -0.5)]
    aliases = figure.layout.yaxis.labelalias
    assert aliases["2 b"] == f"{said}<span style='color:{LIGHT.word}'>2 → 3</span>"
    assert figure.layout.xaxis.labelalias["2 b"] == "b"


def test_lines_are_named_with_who_guessed_them_and_the_names_keep_apart() -> None:
    close = [LayerLine(name, np.array([0.0, end]), LIGHT.word) for name, end in (("a", 0.5), ("b", 0.51))]
    figure = layer_lines(close, LABELS, "cosine", LIGHT, guesses=TWICE)
    assert notes(figure) == ["a<br>1 of 3 → 1 of 4", "b<br>2 of 3 → 3 of 4"]
    assert not figure.layout.shapes
    for drawn_as in (figure, enlarge(figure, 1.3)):
        low, high = drawn_as.layout.yaxis.range
        one, other = drawn_as.layout.annotations
        assert (other.y - one.y) / (high - low) * 330 >= 2 * 14
    own = layer_lines(close, LABELS, "cosine", LIGHT, guesses=Guesses(1))
    assert own.layout.shapes[0].y0 == 0.51
    assert notes(own) == ["a", "b", "your guess"]


def test_a_verdict_has_its_guesses_above_its_side() -> None:
    figure = verdict_bars(np.ones(2), LABELS, ("bad", "good"), LIGHT, TWICE)
    assert notes(figure) == ["1 of 3 guessed<br>then 1 of 4", "2 of 3 guessed<br>then 3 of 4"]
    assert [note.xanchor for note in figure.layout.annotations] == ["right", "left"]
    assert notes(verdict_bars(np.ones(2), LABELS, ("bad", "good"), LIGHT, Guesses(0))) == ["← your guess"]
    assert notes(verdict_bars(np.ones(2), LABELS, ("bad", "good"), LIGHT)) == []
    heatmap = verdict_heatmap(np.eye(2), LABELS, LABELS, LIGHT, TWICE)
    assert "2 → 3" in heatmap.layout.xaxis.labelalias["2 b"]


def test_an_explanation_has_its_guesses_beside_its_name() -> None:
    intervals = [Interval(0.5, 0.2, 0.8), Interval(0.1, -0.1, 0.2)]
    aliases = interval_dots(intervals, LABELS, "area", LIGHT, Guesses(1)).layout.yaxis.labelalias
    assert aliases == {"b": f"b <span style='color:{LIGHT.word}'>your guess</span>"}
    both = interval_dots(intervals, LABELS, "area", LIGHT, TWICE).layout.yaxis.labelalias
    assert [text.split(">")[1].split("<")[0] for text in both.values()] == ["1 → 1", "2 → 3"]
