"""No page scrolls sideways, at a desk or on a phone, however long its sentence; test_screens.py sees each screen."""

from itertools import cycle

import pytest

from tests.browser.reader import Reader
from tests.support.app_pages import ALL_SCREENS, READING

SENTENCES = {
    "58 words": "pizza " * 57 + "oven",
    "one word of 300 letters": "supercalifragil" * 20,
}
DESK, PHONE = 1280, 390


@pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES)
def test_no_page_that_reads_a_long_sentence_scrolls_sideways(text: str, reader: Reader) -> None:
    faults = {}
    # There and back, so that the window has each page's first width already.
    for title, widths in zip(READING, cycle([(DESK, PHONE), (PHONE, DESK)]), strict=False):
        for number, width in enumerate(widths):
            reader.page.set_viewport_size({"width": width, "height": 844})
            if number == 0:
                reader.open(title, text=text, screen=ALL_SCREENS)
            if beyond := reader.beyond():
                faults[title, width] = beyond
    assert faults == {}
