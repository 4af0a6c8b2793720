"""Train one: a reader trains, stops and goes on, watches the model form, edits the grammar, and opens the model."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from transformers import AutoModelForMaskedLM

from components.core import load_encoder
from components.core.training.kept import KeptTrainings
from components.core.training.settings import TrainingSettings
from components.ui.train_one import languages
from components.ui.train_one.warming import opening_settings
from tests.browser.reader import Reader
from tests.browser.server import Server
from tests.browser.test_screens import LAPTOP, PHONE, PROJECTOR, faults_of_screens
from tests.support.kept_training import keep_training

PAGE = "Train one"
#: Small enough to be trained in some seconds.
SMALL = {"toy_layers": 1, "toy_heads": 1, "toy_width": 16}


@pytest.fixture(scope="module")
def trained(server: Server) -> TrainingSettings:
    """A server on which the training that the page opens with is done."""
    settings = opening_settings("Kitchen")
    root = server.directory / "vectors" / "trainings"
    if KeptTrainings(root).find(settings) is None:
        keep_training(root, settings)
    return settings


def test_a_reader_trains_stops_goes_on_and_reads_how_far_it_is_above_the_floor(reader: Reader) -> None:
    reader.open(PAGE, screen="it learns", toy_seed=1, **SMALL)
    expect(reader.heading).to_contain_text("numbers that know nothing of Kitchen: press Train")
    reader.main.get_by_role("button", name="Train", exact=True).click()
    # The curve grows by itself.
    expect(reader.main.get_by_text(re.compile(r"^Step [\d,]+ of 1,500"))).to_be_visible(timeout=120_000)
    reader.main.get_by_role("button", name="Stop", exact=True).click()
    expect(reader.heading).to_contain_text("Stopped after", timeout=60_000)
    reader.main.get_by_role("button", name="Go on", exact=True).click()
    expect(reader.heading).to_have_text(re.compile(r"^Loss \d\.\d{3}: \d\.\d{3} above"), timeout=240_000)
    expect(reader.main.get_by_text(re.compile(r"1,500 steps in \d+ s"))).to_be_visible()
    reader.settled()


def test_one_slider_moves_all_four_pictures(reader: Reader, trained: TrainingSettings) -> None:
    reader.open(PAGE, screen="watch it form")
    reader.settled()
    slider = reader.main.get_by_role("slider", name="Step of the training")
    expect(slider).to_have_attribute("aria-valuetext", "step 1500")

    def seen() -> Any:
        """Where the first word's dot is, how wide the first bar is, and how dark one cell of a head is."""
        return reader.main.locator("svg.picture").first.evaluate(
            """(svg) => {
              const panels = [...svg.querySelectorAll(":scope > g")];
              return [
                panels[0].querySelector("circle").getAttribute("cx"),
                panels[1].querySelector("rect").getAttribute("width"),
                panels[2].querySelector("circle").getAttribute("cx"),
                panels[3].querySelectorAll("rect")[5].getAttribute("fill"),
              ];
            }"""
        )

    last = seen()
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "step 0")
    first = seen()
    assert all(one != other for one, other in zip(first, last, strict=True))
    expect(reader.main.locator(".readout")).to_have_text("It has none of its skills yet.")
    reader.main.get_by_role("button", name="Play").click()
    expect(slider).to_have_attribute("aria-valuetext", "step 1500", timeout=30_000)
    assert seen() == last
    expect(reader.main.locator(".readout")).to_contain_text(re.compile(r"^Since step [\d]+: it knows what “it” means"))


def test_an_edited_grammar_shows_its_sentences_and_a_fault_with_its_line(reader: Reader) -> None:
    reader.open(PAGE)
    box = reader.main.get_by_label(re.compile("^Grammar"))
    box.fill("S: the WHO sleeps\nWHO: norm | ada")
    box.press("Control+Enter")
    expect(reader.heading).to_contain_text("Your language: 2 sentences")
    expect(reader.main.get_by_text("the ada sleeps")).to_be_visible()
    box.fill("S: the WHO sleeps\nWHO: norm | ADA")
    box.press("Control+Enter")
    expect(reader.heading).to_have_text("This grammar cannot be read")
    expect(reader.main.get_by_text("Line 2: WHO uses ADA, and there is no rule ADA")).to_be_visible()
    assert box.input_value() == "S: the WHO sleeps\nWHO: norm | ADA"
    reader.settled()


def test_a_trained_model_is_opened_on_attention_and_downloaded(
    reader: Reader, trained: TrainingSettings, tmp_path: Path
) -> None:
    reader.open(PAGE, screen="take it apart")
    download = reader.saved(lambda: reader.main.get_by_role("button", name="Download model and tokenizer").click())
    assert download.suggested_filename == f"kitchen-{trained.key}.zip"
    with zipfile.ZipFile(download.path()) as packed:
        packed.extractall(tmp_path)
    assert load_encoder("kitchen", tmp_path).num_heads == trained.heads
    assert AutoModelForMaskedLM.from_pretrained(tmp_path).config.num_hidden_layers == trained.layers
    reader.main.get_by_role("button", name="Open it in this tab").click()
    reader.main.get_by_role("link", name="Attention", exact=True).click()
    expect(reader.heading).not_to_contain_text("model like any other")
    reader.settled()
    expect(reader.main.locator(".es-count")).to_contain_text(f"kitchen-{trained.key}")
    assert reader.parameters()["text"] in {" ".join(each) for each in languages.opening().language.sentences}


@pytest.mark.parametrize("presents", [False, True])
def test_screens_of_a_trained_model_fit_every_window(reader: Reader, trained: TrainingSettings, presents: bool) -> None:
    reader.page.set_viewport_size(LAPTOP)
    if presents:
        reader.page.emulate_media(color_scheme="dark")
        reader.open(PAGE, present=1)
        go_on = lambda screen: reader.press_key("PageDown", screen)  # noqa: E731
    else:
        reader.open(PAGE)
        go_on = lambda screen: reader.pick("Screen", screen)  # noqa: E731
    sizes = (PROJECTOR, LAPTOP) if presents else (PROJECTOR, PHONE, LAPTOP)
    assert faults_of_screens(reader, PAGE, sizes, go_on, presents) == {}
