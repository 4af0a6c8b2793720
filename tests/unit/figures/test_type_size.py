"""The text in figures can be read from afar: no figure has small type, and presenters get larger type."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

import components.figures
from components.core.classroom.guesses import Guesses
from components.core.classroom.questions import ClassQuestion, Kind, Scale, Truth
from components.core.numerics.bootstrap import Interval
from components.figures.charts.bars import bars, twin_bars
from components.figures.charts.bump_chart import RankLine, bump_chart
from components.figures.charts.class_answers import class_answers
from components.figures.charts.cosine_strips import Strip, cosine_strips
from components.figures.charts.curves import curves, curves_apart
from components.figures.charts.deletion_lines import deletion_lines
from components.figures.charts.exact_bars import Said, exact_bars
from components.figures.charts.grouped_bars import grouped_bars
from components.figures.charts.head_histogram import head_count_histogram
from components.figures.charts.interval_dots import interval_dots
from components.figures.charts.kind_shares import kind_shares
from components.figures.charts.layer_lines import LayerLine, layer_lines
from components.figures.charts.quality_cost import CostPoint, quality_cost
from components.figures.charts.skill_lines import SkillLine, skill_lines
from components.figures.charts.text_scatter import text_scatter
from components.figures.charts.token_bars import token_bars, tokens_per_word
from components.figures.charts.word_order_points import word_order_points
from components.figures.classification.boundary import DotGroup, decision_boundary
from components.figures.classification.calibration import reliability_diagram
from components.figures.classification.learning_curves import Band, learning_curves
from components.figures.classification.verdicts import verdict_bars, verdict_heatmap
from components.figures.heatmaps.attention import attention_difference, attention_heatmap, share_heatmap
from components.figures.heatmaps.layers import layers_by_heads, layers_by_tokens
from components.figures.heatmaps.masks import mask_pictures, masked_attention
from components.figures.heatmaps.pairs import pair_matrix
from components.figures.heatmaps.similarity import close_similarity_heatmap, position_similarity, similarity_heatmap
from components.figures.heatmaps.tables import best_matches_heatmap, counts_heatmap, shares_heatmap
from components.figures.heatmaps.words import words_by_layer
from components.figures.palette import LIGHT
from components.figures.type_size import SMALLEST, enlarge

ONE, EYE, LABELS = np.ones(2), np.eye(2), ["a", "b"]
TWO_ROUNDS: Guesses[Any] = Guesses(0.7, ((0, 1, 1), (1, 1)))
CHOICES: Guesses[int] = Guesses(0, ((0, 1, 1), (1, 1)))
MANY = [f"token {number}" for number in range(60)]

FIGURES: dict[str, go.Figure] = {
    "attention_difference": attention_difference(EYE, LABELS, LIGHT),
    "attention_heatmap": attention_heatmap(np.eye(60), MANY, LIGHT),
    "best_matches_heatmap": best_matches_heatmap(
        np.eye(2), np.array([0, 1]), LABELS, LABELS, "question", "passage", LIGHT
    ),
    "bars": bars([0.5, 0.4], LABELS, LIGHT.word, LIGHT, guesses=CHOICES),
    "bump_chart": bump_chart(
        [RankLine("one", (1, 2, 1), LIGHT.key), RankLine("two", (2, 1, None), LIGHT.query, left_out=2)],
        ["Dense", "BM25", "Fused"],
        2,
        2,
        LIGHT,
    ),
    "close_similarity_heatmap": close_similarity_heatmap(
        EYE, LABELS, "word", LIGHT, lowest=0, guesses=CHOICES.mapped(lambda row: (row, 0))
    ),
    "class_answers": class_answers(
        ClassQuestion(Kind.NUMBER, "?", scale=Scale(0, 1)), Truth(0.7, reach=0.1), [[0.5, 0.7], [0.7]], LIGHT
    ),
    "class_answers of options": class_answers(
        ClassQuestion(Kind.CHOICE, "?", options=("a", "b")), Truth(1), [[0, 1], [1]], LIGHT
    ),
    "cosine_strips": cosine_strips(
        [Strip(label, ONE.tolist(), LABELS, 1.0, "rank 1", LIGHT.key) for label in LABELS], LIGHT
    ),
    "counts_heatmap": counts_heatmap(np.eye(2, dtype=int), LABELS, LABELS, "class", "class", LIGHT),
    "curves": curves(ONE, {"one": (ONE, LIGHT.word), "two": (ONE, LIGHT.key)}, "x", "y", LIGHT, (0, 1)),
    "curves_apart": curves_apart({"one": (ONE, ONE, LIGHT.word)}, "x", "y", LIGHT, (0, 1), texts={"one": LABELS}),
    "decision_boundary": decision_boundary(
        [DotGroup("good", EYE, LABELS, LIGHT.key, filled=True)], ONE, ("bad", "good"), LIGHT
    ),
    "deletion_lines": deletion_lines(np.arange(2), {"one": ONE, "two": ONE}, ONE, "one", EYE, "cosine", LIGHT),
    "exact_bars": exact_bars([Said("one", LIGHT.key, ONE, ONE)], LABELS, "word", LIGHT, guesses=TWO_ROUNDS),
    "exact_bars upright": exact_bars([Said("one", LIGHT.key, ONE, ONE)], LABELS, "word", LIGHT, upright=True, picked=0),
    "grouped_bars": grouped_bars({"one": ONE.tolist()}, LABELS, [LIGHT.key], "share", LIGHT),
    "grouped_bars with intervals": grouped_bars(
        {"one": ONE.tolist()},
        LABELS,
        [LIGHT.key],
        "share",
        LIGHT,
        intervals={"one": [Interval(1, 0.9, 1)] * 2},
        chance=0.5,
    ),
    "head_count_histogram": head_count_histogram(np.array([1, 2]), 3, {"chance": 1.5, "this head": 2}, LIGHT),
    "interval_dots": interval_dots([Interval(0.5, 0.2, 0.8)] * 2, LABELS, "area", LIGHT, CHOICES),
    "kind_shares": kind_shares(np.full((2, 3), 1 / 3), LABELS, ["x", "y", "z"], LIGHT, "share"),
    "layer_lines": layer_lines(
        [LayerLine(name, ONE, LIGHT.word) for name in LABELS], LABELS, "cosine", LIGHT, guesses=CHOICES
    ),
    "layers_by_heads": layers_by_heads(EYE, LIGHT),
    "layers_by_tokens": layers_by_tokens(EYE, LABELS, LABELS, LIGHT),
    "learning_curves": learning_curves(
        np.array([16, 32]), [Band("one", ONE, ONE, ONE, LIGHT.key, "solid")], (16, 32), LIGHT, 0.5
    ),
    "pair_matrix": pair_matrix(
        EYE, "cosine", LIGHT, reach=(-1, 1), decimals=2, outlined={(0, 1): LIGHT.query}, marks={(1, 0): "↑"}
    ),
    "mask_pictures": mask_pictures([EYE > 0, EYE > 1], LABELS, 0, LIGHT),
    "masked_attention": masked_attention(EYE, LABELS, LABELS, "query", "key", LIGHT, divided_after=1),
    "position_similarity": position_similarity(EYE, [1, 2], LIGHT),
    "quality_cost": quality_cost(
        [CostPoint(name, cost, 0.5, LIGHT.key) for name, cost in (("a", 1.0), ("b", 100.0))], "bytes", "nDCG", 0, LIGHT
    ),
    "reliability_diagram": reliability_diagram(ONE, ONE, ONE, ONE, np.array([1, 2]), 0.5, LIGHT),
    "share_heatmap": share_heatmap(EYE, LABELS, LIGHT, 1.0),
    "shares_heatmap": shares_heatmap(EYE, LABELS, LABELS, "question", "passage", LIGHT),
    "skill_lines": skill_lines([SkillLine("it knows", (0, 1, 9), (0.9, 0.4, 0.05), 9, LIGHT.key)], 0.1, LIGHT),
    "similarity_heatmap": similarity_heatmap(EYE, LABELS, "word", LIGHT),
    "text_scatter": text_scatter(EYE, LABELS, LIGHT),
    "token_bars": token_bars(ONE, LABELS, [1, 2], 0, "weight", LIGHT),
    "tokens_per_word": tokens_per_word([1, 2], LABELS, LIGHT),
    "twin_bars": twin_bars([("one", ONE, LIGHT.word), ("other", ONE, LIGHT.key)], LABELS, "word", LIGHT),
    "verdict_bars": verdict_bars(ONE, LABELS, ("bad", "good"), LIGHT, CHOICES),
    "verdict_heatmap": verdict_heatmap(EYE, LABELS, LABELS, LIGHT, CHOICES),
    "words_by_layer": words_by_layer(EYE, [LABELS, LABELS], LABELS, LIGHT),
    "word_order_points": word_order_points(
        {"on": ([1.0, 0.5], LIGHT.word)}, LABELS, LIGHT, lowest=0.5, stressed="on", guesses=TWO_ROUNDS
    ),
}


def sizes(part: Any, name: str = "") -> Iterator[float]:
    """The sizes of all fonts in a figure."""
    if isinstance(part, dict):
        if name.endswith("font"):
            yield part["size"]
        for key, value in part.items():
            if key == "template":  # what the figure itself says goes before it
                continue
            yield from sizes(value, key)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from sizes(value, name)


def shown(figure: go.Figure) -> list[list[str]]:
    """The values along the axes of each trace."""
    return [[repr(trace.get(axis)) for axis in "xyz"] for trace in figure.to_dict()["data"]]


def _figure_functions() -> set[str]:
    """The names of all functions in components/figures that draw a figure for a page."""
    modules = pkgutil.walk_packages(components.figures.__path__, "components.figures.")
    return {
        name
        for module in modules
        if not module.name.endswith((".base", ".type_size"))
        for name, each in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction)
        if not name.startswith("_")
        and each.__module__ == module.name
        and each.__annotations__.get("return") in (go.Figure, "go.Figure")
    }


def test_every_figure_is_tried_here() -> None:
    assert {name.split()[0] for name in FIGURES} == _figure_functions() - {"training_curves", "training_film"}


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_of_a_figure_is_small_and_none_is_left_to_plotlys_default(name: str) -> None:
    figure = FIGURES[name].to_dict()
    assert min(sizes(figure)) >= SMALLEST
    layout = figure["layout"]
    axes = [layout[axis] for axis in layout if axis.startswith(("xaxis", "yaxis"))]
    assert all({"size"} <= set(axis["tickfont"]) and {"size"} <= set(axis["title"]["font"]) for axis in axes)
    assert all("size" in note["font"] for note in layout.get("annotations", ()))
    written = [trace for trace in figure["data"] if "texttemplate" in trace or "text" in trace]
    assert all("size" in trace["textfont"] for trace in written)
    assert all("size" in trace["colorbar"]["tickfont"] for trace in figure["data"] if "colorbar" in trace)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("scale", [1.3, 1.95])
def test_for_presenters_all_text_is_larger_by_the_same_factor_and_shows_the_same(name: str, scale: float) -> None:
    before, after = FIGURES[name], enlarge(FIGURES[name], scale)
    assert list(sizes(after.to_dict())) == pytest.approx([scale * size for size in sizes(before.to_dict())])
    assert shown(after) == shown(before)
    assert after.layout.margin.t == pytest.approx(scale * before.layout.margin.t)


def test_a_figure_of_ordinary_size_is_handed_on_as_it_is() -> None:
    assert enlarge(FIGURES["bars"], 1) is FIGURES["bars"]


def test_larger_names_at_the_ends_of_lines_do_not_cover_each_other() -> None:
    close = [LayerLine(name, np.array([0.0, end]), LIGHT.word) for name, end in (("a", 0.5), ("b", 0.51), ("c", 1.0))]
    figure = enlarge(layer_lines(close, LABELS, "cosine", LIGHT, height=420), 1.5)
    low, high = figure.layout.yaxis.range
    written = np.sort([note.y for note in figure.layout.annotations])
    # 330 pixels of a figure of 420 are left for its lines; in a larger window, it is drawn higher.
    assert (np.diff(written) * 330 * 1.5 / 1.3 / (high - low) >= 1.5 * SMALLEST).all()


def test_a_figure_draws_all_its_labels_in_one_size_however_many_they_are() -> None:
    few, many = (attention_heatmap(np.eye(n), MANY[:n], LIGHT) for n in (4, 60))
    assert few.layout.xaxis.tickfont.size == many.layout.xaxis.tickfont.size
