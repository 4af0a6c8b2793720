"""No page scrolls sideways, at a desk or on a phone, whatever the sentence; and each leads on to the next."""

import pytest
from playwright.sync_api import TimeoutError

from tests.browser.reader import BEYOND, Reader
from tests.support.app_pages import FIRST, PAGES

SENTENCES = {
    "the first example": "The pizza came out of the oven and it tasted good!",
    "58 words": "pizza " * 57 + "oven",
    "one word of 300 letters": "supercalifragil" * 20,
}


@pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES)
def test_no_page_scrolls_sideways(text: str, reader: Reader) -> None:
    reader.open(FIRST, text=text)
    too_wide = {}
    for title in PAGES:
        if title != FIRST:
            reader.follow_next(title)
        for width in (390, 1280):
            reader.page.set_viewport_size({"width": width, "height": 844})
            try:
                reader.expect_no_sideways()
            except TimeoutError:
                too_wide[title, width] = reader.page.evaluate(BEYOND)
    assert too_wide == {}
