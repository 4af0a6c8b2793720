"""A text that cannot be read gets a clear sentence and stays where it was typed."""

import pytest
from playwright.sync_api import expect

from tests.app_pages import FIRST, PAGES
from tests.browser.reader import Reader

TOO_LONG = "pizza " * 510 + "oven " * 90


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no sentence to read: nothing was typed. Type at least one word."),
        (" \n ", "There is no sentence to read: 3 blank characters were typed. Type at least one word."),
        ("word " * 200_000, "This text has 200,002 tokens; all-MiniLM-L6-v2 reads at most 512."),
    ],
    ids=["empty", "blank", "one megabyte"],
)
def test_what_cannot_be_read_is_said_and_stays_in_the_box(text: str, said: str, reader: Reader) -> None:
    reader.open("Tokens")
    reader.sentence.fill(text)
    reader.sentence.press("Control+Enter")
    expect(reader.cannot_read).to_be_visible()
    expect(reader.main).to_contain_text(said)
    assert reader.sentence.input_value() == text
    reader.sentence.fill("Squatch eats pizza")
    reader.sentence.press("Control+Enter")
    expect(reader.heading).to_have_text("“Squatch” is cut into 2 pieces")


def test_a_text_that_is_too_long_can_be_read_in_part_and_every_page_says_so(reader: Reader) -> None:
    reader.open("Tokens", text=TOO_LONG)
    expect(reader.cannot_read).to_be_visible()
    expect(reader.main).to_contain_text("This text has 602 tokens; all-MiniLM-L6-v2 reads at most 512.")
    expect(reader.sentence).to_have_value(TOO_LONG)
    reader.sidebar.get_by_text("Read the first 512 tokens").click()
    expect(reader.heading).to_have_text("Here every word is one token")
    for title in PAGES:
        reader.go_to(title)
        expect(reader.main).to_contain_text("Only the first 512 of 602 tokens are read.")
        expect(reader.main).to_contain_text("What is left unread begins: “oven oven oven")
        expect(reader.sentence).to_have_value(TOO_LONG)
    reader.open(FIRST, text=TOO_LONG, cut="true")
    expect(reader.main).to_contain_text("Only the first 512 of 602 tokens are read.")
