"""The marks of guesses along an axis, as the views' own script lays them out."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from components.views import picture


@pytest.mark.parametrize(("stacks", "dots"), [([[0.5, 1]], True), ([[0.2, 3], [0.5, 10]], True), ([[0.5, 500]], False)])
def test_each_guess_is_a_dot_or_a_part_of_a_bar_and_none_leaves_its_strip(
    browser: Browser, stacks: list[list[float]], dots: bool
) -> None:
    page = browser.new_page()
    laid_out = "stripMarks([{ stacks }], 0, (value) => 300 * value, 50, 40, 8)"
    marks: list[dict[str, Any]] = page.evaluate(f"(stacks) => {{ {picture.STRIPS_JS}; return {laid_out}; }}", stacks)
    page.close()
    assert len(marks) == (sum(count for _, count in stacks) if dots else len(stacks))
    for mark in marks:
        high, foot = mark["y"] - mark.get("r", 0), mark["y"] + mark.get("r", mark.get("height", 0))
        assert 10 <= high < foot <= 50 + 1e-9
