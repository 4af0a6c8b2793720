"""Figures: what they are made of, before any browser draws them."""

import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.figures.base import axis_positions, escape_plotly
from components.figures.charts.bars import bars, twin_bars
from components.figures.charts.kind_shares import kind_shares
from components.figures.charts.layer_lines import LayerLine, layer_lines
from components.figures.charts.text_scatter import text_scatter
from components.figures.charts.token_bars import tokens_per_word
from components.figures.charts.word_order_points import word_order_points
from components.figures.heatmaps.attention import attention_difference, attention_heatmap, share_heatmap
from components.figures.heatmaps.similarity import close_similarity_heatmap, similarity_heatmap
from components.figures.heatmaps.tables import best_matches_heatmap, shares_heatmap
from components.figures.palette import DARK, LIGHT, Palette
from tests.support.paths import ROOT

_TEXT_ROLES = ["ink", "quiet", "query", "key", "value", "output", "word", "position", "token_type"]


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    high, low = sorted([_luminance(one), _luminance(other)], reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("role", _TEXT_ROLES)
def test_every_role_can_be_read_on_its_ground(palette: Palette, role: str) -> None:
    assert _contrast(asdict(palette)[role], palette.paper) >= 4.5


@pytest.mark.parametrize(("palette", "theme"), [(LIGHT, "light"), (DARK, "dark")], ids=["light", "dark"])
def test_the_palettes_ground_and_ink_are_the_themes(palette: Palette, theme: str) -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][theme]
    assert (palette.paper, palette.ink) == (config["backgroundColor"], config["textColor"])


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_scales_get_steadily_farther_from_the_ground(palette: Palette) -> None:
    ground = _luminance(palette.paper)
    sequential = [abs(_luminance(colour) - ground) for colour in palette.sequential]
    assert sequential == sorted(sequential)
    middle = len(palette.diverging) // 2
    for half in (palette.diverging[middle:], palette.diverging[middle::-1]):
        distances = [abs(_luminance(colour) - ground) for colour in half]
        assert distances == sorted(distances)


def test_equal_tokens_stay_apart() -> None:
    figure = attention_heatmap(np.eye(3), ["the", "oven", "the"], LIGHT).to_dict()
    assert len(set(figure["data"][0]["x"])) == 3
    assert list(figure["layout"]["xaxis"]["labelalias"].values()) == ["the", "oven", "the"]


def test_rows_are_queries_from_the_top_and_columns_are_keys() -> None:
    figure = attention_heatmap(np.eye(2), ["a", "b"], LIGHT).to_dict()["layout"]
    assert "query" in figure["yaxis"]["title"]["text"]
    assert figure["yaxis"]["autorange"] == "reversed"
    assert "key" in figure["xaxis"]["title"]["text"]


def test_a_window_keeps_the_numbers_of_the_whole_text() -> None:
    assert axis_positions(["x", "y"], first=17, step=4) == ["17 x", "21 y"]


@pytest.mark.parametrize("nasty", ["<i>", "<script>alert(1)</script>", '<a href="javascript:1">x</a>', "&lt;"])
def test_no_figure_lets_markup_through(nasty: str) -> None:
    labels = [nasty, "b"]
    figures = [
        attention_heatmap(np.eye(2), labels, LIGHT),
        similarity_heatmap(np.eye(2), labels, "word", LIGHT),
        bars([0.5, 0.4], labels, LIGHT.word, LIGHT),
        tokens_per_word([1, 2], labels, LIGHT),
        text_scatter(np.eye(2), labels, LIGHT),
        attention_difference(np.eye(2), labels, LIGHT),
        close_similarity_heatmap(np.eye(2), labels, "word", LIGHT, lowest=0),
        layer_lines([LayerLine(label, np.eye(2)[0], LIGHT.word) for label in labels], labels, "cosine", LIGHT),
        twin_bars([("one", np.ones(2), LIGHT.word), ("other", np.ones(2), LIGHT.key)], labels, "word", LIGHT),
        word_order_points({"on": ([1.0, 0.5], LIGHT.word)}, labels, LIGHT, lowest=0.5, stressed="on"),
        shares_heatmap(np.eye(2), labels, labels, "question", "passage", LIGHT),
        share_heatmap(np.eye(2), labels, LIGHT, highest=1),
        kind_shares(np.eye(2, 3), labels, ("special", "itself", "other"), LIGHT, "average"),
    ]
    for figure in figures:
        texts = [text for name, text in _texts(figure.to_dict()) if name != "hovertemplate"]
        assert not [text for text in texts if "<" in text or ">" in text]
        assert any(escape_plotly(nasty)[:13] in text for text in texts)
        templates = [text for name, text in _texts(figure.to_dict()) if name == "hovertemplate"]
        assert templates
        assert not [text for text in templates if nasty in text]


def _texts(part: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a figure, with the name of the property it stands under; names of properties count as texts."""
    if isinstance(part, str):
        yield name, part
    elif isinstance(part, dict):
        for key, value in part.items():
            yield "", str(key)
            yield from _texts(value, str(key))
    elif isinstance(part, list | tuple | np.ndarray):
        for value in part:
            yield from _texts(value, name)


def test_labels_of_a_crowded_map_do_not_cover_each_other() -> None:
    points = np.array([[0.0, 0.0], [0.001, 0.001], [1.0, 1.0]])
    positions = text_scatter(points, ["first", "second", "far"], LIGHT).to_dict()["data"][0]["textposition"]
    assert positions[0] != positions[1]


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=9))
def test_names_at_the_ends_of_lines_do_not_cover_each_other_and_keep_their_order(ends: list[float]) -> None:
    lines = [LayerLine(str(i), np.array([0.0, end]), LIGHT.word) for i, end in enumerate(ends)]
    layout = layer_lines(lines, ["1", "2"], "cosine", LIGHT, height=420).to_dict()["layout"]
    low, high = layout["yaxis"]["range"]
    written = [name["y"] for name in layout["annotations"]]
    # 18 pixels a name, of the 330 that a figure of 420 leaves for its lines.
    assert (np.diff(np.sort(written)) > (high - low) * 18 / 330 * 0.9).all()
    order = np.argsort(ends, kind="stable")
    assert (np.diff(np.array(written)[order]) > 0).all()


def test_what_has_no_partner_is_left_blank_in_a_difference() -> None:
    drawn = attention_difference(np.array([[0.5, np.nan], [np.nan, -0.5]]), ["a", "b"], LIGHT).data[0]
    assert np.isnan(drawn.z).tolist() == [[False, True], [True, False]]
    assert (drawn.zmin, drawn.zmax) == (-1, 1)


def test_shares_are_coloured_from_a_middle_at_0_to_both_sides_alike() -> None:
    shares = np.array([[0.02, -0.5, 0.0], [0.1, 0.0, 0.3]])
    drawn = shares_heatmap(shares, ["q1", "q2"], ["c1", "c2", "c3"], "question", "passage", LIGHT).data[0]
    assert (drawn.zmin, drawn.zmax) == (-0.5, 0.5)
    assert np.allclose(drawn.z, shares)
    assert (len(drawn.y), len(drawn.x)) == (2, 3)


def test_the_best_match_of_each_row_is_framed_and_named_with_its_cosine() -> None:
    cosines, best = np.array([[0.1, 0.9, 0.3], [-0.4, -0.2, -0.3]]), np.array([1, 1])
    figure = best_matches_heatmap(cosines, best, ["q1", "q2"], ["c1", "<c2>", "c3"], "question", "passage", LIGHT)
    frames = [(each.x0, each.x1, each.y0, each.y1) for each in figure.layout.shapes]
    assert frames == [(0.5, 1.5, -0.5, 0.5), (0.5, 1.5, 0.5, 1.5)]
    assert list(figure.layout.yaxis2.labelalias.values()) == ["0.9000 &lt;c2&gt;", "-0.2000 &lt;c2&gt;"]
    # A best match is named on the axis of columns before any other.
    assert "2 &lt;c2&gt;" in figure.layout.xaxis.tickvals
    assert (figure.data[0].zmin, figure.data[0].zmax) == (-1, 1)


def test_shares_that_are_all_0_can_be_drawn() -> None:
    drawn = shares_heatmap(np.zeros((1, 2)), ["q"], ["c1", "c2"], "question", "passage", LIGHT).data[0]
    assert drawn.zmin < 0 < drawn.zmax


@pytest.mark.parametrize("size", [1, 5, 60, 128])
def test_a_heatmap_is_no_taller_than_a_screen(size: int) -> None:
    figure = attention_heatmap(np.eye(size), ["t"] * size, LIGHT)
    assert 300 <= figure.layout.height <= 900
