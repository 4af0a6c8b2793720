"""axe-core, with its default rules, finds nothing to object to on any page in either theme."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Theme
from tests.browser.reader import Reader
from tests.support.app_pages import FIRST, PAGES

_GROUNDS: dict[Theme, str] = {"light": "rgb(251, 250, 246)", "dark": "rgb(22, 24, 29)"}


def violations(reader: Reader) -> list[Any]:
    """What axe finds on the page as it stands, in both themes."""
    found = []
    for theme, ground in _GROUNDS.items():
        reader.page.emulate_media(color_scheme=theme)
        expect(reader.page.locator(".stApp")).to_have_css("background-color", ground)
        reader.settled()
        for violation in Axe().run(reader.page).response["violations"]:
            nodes = [(node["target"], node["html"][:200], node["failureSummary"]) for node in violation["nodes"]]
            found.append((theme, violation["id"], nodes))
    return found


def test_axe_finds_no_violation_on_any_page(reader: Reader) -> None:
    reader.open(FIRST)
    found = {}
    for title in PAGES:
        reader.go_to(title)
        found[title] = violations(reader)
    assert found == {title: [] for title in PAGES}


def test_axe_finds_no_violation_in_any_part_of_the_attention_page(reader: Reader) -> None:
    parts = {"heads_off": "layer 4, head 2", "joined": "It was late.", "overlaid": "layer 1, head 3"}
    reader.open("Attention", calculation_step="all at once", **parts)
    headings = {
        "One weight, step by step": "How ",
        "Find the head": "Heads that link ",
        "What a change does": "With layer 4, head 2 off",
        "Over all heads": "Many heads, one picture",
    }
    found = {}
    for asked, heading in headings.items():
        reader.pick("Choose a view", asked)
        expect(reader.main.get_by_role("heading", level=2).first).to_have_text(re.compile(f"^{heading}"))
        found[asked] = violations(reader)
    assert found == {asked: [] for asked in headings}


def test_axe_finds_no_violation_in_any_part_of_the_sentence_map(reader: Reader) -> None:
    reader.open("Sentence map", find="pizza", find_by="in the text", coloured_by="groups")
    headings = {
        "The selection": "selected: with “pizza”",
        "Groups": "10 groups",
        "What context adds": "four kinds of vectors",
        "What the map gets wrong": "This map keeps",
    }
    found = {}
    for asked, heading in headings.items():
        reader.pick("Choose a view", asked)
        expect(reader.main.get_by_role("heading", level=2).first).to_contain_text(heading)
        found[asked] = violations(reader)
    assert found == {asked: [] for asked in headings}


def test_axe_finds_no_violation_in_any_part_of_live_retrieval(reader: Reader) -> None:
    reader.open("Live retrieval", question="What did Beatrix build?")
    headings = {
        "Results": "Dense",
        "Why this passage": "cells sum to",
        "On the map": "near on this map",
        "The prompt": "The prompt for a language model",
        "How good it is": "without an answer would be refused",
        "The passages": "155 passages",
    }
    found = {}
    for asked, heading in headings.items():
        reader.pick("Choose a view", asked)
        expect(reader.main.get_by_role("heading", level=2).filter(has_text=heading).first).to_be_visible()
        found[asked] = violations(reader)
    assert found == {asked: [] for asked in headings}


def test_axe_finds_no_violation_in_any_part_of_sentiment(reader: Reader) -> None:
    reader.open("Sentiment", review="Not bad at all, xylophones!", classifier="TF-IDF")
    headings = {
        "Type and see": "shares and an offset sum to",
        "Train": "epochs the network is right on",
        "How good": "right most often",
        "How much data": "words alone",
        "Order and context": "Without positions",
        "Export classifier": "of code to use it",
    }
    found = {}
    for asked, heading in headings.items():
        reader.pick("Choose a view", asked)
        expect(reader.main.get_by_role("heading", level=2).filter(has_text=heading).first).to_be_visible()
        found[asked] = violations(reader)
    assert found == {asked: [] for asked in headings}
