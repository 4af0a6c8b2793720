"""axe-core, with its default rules, finds nothing to object to on any page in either theme."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import GROUNDS
from tests.browser.reader import Reader
from tests.support.app_pages import ALL_SCREENS, PAGES

# What axe finds in order takes as long to write down as to find, and nobody reads it.
_ONLY_VIOLATIONS: dict[str, Any] = {"resultTypes": ["violations"]}
# The second theme has other colours and nothing else of its own, and axe has two rules about colours.
_ONLY_COLOURS = _ONLY_VIOLATIONS | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
_OPTIONS = {"light": _ONLY_VIOLATIONS, "dark": _ONLY_COLOURS}


def violations(reader: Reader) -> list[Any]:
    """What axe finds on the page as it stands, in both themes."""
    found = []
    for theme, ground in GROUNDS.items():
        reader.page.emulate_media(color_scheme=theme)
        expect(reader.page.locator(".stApp")).to_have_css("background-color", ground)
        reader.settled()
        for violation in Axe().run(reader.page, options=_OPTIONS[theme]).response["violations"]:
            nodes = [(node["target"], node["html"][:200], node["failureSummary"]) for node in violation["nodes"]]
            found.append((theme, violation["id"], nodes))
    return found


#: What a page is asked to show beside what it opens with, so that all its parts are drawn.
_SHOWN: dict[str, dict[str, str]] = {
    "Attention": {"heads_off": "layer 4, head 2", "joined": "It was late.", "overlaid": "layer 1, head 3"},
    "Sentence map": {"find": "pizza", "find_by": "in the text", "coloured_by": "groups"},
    "Live retrieval": {"question": "What did Beatrix build?"},
    "Sentiment": {"review": "Not bad at all, xylophones!", "classifier": "TF-IDF"},
}


@pytest.mark.parametrize("title", PAGES)
def test_axe_finds_no_violation_on_any_screen_of_a_page(reader: Reader, title: str) -> None:
    reader.open(title, screen=ALL_SCREENS, **_SHOWN.get(title, {}))
    assert violations(reader) == []


def test_axe_finds_no_violation_while_a_question_is_asked_in_a_lesson_that_is_presented(reader: Reader) -> None:
    reader.open("Positions", lesson="five_minutes", stop=3, ask="true")
    found = violations(reader)
    reader.open("Positions", lesson="five_minutes", stop=3, ask="true", present=1)
    found += violations(reader)
    assert found == []


def test_axe_finds_no_violation_in_the_popovers_of_a_screen_and_in_the_notes(reader: Reader) -> None:
    reader.open("Attention", screen="one head")
    found = []
    for name in ("More settings", "Save"):
        reader.main.get_by_role("button", name=name, exact=True).click()
        expect(reader.page.get_by_role("dialog", name=name)).to_be_visible()
        found += violations(reader)
        reader.page.keyboard.press("Escape")
    reader.page.goto(f"{reader.origin}/?notes=1&lesson=five_minutes")
    expect(reader.page.get_by_text("1 of 5")).to_be_visible()
    found += [violation["id"] for violation in Axe().run(reader.page, options=_ONLY_VIOLATIONS).response["violations"]]
    assert found == []
