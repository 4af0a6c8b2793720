"""The picture of quality against cost: dots where their numbers are, names apart, ticks that are round."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.numerics.bootstrap import Interval
from components.figures.charts.interval_dots import interval_dots
from components.figures.charts.quality_cost import CostPoint, _places_of_names, _ticks, quality_cost
from components.figures.palette import LIGHT

POINTS = [
    CostPoint("Dense", 1_536.0, 0.78, LIGHT.ink),
    CostPoint("<b>Binary", 48.0, 0.75, LIGHT.quiet, filled=False),
    CostPoint("BM25", 0.0, 0.54, LIGHT.query),
]


def test_a_dot_stands_at_its_cost_and_quality_and_a_free_one_at_a_thousandth() -> None:
    figure = quality_cost(POINTS, "bytes", "nDCG", 0, LIGHT).to_dict()
    dots = figure["data"][-1]
    assert list(dots["x"]) == [1_536.0, 48.0, 0.001]
    assert list(dots["y"]) == [0.78, 0.75, 0.54]
    assert list(dots["marker"]["symbol"]) == ["circle", "circle-open", "circle"]
    low, high = figure["layout"]["xaxis"]["range"]
    assert all(low < math.log10(x) < high for x in dots["x"])
    (line,) = figure["layout"]["shapes"]
    assert line["y0"] == line["y1"] == 0.78
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["Dense", "&lt;b&gt;Binary", "BM25"]


def test_each_line_leads_from_a_dot_to_its_name() -> None:
    figure = quality_cost(POINTS, "bytes", "nDCG", 0, LIGHT).to_dict()
    *leaders, dots = figure["data"]
    for leader, x, y, note in zip(leaders, dots["x"], dots["y"], figure["layout"]["annotations"], strict=True):
        assert (leader["x"][0], leader["y"][0]) == (x, y)
        assert leader["y"][1] == note["y"]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=25))
def test_names_stand_within_the_axis_in_the_order_of_their_dots(qualities: list[float]) -> None:
    places = _places_of_names(qualities, -0.1, 1.1)
    assert min(places) >= -0.1 - 1e-9
    assert max(places) <= 1.1 + 1e-9
    in_order = np.argsort(qualities, kind="stable")
    assert (np.diff(np.array(places)[in_order]) > -1e-9).all()
    if len(qualities) <= 10:
        assert (np.diff(np.sort(places)) >= 1.2 * 0.095 - 1e-6).all()


@pytest.mark.parametrize(("low", "high"), [(0.003, 0.02), (0.3, 40), (48, 1_600), (300, 90_000), (7, 9.5)])
def test_ticks_are_round_and_within_the_axis(low: float, high: float) -> None:
    ticks = _ticks(low, high)
    assert ticks
    assert all(low <= tick <= high for tick in ticks)
    assert all(float(f"{tick:.0e}") == pytest.approx(tick) for tick in ticks)


def test_intervals_that_tell_nothing_are_grey_and_a_small_loss_is_no_negative_zero() -> None:
    intervals = [Interval(0.3, 0.2, 0.4), Interval(-0.003, -0.01, 0.0)]
    told, untold = (
        interval_dots(intervals, ["a", "b"], "nDCG", LIGHT, zero="dense", open_all=each).to_dict()
        for each in (False, True)
    )
    assert [each["marker"]["color"] for each in told["data"]] == [LIGHT.key, LIGHT.quiet]
    assert [each["marker"]["color"] for each in untold["data"]] == [LIGHT.quiet, LIGHT.quiet]
    assert [note["text"] for note in told["layout"]["annotations"]] == ["dense", "0.30", "0.00"]
