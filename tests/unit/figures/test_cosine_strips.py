"""The strips of cosines: a line for each passage, a dot where the answer is, the first strip on top."""

from components.figures.charts.cosine_strips import Strip, cosine_strips
from components.figures.palette import LIGHT

STRIPS = [
    Strip("<b>English", [0.1, 0.3], ["Menu · 1", "<i>Menu · 2"], 0.8, "rank 1", LIGHT.key),
    Strip("French", [-0.1], ["Menu · 1"], 0.2, "rank 40", LIGHT.query),
]


def test_each_passage_is_a_line_at_its_cosine_and_the_answer_a_dot_with_its_rank() -> None:
    figure = cosine_strips(STRIPS, LIGHT).to_dict()
    first, second, dots = figure["data"]
    assert list(first["x"]) == [0.1, 0.1, None, 0.3, 0.3, None]
    assert list(first["customdata"])[::3] == ["Menu · 1", "&lt;i&gt;Menu · 2"]
    assert min(y for y in first["y"] if y is not None) > max(y for y in second["y"] if y is not None)
    assert (list(dots["x"]), list(dots["y"])) == ([0.8, 0.2], [1, 0])
    assert list(dots["marker"]["color"]) == [LIGHT.key, LIGHT.query]
    layout = figure["layout"]
    assert [(note["x"], note["text"]) for note in layout["annotations"]] == [(0.8, "rank 1"), (0.2, "rank 40")]
    assert list(layout["yaxis"]["ticktext"]) == ["&lt;b&gt;English", "French"]
    low, high = layout["xaxis"]["range"]
    assert low < -0.1
    assert high > 0.8


def test_one_cosine_alone_has_room_around_it() -> None:
    low, high = cosine_strips([Strip("a", [], [], 1.0, "rank 1", LIGHT.key)], LIGHT).to_dict()["layout"]["xaxis"][
        "range"
    ]
    assert low < 1 < high
