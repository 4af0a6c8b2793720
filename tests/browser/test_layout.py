"""No screen scrolls sideways, at a desk or on a phone, whatever the sentence; on a phone none is long."""

import pytest
from playwright.sync_api import TimeoutError

from tests.browser.reader import BEYOND, Reader
from tests.support.app_pages import ALL_SCREENS, READING, SCREENS

SENTENCES = {
    "58 words": "pizza " * 57 + "oven",
    "one word of 300 letters": "supercalifragil" * 20,
}
PHONE = {"width": 390, "height": 844}


def too_wide(reader: Reader, width: int) -> list[int] | None:
    """Pixels beyond a window of this width, where there are any."""
    reader.page.set_viewport_size({"width": width, "height": 844})
    try:
        reader.expect_no_sideways()
    except TimeoutError:
        beyond: list[int] = reader.page.evaluate(BEYOND)
        return beyond
    return None


@pytest.mark.parametrize("title", SCREENS)
def test_no_screen_scrolls_sideways_and_on_a_phone_each_is_at_most_two_heights(reader: Reader, title: str) -> None:
    faults = {}
    for screen in SCREENS[title]:
        reader.page.set_viewport_size({"width": 1280, "height": 844})
        reader.open(title, screen=screen)
        wide = {width: beyond for width in (1280, 390) if (beyond := too_wide(reader, width))}
        reader.settled()
        height = reader.page.evaluate("document.querySelector('.stMainBlockContainer').scrollHeight")
        if wide or height > 2 * PHONE["height"]:
            faults[screen] = (wide, height)
    assert faults == {}


@pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES)
def test_no_page_that_reads_a_long_sentence_scrolls_sideways(text: str, reader: Reader) -> None:
    faults = {}
    for title in READING:
        reader.open(title, text=text, screen=ALL_SCREENS)
        wide = {width: beyond for width in (390, 1280) if (beyond := too_wide(reader, width))}
        if wide:
            faults[title] = wide
    assert faults == {}
