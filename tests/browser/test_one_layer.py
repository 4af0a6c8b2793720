"""One layer, clicked through: from all layers to a token, one of its numbers, a neuron, and a layer that is off."""

import json
import re

from playwright.sync_api import Locator, expect

from components.core import Encoder
from components.core.layer.layer_steps import layer_steps
from tests.browser.reader import Reader
from tests.browser.way_picture import WayRow

TEXT = "Squatch eats pizza"


def stage_of(reader: Reader, alt: str) -> Locator:
    """The stage of the picture whose description begins so."""
    named = reader.page.get_by_role("img", name=re.compile(f"^{alt}"))
    return reader.main.locator(".view").filter(has=named).locator(".stage")


def click_in_table(stage: Locator, table: int, row: int, column: int) -> None:
    """Click a cell of one of the tables under one another, all counted from 0."""
    expect(stage).to_have_attribute("data-box", re.compile("tops"))
    box = json.loads(stage.get_attribute("data-box") or "")
    x, y = box["left"] + (column + 0.5) * box["cell"], box["tops"][table] + (row + 0.5) * box["row"]
    stage.click(position={"x": x, "y": y})


def test_a_cell_leads_to_its_token_a_number_to_its_calculation_and_a_neuron_to_its_own(
    reader: Reader, encoder: Encoder
) -> None:
    steps = layer_steps(encoder, encoder.trace(TEXT), 2)
    assert steps is not None
    reader.open("One layer", screen="all layers", text=TEXT)
    click_in_table(stage_of(reader, "By how many degrees"), 1, 2, 3)
    turned = f"In layer 3, attention turns “eats” by {steps.attention_turns[3]:.0f}°"
    expect(reader.heading).to_have_text(re.compile(f"^{turned}"))
    # The first screen of a page needs no name in the address.
    for name, value in (("screen", None), ("layer", 3), ("layer_token", "4  eats")):
        reader.expect_parameter(name, value)

    # The middle of a strip of 96.
    WayRow(reader, 4, "The vector of eats").click_tile(0, of=1, columns=1)
    numbers = f"{steps.came_in[3, 48]:.3f} to {steps.out[3, 48]:.3f}".replace("-", "−")
    expect(reader.heading).to_have_text(f"In layer 3, dimension 49 of “eats” goes from {numbers}")
    reader.expect_parameter("dimension", 49)

    neurons = stage_of(reader, "What each of 1,536 neurons")
    box = neurons.bounding_box()
    assert box is not None
    neurons.click(position={"x": box["width"] * 5.5 / 96, "y": box["height"] * 2.5 / 16})
    reader.expect_parameter("neuron", 2 * 96 + 6)
    expect(reader.main).to_contain_text("Neuron 198 adds up 384 products")
    reader.back()
    reader.back()
    expect(reader.heading).to_have_text(re.compile(f"^{turned}"))


def test_a_click_switches_the_same_part_off_in_another_layer_and_so_does_the_keyboard(reader: Reader) -> None:
    reader.open("One layer", screen="switched off", text=TEXT, off="attention")
    stage = stage_of(reader, "Cosine of each token")
    click_in_table(stage, 0, 4, 0)
    expect(reader.heading).to_have_text(re.compile("^Without attention of layer 4,"))
    stage.focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        stage.press(key)
    expect(reader.heading).to_have_text(re.compile("^Without attention of layer 5,"))
