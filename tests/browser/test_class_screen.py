"""A teacher's screen while a room is open: the QR code, and the corner that lies above all pages."""

import io
import re
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.class_steps import LAPTOP, OFFERED, PHONE, TEXT, JoinClass, open_room, pill
from tests.browser.conftest import Theme
from tests.browser.reader import Reader
from tests.browser.test_accessibility import violations
from tests.support.app_pages import SCREENS


def read_qr(qr: Locator) -> str:
    """What a phone's camera reads of a QR code on the screen."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(qr.screenshot())))
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return str(found.text)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_qr_code_leads_a_phone_into_the_room(reader: Reader, phones: JoinClass, theme: Theme) -> None:
    reader.page.emulate_media(color_scheme=theme)
    reader.open("Tokens", text=TEXT)
    code = open_room(reader)
    pill(reader).click()
    expect(reader.page.locator(".large")).to_be_visible()
    address = urlsplit(read_qr(reader.page.locator(".large .qr")))
    shown = reader.page.locator(".large .join").inner_text()
    assert f"{address.netloc}/class" == shown
    assert address.port == urlsplit(reader.origin).port
    assert address.path == f"/class/{code}"
    # The server of the tests answers on this machine alone, at whichever name the address has for phones.
    phones(f"{code}?{address.query}", 1)
    expect(pill(reader)).to_contain_text("1 in")
    expect(reader.page.locator(".large .people")).to_have_text("1 is in")


def test_the_qr_code_fills_the_screen_and_stands_in_the_corner_of_every_page(reader: Reader) -> None:
    reader.page.set_viewport_size(LAPTOP)
    reader.open("Tokens", text=TEXT)
    reader.sidebar.get_by_role("button", name="Your class").click()
    reader.page.get_by_role("button", name=OFFERED, exact=True).last.click()
    large, close = reader.page.locator(".large"), reader.page.locator(".large .close")
    expect(large).to_be_visible()
    expect(close).to_be_focused()
    box, code = large.locator(".qr svg").bounding_box(), large.locator(".code").inner_text()
    address = large.locator(".join").inner_text()
    assert box is not None
    assert box["height"] > 0.6 * LAPTOP["height"]
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= LAPTOP["height"]
    assert re.fullmatch("[BCDFGHJKMNPQRSTWXYZ]{4}", code)
    reader.settled()
    expect(large).to_be_visible()
    reader.page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(pill(reader)).to_be_focused()
    for title in SCREENS:
        reader.go_to(title)
        expect(pill(reader)).to_contain_text(f"{address} {code}")
        expect(pill(reader).locator(".qr svg")).to_be_visible()
        expect(large).to_be_hidden()
    pill(reader).click()
    expect(large).to_be_visible()
    close.click()
    expect(large).to_be_hidden()
    reader.heading.click()
    reader.page.keyboard.press("p")
    reader.expect_parameter("present", "1")
    reader.settled()
    expect(pill(reader)).to_contain_text(code)


def test_axe_finds_no_violation_while_a_class_is_asked_and_answered_nor_in_the_large_qr_code(
    reader: Reader, phones: JoinClass
) -> None:
    reader.open("Positions", text=TEXT)
    (phone,) = phones(open_room(reader), 1)
    expect(pill(reader)).to_contain_text("1 in")
    found = [("unasked", *each) for each in violations(reader)]
    reader.press("Ask the class")
    found += [("asked", *each) for each in violations(reader)]
    phone.answer(0.5)
    expect(pill(reader)).to_contain_text("1 of 1 answered")
    reader.press("Show the answer")
    found += [("shown", *each) for each in violations(reader)]
    pill(reader).click()
    found += [("large", *each) for each in violations(reader)]
    reader.page.keyboard.press("Escape")
    reader.go_to("Your class")
    found += [("the page", *each) for each in violations(reader)]
    assert found == []


def test_on_a_phone_the_teachers_page_does_not_scroll_sideways(reader: Reader) -> None:
    reader.open("Positions", text=TEXT)
    open_room(reader)
    reader.page.set_viewport_size(PHONE)
    reader.settled()
    reader.expect_no_sideways()
    reader.press("Ask the class")
    reader.expect_no_sideways()
    pill(reader).click()
    reader.expect_no_sideways()
    reader.page.keyboard.press("Escape")
    reader.press("Show the answer")
    reader.expect_no_sideways()
