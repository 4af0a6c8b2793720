"""The guesses of a class in figures: all are drawn, rounds are told apart, and a reader's own looks as before."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from components.core.classroom.guesses import Guesses
from components.figures.charts.word_order_points import word_order_points
from components.figures.palette import LIGHT


def word_orders(guesses: Guesses[float], lowest: float = 0.95) -> go.Figure:
    return word_order_points(
        {"on": ([1.0, lowest], LIGHT.position)}, ["a", "b"], LIGHT, lowest=lowest, stressed="on", guesses=guesses
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
