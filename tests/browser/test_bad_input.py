"""A text that cannot be read gets a clear sentence and stays where it was typed."""

import pytest
from playwright.sync_api import expect

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


def test_on_a_phone_an_error_can_be_put_right_without_the_sidebar(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 390, "height": 844})
    reader.open("Tokens", text="")
    expect(reader.cannot_read).to_be_visible()
    reader.main.get_by_role("button", name="Read an example instead").click()
    expect(reader.heading).to_have_text("“Squatch” is cut into 2 pieces")


def test_a_text_that_is_too_long_can_be_read_in_part_and_the_page_says_so(reader: Reader) -> None:
    reader.open("Tokens", text=TOO_LONG)
    expect(reader.cannot_read).to_be_visible()
    expect(reader.main).to_contain_text("This text has 602 tokens; all-MiniLM-L6-v2 reads at most 512.")
    expect(reader.sentence).to_have_value(TOO_LONG)
    reader.sidebar.get_by_text("Read the first 512 tokens").click()
    expect(reader.heading).to_have_text("Here every word is one token")
    for again in (reader.settled, lambda: reader.go_to("Attention"), reader.reload):
        again()
        expect(reader.main).to_contain_text("Only the first 512 of 602 tokens are read.")
        expect(reader.main).to_contain_text("The rest begins: “oven oven oven")
        expect(reader.sentence).to_have_value(TOO_LONG)
