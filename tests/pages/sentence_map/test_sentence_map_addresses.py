"""Addresses: what makes no sense in them is ignored."""

import pytest

from tests.support.sentence_map_page import GROUPS, PAGE, SELECTION, visit
from tests.support.visit import Visit


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vectors", "nonsense"),
        ("dimensions", "4-D"),
        ("neighbours", "1000"),
        ("neighbours", "few"),
        ("min_distance", "7"),
        ("seed", "-4"),
        ("seed", "x"),
        ("groups", "199"),
        ("grouped_by", "nonsense"),
        ("coloured_by", "nonsense"),
        ("find_by", "nonsense"),
        ("source", "nonsense"),
    ],
)
def test_nonsense_in_the_address_is_ignored(name: str, value: str) -> None:
    usual = visit(screen=GROUPS)
    odd = visit(screen=GROUPS, **{name: value})
    assert odd.view("sentence-map") == usual.view("sentence-map")
    assert odd.sent("marks") == usual.sent("marks")
    assert odd.markup == usual.markup


@pytest.mark.usefixtures("umap_compiled")
def test_an_unknown_map_or_question_is_the_one_that_the_page_opens_with() -> None:
    odd = Visit(PAGE, map="nonsense", screen="nonsense")
    assert (odd.app.button_group(key="map").value, odd.app.button_group(key="screen").value) == ("UMAP", SELECTION)
    assert odd.view("sentence-map") == Visit(PAGE, screen=SELECTION).view("sentence-map")
