"""The figure of a class's answers: every answer of every round is in it, and the truth stands where it is."""

from collections import Counter

import numpy as np
import plotly.graph_objects as go
import pytest

from components.core.classroom.questions import ClassQuestion, Kind, Map, Scale, Truth
from components.figures.charts.class_answers import class_answers
from components.figures.palette import LIGHT
from components.figures.type_size import SMALLEST

COSINE = ClassQuestion(Kind.NUMBER, "How alike?", scale=Scale(-1.0, 1.0, 2))
PIECES = ClassQuestion(Kind.NUMBER, "How many?", scale=Scale(1.0, 12.0, 0))
PLACE = ClassQuestion(Kind.PLACE, "Where?", map=Map(((0.1, 0.2), (0.9, 0.8), (0.5, 0.5)), (0, 1, 1), ("a", "b")))
WORD = ClassQuestion(Kind.CHOICE, "Which?", options=("oven", "pizza", "<b>it</b>", "4 a very long option " * 3))


def numbers(count: int, seed: int, question: ClassQuestion) -> list[float]:
    assert question.scale is not None
    draws = np.random.default_rng(seed).uniform(question.scale.low, question.scale.high, count)
    return [round(float(each), question.scale.decimals) for each in draws]


def choices(count: int, seed: int) -> list[int]:
    return [int(each) for each in np.random.default_rng(seed).integers(0, 3, count)]


def worth(figure: go.Figure) -> int:
    """How many answers a dot stands for."""
    title = figure.layout.xaxis.title.text
    return 1 if title == "answer" else int(title.removeprefix("answer; each dot stands for up to "))


def piles(trace: go.Scatter) -> dict[float, tuple[int, int]]:
    """Place of a pile → its dots, and the answers that it says it is made of."""
    dots, said = Counter(trace.x), dict(zip(trace.x, trace.customdata, strict=True))
    return {place: (dots[place], said[place]) for place in dots}


@pytest.mark.parametrize("question", [COSINE, PIECES], ids=["measure", "count"])
@pytest.mark.parametrize("counts", [(1,), (30,), (500,), (1, 30), (500, 30), (500, 480, 500)])
def test_every_number_of_every_round_is_one_of_the_dots(question: ClassQuestion, counts: tuple[int, ...]) -> None:
    rounds = [numbers(count, seed, question) for seed, count in enumerate(counts)]
    figure = class_answers(question, Truth(1.0, reach=0.1), rounds, LIGHT)
    each_is = worth(figure)
    assert len(figure.data) == len(rounds)
    for trace, given in zip(figure.data, rounds, strict=True):
        found = piles(trace)
        assert sum(said for _, said in found.values()) == len(given)
        assert all((dots - 1) * each_is < said <= dots * each_is for dots, said in found.values())
        # No answer stands in a pile that is farther from it than a dot is wide.
        assert question.scale is not None
        step = (question.scale.high - question.scale.low) / 50 if question is COSINE else 1
        assert all(min(abs(place - number) for place in found) <= step / 2 + 1e-9 for number in given)
        low, high = figure.layout.xaxis.range
        assert all(low < place < high for place in found)


def test_of_counts_each_number_has_a_pile_as_high_as_it_was_answered() -> None:
    figure = class_answers(PIECES, Truth(2.0), [[1.0, 2.0, 2.0, 2.0, 12.0]], LIGHT)
    assert piles(figure.data[0]) == {1.0: (1, 1), 2.0: (3, 3), 12.0: (1, 1)}


@pytest.mark.parametrize("count", [1, 30, 500])
def test_all_dots_are_inside_their_row_when_everybody_answers_the_same(count: int) -> None:
    figure = class_answers(PIECES, Truth(2.0), [[2.0] * count, [3.0]], LIGHT)
    for trace, row in zip(figure.data, (figure.layout.yaxis, figure.layout.yaxis2), strict=True):
        assert row.range[0] <= min(trace.y)
        assert max(trace.y) <= row.range[1]
    assert figure.layout.yaxis2.domain[1] <= figure.layout.yaxis.domain[0]
    assert len(figure.data[0].x) <= 24
    assert figure.layout.height < 1000


@pytest.mark.parametrize("truth", [-0.8317, 0.0, 1.0])
def test_the_truth_is_a_line_at_its_place_through_all_rounds_with_its_number(truth: float) -> None:
    figure = class_answers(COSINE, Truth(truth, reach=0.1), [[0.5], [0.1, 0.2]], LIGHT)
    (line,) = figure.layout.shapes
    assert (line.x0, line.x1, line.y0, line.y1, line.yref) == (truth, truth, 0, 1, "paper")
    (note,) = figure.layout.annotations
    assert (note.x, note.text) == (truth, f"{truth:.4f}".replace("-", "−"))
    low, high = figure.layout.xaxis.range
    assert low < truth < high


def test_without_a_truth_no_line_is_drawn() -> None:
    figure = class_answers(COSINE, None, [[0.5]], LIGHT)
    assert not figure.layout.shapes
    assert not figure.layout.annotations


@pytest.mark.parametrize("counts", [(1,), (30,), (500,), (1, 500), (500, 30, 1)])
def test_every_option_has_a_bar_of_each_round_and_all_answers_are_counted(counts: tuple[int, ...]) -> None:
    rounds = [choices(count, seed) for seed, count in enumerate(counts)]
    figure = class_answers(WORD, Truth(1), rounds, LIGHT)
    assert len(figure.data) == len(rounds)
    for trace, given in zip(figure.data, rounds, strict=True):
        assert list(trace.x) == [given.count(index) for index in range(len(WORD.options))]
        assert [int(text.split()[0]) for text in trace.text] == list(trace.x)
    assert max(max(trace.x) for trace in figure.data) < figure.layout.xaxis.range[1]


def test_the_right_options_are_marked_by_a_sign_and_a_colour_and_rounds_by_their_names() -> None:
    figure = class_answers(WORD, Truth(1, also_right=(2,)), [[0, 1], [1, 1]], LIGHT)
    labels = list(figure.layout.yaxis.labelalias.values())
    assert [label.startswith("✓") for label in labels] == [False, True, True, False]
    assert "<b>" not in labels[2]
    for trace in figure.data:
        assert list(trace.marker.color) == [LIGHT.word, LIGHT.key, LIGHT.key, LIGHT.word]
    assert figure.data[0].marker.opacity < figure.data[1].marker.opacity
    assert [trace.name for trace in figure.data] == ["1st", "2nd"]
    assert "1st" in figure.data[0].text[1]


@pytest.mark.parametrize("counts", [(1,), (30,), (500, 30)])
def test_every_place_is_a_cross_on_the_map_the_earlier_rounds_paler_and_the_truth_a_dot(
    counts: tuple[int, ...],
) -> None:
    draws = np.random.default_rng(0)
    rounds = [[(float(x), float(y)) for x, y in draws.uniform(size=(count, 2))] for count in counts]
    figure = class_answers(PLACE, Truth((0.25, 0.75), reach=0.1), rounds, LIGHT)
    known, *guessed, true = figure.data
    assert list(zip(known.x, known.y, strict=True)) == list(PLACE.map.points if PLACE.map else ())
    assert [list(zip(each.x, each.y, strict=True)) for each in guessed] == rounds
    assert guessed[-1].marker.opacity == 1
    assert all(each.marker.opacity < 1 for each in guessed[:-1])
    assert (true.x, true.y) == ((0.25,), (0.75,))


@pytest.mark.parametrize("question", [COSINE, WORD], ids=["number", "choice"])
@pytest.mark.parametrize("rounds", [[[]], [[], []]])
def test_nobody_answered_is_an_empty_picture(question: ClassQuestion, rounds: list[list[float]]) -> None:
    figure = class_answers(question, None, rounds, LIGHT)
    assert len(figure.data) == len(rounds)
    assert figure.layout.font.size >= SMALLEST
