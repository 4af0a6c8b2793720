"""axe-core, with its default rules, finds nothing to object to on any page in either theme."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.app_pages import FIRST, PAGES
from tests.browser.reader import Reader

Theme = Literal["light", "dark"]


@pytest.mark.parametrize(("theme", "ground"), [("light", "rgb(251, 250, 246)"), ("dark", "rgb(22, 24, 29)")])
def test_axe_finds_no_violation_on_any_page(theme: Theme, ground: str, reader: Reader) -> None:
    reader.page.emulate_media(color_scheme=theme)
    reader.open(FIRST)
    colour = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    assert reader.page.evaluate(colour) == ground
    found = []
    for title in PAGES:
        reader.go_to(title)
        for violation in Axe().run(reader.page).response["violations"]:
            nodes = [(node["target"], node["html"][:200], node["failureSummary"]) for node in violation["nodes"]]
            found.append((title, violation["id"], nodes))
    assert found == []
