"""The pipeline in a browser: a step is switched on, λ is moved, and the picture and its heading follow."""

from playwright.sync_api import expect

from tests.browser.reader import Reader
from tests.browser.retrieval_steps import PAGE, ask, heading, passages

PIPELINE = "the pipeline"
SELL = "How do I sell things?"


def test_steps_are_switched_and_a_passage_that_is_not_the_one_moves_the_question(reader: Reader) -> None:
    reader.open(PAGE, question=SELL, screen=PIPELINE, steps="Dense")
    expect(heading(reader, "Dense alone: switch on a step")).to_be_visible()
    picture = reader.main.get_by_test_id("stPlotlyChart")
    expect(picture.locator(".xtick")).to_have_text(["Dense"])
    reader.main.get_by_role("button", name="MMR", exact=True).click()
    expect(picture.locator(".xtick")).to_have_text(["Dense", "MMR"])
    slider = reader.main.get_by_role("slider", name="λ of MMR")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowLeft")
    reader.expect_parameter("mmr_lambda", "0.2")
    expect(heading(reader, "new: Dense alone does not put")).to_be_visible()
    # The names at the ends are those of the passages that are handed over.
    expect(picture.locator(".annotation-text")).to_have_count(5)
    # Of the results, the first is not the one: the map then shows where the question goes.
    reader.pick("Screen", "results")
    first = passages(reader).first
    expect(first).to_be_visible()
    reader.settled()
    # It is offered where the pointer is.
    first.hover()
    reader.main.get_by_role("button", name="Not this one", exact=True).first.click()
    expect(reader.main.get_by_role("button", name="Wrong: take it back").first).to_be_visible()
    reader.pick("Screen", "on the map")
    expect(heading(reader, "Feedback moves the question")).to_be_visible()
    ask(reader, "What did Beatrix build?")
    expect(heading(reader, "retrieved passages")).to_be_visible()
