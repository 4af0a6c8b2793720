"""Fill in the blank as a class uses it: a model that can, a blank filled, its layers, the objective, one step."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewReader
from tests.browser.server import Server
from tests.support.tiny_models import save_with_head

PAGE = "Fill in the blank"
MODEL = "tiny-with-head"
SCRIPT = "<img src=x onerror=window.hacked=1>"


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a model on its list that can fill in a blank."""
    made = Server(tmp_path_factory.mktemp("blank"), warm=False)
    made.environment["ENCODERSCOPE_MODELS"] = str(save_with_head(made.directory / MODEL, "bert"))
    with made.running() as running:
        yield running
    assert "Traceback" not in running.log, running.log


def test_from_a_model_that_cannot_to_one_that_can_and_on_to_what_models_are_trained_for(
    own_server: Server, new_reader: NewReader
) -> None:
    reader = new_reader(own_server)
    page, main = reader.page, reader.main
    reader.open(PAGE)
    expect(reader.heading).to_have_text("all-MiniLM-L6-v2 cannot fill in a blank")
    main.get_by_role("button", name=f"Use {MODEL}").click()
    expect(reader.heading).to_have_text(re.compile("“.+” comes first, with "))
    reader.settled()

    box = main.get_by_role("textbox", name="Text with a blank")
    box.fill(f"the ___ {SCRIPT}")
    box.press("Enter")
    expect(main.locator(".es-lead")).to_contain_text(SCRIPT)
    reader.settled()
    assert page.evaluate("window.hacked") is None
    own = main.get_by_role("textbox", name="Your own word")
    own.fill("pizza")
    own.press("Enter")
    expect(main.locator(".es-lead")).to_contain_text("Yours, “pizza”, has rank ")
    reader.settled()

    reader.heading.click()  # out of the box
    reader.press_key("ArrowRight", "layer by layer")
    expect(reader.heading).to_have_text(re.compile("first"))
    assert main.get_by_test_id("stPlotlyChart").count() == 2
    reader.heading.click()  # out of the box
    reader.press_key("ArrowRight", "trained for")
    before = reader.heading.inner_text()
    assert re.search(r"loss \d\.\d\d$", before)
    main.get_by_role("radio", name="softmax").click()
    reader.settled()
    expect(reader.heading).to_have_text(before)
    main.get_by_role("button", name="Your own data").click()
    pairs = page.get_by_role("textbox", name=re.compile("^Two to eight pairs"))
    pairs.fill("salt | sea\nsugar | cake")
    pairs.press("Control+Enter")
    expect(main.locator(".es-read")).to_contain_text("2 pairs of texts")
    page.keyboard.press("Escape")
    reader.settled()
    reader.heading.click()  # out of the box
    reader.press_key("ArrowRight", "one step")
    expect(reader.heading).to_have_text(re.compile("loss"))
    lead = main.locator(".es-lead")
    expect(lead).to_contain_text("moves by −0.01 × its gradient")
    main.get_by_role("combobox", name="Learning rate").click()
    page.get_by_role("option", name="0.001", exact=True).click()
    expect(lead).to_contain_text("moves by −0.001 × its gradient")
    reader.settled()
