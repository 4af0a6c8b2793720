"""The ladder as a class uses it: another technique is picked, stopped, gone on with, and a lost question opened."""

import re

from playwright.sync_api import expect

from tests.browser.reader import Reader
from tests.browser.retrieval_steps import PAGE, passages

# Techniques that the ladder opens with, and dense search.
_FIRST = 8


def test_a_technique_is_picked_stopped_and_gone_on_with_and_a_question_that_it_loses_is_opened(reader: Reader) -> None:
    reader.open(PAGE, screen="ladder")
    rows = reader.main.locator(".st-key-scroll_ladder tbody tr")
    expect(rows).to_have_count(_FIRST)
    before = reader.heading.inner_text()
    reader.press("Techniques")
    # Encoding every token of every passage takes long enough to press Stop.
    reader.page.get_by_test_id("stPopoverBody").get_by_text("Late interaction", exact=True).click()
    reader.page.keyboard.press("Escape")
    stop = reader.main.get_by_role("button", name="Stop", exact=True)
    named = reader.main.get_by_text(re.compile(f"{_FIRST + 1} of {_FIRST + 1}: Late interaction, all tokens"))
    expect(named.first).to_be_visible()
    stop.click()
    expect(reader.main.get_by_text(f"Stopped: {_FIRST} of {_FIRST + 1} ways are measured.")).to_be_visible()
    reader.settled()
    expect(rows).to_have_count(_FIRST)
    expect(reader.main.locator(".es-lead")).to_contain_text(f"So far {_FIRST - 1} of {_FIRST} techniques.")
    expect(reader.heading).to_have_text(before)
    reader.main.get_by_role("button", name="Go on").click()
    expect(rows.filter(has_text="MaxSim")).to_have_count(1, timeout=120_000)
    expect(stop).to_have_count(0)
    reader.settled()
    reader.pick("Show", "questions")
    expect(reader.heading).to_contain_text("wins")
    lost = reader.main.locator(".st-key-scroll_lost [class*='st-key-ladder_'] button").first
    question = lost.inner_text()
    lost.click()
    expect(reader.box("Question")).to_have_value(question)
    expect(reader.page.get_by_role("radio", name="results", exact=True)).to_be_checked()
    expect(passages(reader).first).to_be_visible()
