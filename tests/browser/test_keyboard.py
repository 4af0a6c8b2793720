"""Heads can be reached and opened without a mouse, and what is reached is said."""

import re

from playwright.sync_api import expect

from tests.browser.reader import Reader

_FOCUSED_STAGE = """() => {
  const inside = document.activeElement.shadowRoot?.activeElement;
  return inside?.classList.contains("stage") ? inside.getAttribute("aria-label") : null;
}"""


def tab_to_a_picture(reader: Reader) -> str:
    """Press Tab until a picture of matrices has the focus; returns its description."""
    for _ in range(80):
        reader.page.keyboard.press("Tab")
        described = reader.page.evaluate(_FOCUSED_STAGE)
        if described:
            return str(described)
    raise AssertionError("80 times Tab reached no picture.")


def test_arrow_keys_and_enter_open_another_head_and_the_focus_stays(reader: Reader) -> None:
    reader.open("Attention", layer=3, head=2)
    described = tab_to_a_picture(reader)
    assert described == "Attention weights of the 12 heads of layer 3. Arrow keys move, Enter opens."
    spoken = reader.picture("Attention weights of the 12 heads of layer 3").readout
    expect(spoken).to_have_attribute("aria-live", "polite")
    keyboard = reader.page.keyboard
    keyboard.press("ArrowRight")
    expect(spoken).to_contain_text("Head 3")
    keyboard.press("ArrowDown")
    expect(spoken).to_contain_text("Head 9")
    keyboard.press("Enter")
    expect(reader.heading).to_have_text(re.compile("^Head 9 of layer 3 "))
    reader.expect_parameter("head", 9)
    reader.settled()
    keyboard.press("ArrowLeft")
    expect(spoken).to_contain_text("Head 8")
    keyboard.press("Space")
    expect(reader.heading).to_have_text(re.compile("^Head 8 of layer 3 "))


def test_arrow_keys_read_out_the_cells_of_a_strip(reader: Reader) -> None:
    reader.open("Overview", text="Squatch eats pizza")
    assert tab_to_a_picture(reader).startswith("Word embeddings")
    spoken = reader.picture("Word embeddings: one row a token").readout
    for key, place in [("ArrowRight", "[CLS] · dimension 2"), ("ArrowDown", "squat · dimension 2")]:
        reader.page.keyboard.press(key)
        expect(spoken).to_contain_text(place)
