"""What a reader prints: every screen, on sheets that say what was read, by which model, and where it stands."""

import io
import unicodedata

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import GROUNDS
from tests.browser.reader import Reader

SENTENCE = "Squatch eats the pizza"
MODEL = "all-MiniLM-L6-v2"


def plain(text: str) -> str:
    """A text without ligatures and without blanks, which PDF files place anew."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def sheets(reader: Reader) -> list[str]:
    """The texts of the sheets that the browser would print."""
    printed = reader.page.pdf(prefer_css_page_size=True)
    return [plain(sheet.extract_text()) for sheet in PdfReader(io.BytesIO(printed)).pages]


def test_all_screens_are_printed_with_the_sentence_the_model_and_the_address_on_every_sheet(reader: Reader) -> None:
    reader.open("Positions", text=SENTENCE, screen="all screens")
    headings = [plain(text) for text in reader.main.locator("h1, h2").all_inner_texts()]
    printed = sheets(reader)
    assert len(printed) >= 2
    assert len(headings) >= 5
    for heading in headings:
        assert any(heading in sheet for sheet in printed), heading
    for sheet in printed:
        assert plain(SENTENCE) in sheet
        assert MODEL in sheet
        assert "positions?" in sheet


def test_a_single_screen_is_printed_on_one_sheet_without_what_can_only_be_pressed(reader: Reader) -> None:
    reader.open("Positions", text=SENTENCE, screen="how alike")
    (sheet,) = sheets(reader)
    assert plain(reader.heading.inner_text()) in sheet
    for pressed in ("Save", "Next", "every order", "Encode", "Ask me first", "one in 4"):
        assert plain(pressed) not in sheet, pressed


def test_pictures_stay_as_wide_as_the_sheet(reader: Reader) -> None:
    reader.open("Positions", text=SENTENCE, screen="all screens")
    reader.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    reader.page.emulate_media(media="print")
    width = reader.main.locator(".stMainBlockContainer").evaluate("each => each.getBoundingClientRect().right")
    pictures = reader.main.locator('.main-svg, [data-testid="stBidiComponentIsolated"], [data-testid="stDataFrame"]')
    right = pictures.evaluate_all("all => Math.max(...all.map((each) => each.getBoundingClientRect().right))")
    reader.page.emulate_media(media="screen")
    assert right <= width + 1


def test_after_printing_the_page_is_as_it_was(reader: Reader) -> None:
    reader.open("Positions", text=SENTENCE, screen="learned")
    before = reader.main.bounding_box()
    sheets(reader)
    reader.settled()
    assert reader.main.bounding_box() == before


def test_paper_is_white_in_both_themes(reader: Reader) -> None:
    reader.open("Positions", text=SENTENCE, screen="all screens")
    for theme, ground in GROUNDS.items():
        reader.page.emulate_media(media="screen", color_scheme=theme)
        expect(reader.page.locator(".stApp")).to_have_css("background-color", ground)
        reader.settled()
        reader.page.emulate_media(media="print")
        grounds = reader.page.locator("body, .stApp, [data-testid=stMain]").evaluate_all(
            "all => [...new Set(all.map((each) => getComputedStyle(each).backgroundColor))]"
        )
        inks = reader.main.locator("h1, h2, .es-lead").evaluate_all(
            "all => [...new Set(all.map((each) => getComputedStyle(each).color))]"
        )
        assert grounds == ["rgb(255, 255, 255)"]
        assert inks == ["rgb(32, 36, 44)"]


def test_by_hand_prints_a_sheet_with_blanks_and_one_with_the_answers(reader: Reader) -> None:
    reader.open("By hand", screen="on paper")
    blanks, answers = sheets(reader)
    assert plain("A whole encoder by hand") in blanks
    assert plain("A whole encoder by hand: the answers") in answers
    assert plain("(−1.39, 2.04)") in blanks
    assert plain("17.30") in answers
    assert plain("17.30") not in blanks
    assert plain("Print both sheets") not in blanks + answers
