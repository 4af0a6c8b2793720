"""No page scrolls sideways, at a desk or on a phone, whatever the sentence; and each leads on to the next."""

import pytest
from playwright.sync_api import TimeoutError

from tests.browser.reader import BEYOND, Reader
from tests.support.app_pages import FIRST, PAGES, READING

EXAMPLE = "The pizza came out of the oven and it tasted good!"
SENTENCES = {
    "58 words": "pizza " * 57 + "oven",
    "one word of 300 letters": "supercalifragil" * 20,
}


def too_wide(reader: Reader, titles: list[str]) -> dict[tuple[str, int], list[int]]:
    """Page and width of the window → pixels beyond it, where there are any; the next page is reached by its link."""
    found = {}
    for title in titles:
        if title != FIRST:
            reader.follow_next(title)
        for width in (390, 1280):
            reader.page.set_viewport_size({"width": width, "height": 844})
            try:
                reader.expect_no_sideways()
            except TimeoutError:
                found[title, width] = reader.page.evaluate(BEYOND)
    return found


def test_no_page_scrolls_sideways_and_each_leads_to_the_next(reader: Reader) -> None:
    reader.open(FIRST, text=EXAMPLE)
    assert too_wide(reader, list(PAGES)) == {}


@pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES)
def test_no_page_that_reads_a_long_sentence_scrolls_sideways(text: str, reader: Reader) -> None:
    reader.open(FIRST, text=text)
    assert too_wide(reader, READING) == {}
