"""Explanations in a browser: a word that is clicked is hidden, and Back shows it again."""

import re

from playwright.sync_api import expect

from tests.browser.reader import Reader


def test_words_that_are_clicked_are_hidden_one_after_the_other_and_back_shows_them_again(reader: Reader) -> None:
    reader.open("Explanations", screen="one text")
    opening = reader.heading.inner_text()
    words = reader.main.get_by_role("group", name="The words of the text")
    words.get_by_role("button", name="rude").press("Enter")
    expect(reader.heading).to_have_text(re.compile("Without “rude”, the log-odds of negative goes from"))
    expect(words.get_by_role("button", name="rude")).to_be_focused()
    words.get_by_role("button", name="waiter").click()
    expect(reader.heading).to_have_text(re.compile("Without “rude” and “waiter”"))
    reader.expect_parameter("hidden", "3-1")
    reader.settled()
    expect(words.get_by_role("button", pressed=True)).to_have_text(["waiter2", "rude1"])
    reader.page.go_back()
    expect(reader.heading).to_have_text(re.compile("Without “rude”,"))
    words.get_by_role("button", name="rude").click()
    expect(reader.heading).to_have_text(opening)
