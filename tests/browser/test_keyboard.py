"""Heads can be reached and opened without a mouse, and what is reached is said."""

import re

from playwright.sync_api import expect

from tests.browser.reader import Reader
from tests.support.reference import Opened

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


def test_arrow_keys_and_enter_open_another_head(reader: Reader) -> None:
    reader.open("Attention", layer=3, head=2)
    described = tab_to_a_picture(reader)
    assert described.startswith("Attention of 72 heads, one thumbnail per head. Arrow keys move from head to head")
    spoken = reader.heads("Attention of 72 heads, one thumbnail per head").readout
    expect(spoken).to_have_attribute("aria-live", "polite")
    keyboard = reader.page.keyboard
    keyboard.press("ArrowRight")
    expect(spoken).to_contain_text("Layer 3, head 3 (")
    keyboard.press("ArrowDown")
    expect(spoken).to_contain_text("Layer 4, head 3 (")
    keyboard.press("Enter")
    expect(reader.heading).to_have_text(re.compile("^Head 3 of layer 4: "))
    reader.expect_parameter("head", 3)


def test_shift_and_arrow_keys_read_out_cells_and_the_cell_stays_from_head_to_head(
    reader: Reader, bundled: Opened
) -> None:
    text = "Squatch eats pizza"
    weights = bundled.reference(text).attentions
    reader.open("Attention", text=text, layer=4, head=2)
    tab_to_a_picture(reader)
    spoken = reader.heads("Attention of 72 heads, one thumbnail per head").readout
    keyboard = reader.page.keyboard
    keyboard.press("Shift+ArrowDown")
    expect(spoken).to_have_text(re.compile(rf"\[CLS\] → \[CLS\]  {weights[3, 1, 0, 0]:.4f}$"))
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        keyboard.press(f"Shift+{key}")
    expect(spoken).to_have_text(re.compile(rf"^Layer 4, head 2 .* squat → ##ch  {weights[3, 1, 1, 2]:.4f}$"))
    keyboard.press("ArrowUp")
    expect(spoken).to_have_text(re.compile(rf"^Layer 3, head 2 .* squat → ##ch  {weights[2, 1, 1, 2]:.4f}$"))


def test_a_cell_is_picked_and_taken_apart_without_a_mouse(reader: Reader) -> None:
    link: dict[str, str | int] = {"layer": 4, "head": 2, "query": "4  eats", "key": "5  pizza"}
    reader.open("Attention", text="Squatch eats pizza", screen="one head", **link)
    described = tab_to_a_picture(reader)
    assert described.startswith("Attention weights of layer 4, head 2")
    keyboard = reader.page.keyboard
    keyboard.press("ArrowLeft")  # to the cell that is picked
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    expect(reader.main.get_by_role("heading", name=re.compile("^How “##ch” → “pizza” gets its "))).to_be_visible()
    reader.expect_parameter("query", "3  ##ch")


def test_tokens_are_walked_through_and_picked_without_a_mouse(reader: Reader, bundled: Opened) -> None:
    weights = bundled.reference("Squatch eats pizza").attentions[3, 1]
    reader.open("Attention", text="Squatch eats pizza", layer=4, head=2, screen="one head")
    for _ in range(2):
        described = tab_to_a_picture(reader)
    assert described.startswith("Attention of layer 4, head 2 as lines")
    spoken = reader.picture(re.compile("^Attention of layer 4, head 2 as lines")).readout
    keyboard = reader.page.keyboard
    for _ in range(4):
        keyboard.press("ArrowDown")
    most = int(weights[3].argmax())
    token = ["[CLS]", "squat", "##ch", "eats", "pizza", "[SEP]"][most]
    expect(spoken).to_have_text(re.compile(rf"^eats looks at {re.escape(token)} {weights[3, most]:.4f}, "))
    keyboard.press("ArrowRight")
    expect(spoken).to_have_text(re.compile("^eats is looked at by "))
    keyboard.press("Enter")
    reader.expect_parameter("key", "4  eats")
    keyboard.press("Escape")
    expect(spoken).to_have_text("Point at a token to see its lines alone; click to pick it.")


def test_arrow_keys_read_out_the_cells_of_a_strip(reader: Reader) -> None:
    reader.open("Overview", text="Squatch eats pizza")
    assert tab_to_a_picture(reader).startswith("The sentence step by step")
    spoken = reader.picture(re.compile("^The sentence step by step")).readout
    for key, place in [("ArrowRight", "[CLS] · dimension 2"), ("ArrowDown", "squat · dimension 2")]:
        reader.page.keyboard.press(key)
        expect(spoken).to_contain_text(place)


def test_an_opened_popover_is_reached_and_left_by_tab_as_if_it_stood_behind_its_button(reader: Reader) -> None:
    reader.open("Sentence map")
    inside = "document.activeElement.closest('[data-testid=stPopoverBody]') !== null"
    opener = reader.main.get_by_role("button", name="More settings")
    opener.focus()
    keyboard = reader.page.keyboard
    keyboard.press("Enter")
    expect(reader.page.get_by_test_id("stPopoverBody")).to_be_visible()
    keyboard.press("Tab")
    assert reader.page.evaluate(inside)
    keyboard.press("Shift+Tab")
    expect(opener).to_be_focused()
    for _ in range(40):
        keyboard.press("Tab")
        if not reader.page.evaluate(inside):
            break
    expect(reader.main.get_by_role("button", name="Save", exact=True)).to_be_focused()


def test_where_the_button_is_gone_another_screen_opens_at_its_top_with_its_title_in_focus(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 390, "height": 844})
    reader.open("Live retrieval", k=10, question="How long should pasta boil?")
    button = reader.main.get_by_role("button", name="Why rank 5?").first
    button.scroll_into_view_if_needed()
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    assert reader.page.evaluate(scrolled) > 0
    button.press("Enter")
    reader.expect_parameter("screen", "why")
    expect(reader.heading).to_be_focused()
    assert reader.page.evaluate(scrolled) == 0


def test_a_cell_of_the_confusion_matrix_is_opened_without_a_mouse(reader: Reader) -> None:
    reader.open("Sentiment", screen="how good")
    assert tab_to_a_picture(reader).startswith("Confusion matrix of Logistic regression")
    keyboard = reader.page.keyboard
    for key in ("ArrowDown", "ArrowRight", "ArrowUp"):
        keyboard.press(key)
    spoken = reader.main.get_by_role("status").filter(has_text="true class “negative”, predicted class “positive”")
    expect(spoken).to_be_visible()
    keyboard.press("Enter")
    expect(reader.main.get_by_role("heading", name="texts of “negative” taken for “positive”")).to_be_visible()
    reader.press("Back to the calibration")
    expect(reader.main.get_by_role("heading", name=re.compile("sure on average"))).to_be_visible()
