"""What a reader saves: numbers that are Hugging Face's, and pictures that open."""

import io
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Download, Locator, expect

from tests.browser.reader import Reader
from tests.support.app_pages import FIRST, PAGES
from tests.support.reference import Opened, assert_close

SENTENCE = "Squatch eats the pizza and the oven"


def content(download: Download) -> bytes:
    """The bytes of what was saved."""
    return Path(download.path()).read_bytes()


def table(download: Download, index: int) -> np.ndarray:
    """The numbers of a CSV whose first columns are an index."""
    return pd.read_csv(io.BytesIO(content(download)), index_col=list(range(index))).to_numpy(dtype=float)


def numbers_button(reader: Reader, key: str) -> Locator:
    """The button under a figure that saves its numbers."""
    return reader.main.locator(f".st-key-numbers_{key}").get_by_role("button", name="Numbers (CSV)")


def test_the_saved_attention_is_berts(reader: Reader, bundled: Opened) -> None:
    weights = bundled.reference(SENTENCE).attentions
    layers, heads, size, _ = weights.shape
    reader.open("Attention", text=SENTENCE, layer=2, head=7, overlaid="layer 3, head 1")
    saved = reader.saved(numbers_button(reader, "attention").click)
    assert saved.suggested_filename == "encoderscope-attention.csv"
    assert_close(table(saved, 1), weights[1, 6])
    both = table(reader.saved(numbers_button(reader, "lines").click), 2)
    assert_close(both, np.concatenate([weights[1, 6], weights[2, 0]]))
    roles = table(reader.saved(numbers_button(reader, "heads").click), 2)
    assert_close(roles[:, 2], weights[:, :, range(1, size - 1), range(1, size - 1)].mean(axis=-1).ravel())
    reader.go_to("Overview")
    saved = reader.saved(numbers_button(reader, "all-heads").click)
    assert_close(table(saved, 3).reshape(layers, heads, size, size), weights)


def test_the_saved_vectors_are_berts(reader: Reader, bundled: Opened) -> None:
    states = bundled.reference(SENTENCE).hidden_states
    model = bundled.hugging_face()
    embeddings = {
        name: model.get_parameter(f"embeddings.{name}_embeddings.weight").detach().numpy()
        for name in ("word", "position", "token_type")
    }
    ids = bundled.tokenizer(SENTENCE)["input_ids"]
    addends = [embeddings["word"][ids], embeddings["position"][: len(ids)], embeddings["token_type"][[0] * len(ids)]]
    reader.open("Overview", text=SENTENCE)
    for key, expected in [
        ("word-embeddings", addends[0]),
        ("positions", addends[1]),
        ("context-vectors", states[-1]),
        ("sentence-vector", bundled.sentence_model.encode([SENTENCE])),
    ]:
        assert_close(table(reader.saved(numbers_button(reader, key).click), 1), expected)
    reader.go_to("Embeddings")
    saved = table(reader.saved(numbers_button(reader, "addends").click), 2)
    assert_close(saved, np.concatenate([*addends, np.sum(addends, axis=0)]))
    assert_close(table(reader.saved(numbers_button(reader, "layer-1-input").click), 1), states[0])
    reader.go_to("Positions")
    assert_close(table(reader.saved(numbers_button(reader, "learned-positions").click), 1), embeddings["position"])


def test_every_page_saves_the_numbers_of_each_of_its_figures_under_a_name_of_its_own(reader: Reader) -> None:
    reader.open(FIRST, text=SENTENCE)
    names: list[str] = []
    for title in PAGES:
        reader.go_to(title)
        for button in reader.main.get_by_role("button", name="Numbers (CSV)").all():
            saved = reader.saved(button.click)
            names.append(saved.suggested_filename)
            assert pd.read_csv(io.BytesIO(content(saved))).shape >= (1, 2), saved.suggested_filename
    assert len(names) == len(set(names)) > 10
    assert all(re.fullmatch(r"encoderscope-[a-z0-9-]+\.csv", name) for name in names)


def test_every_kind_of_picture_of_attention_is_saved_as_png_and_as_svg(reader: Reader) -> None:
    reader.open("Attention", text=SENTENCE, layer=2)
    lines = "Attention of layer 2, head 2 as lines from the tokens that look to those they look at"
    for name, alt in {
        "heads": "Attention of 72 heads, one thumbnail per head",
        "attention": "Attention weights of layer 2, head 2: rows look at columns",
        "lines": lines,
    }.items():
        picture = reader.picture(alt)
        saved = reader.saved(picture.save_png.click)
        assert saved.suggested_filename == f"encoderscope-{name}.png"
        assert png_size(content(saved)) >= (600, 300)
        saved = reader.saved(picture.save_svg.click)
        assert saved.suggested_filename == f"encoderscope-{name}.svg"
        svg = ElementTree.fromstring(content(saved))
        space = "{http://www.w3.org/2000/svg}"
        assert svg.tag == f"{space}svg"
        assert svg.findtext(f"{space}title") == alt


def test_the_camera_saves_a_figure_as_png_and_on_request_as_svg(reader: Reader) -> None:
    reader.open("Attention", text=SENTENCE, asked="Over all heads")
    camera = reader.main.locator(".st-key-figure_over-heads").get_by_role("button", name=re.compile("^Download plot"))
    saved = reader.saved(camera.click)
    assert saved.suggested_filename == "encoderscope-over-heads.png"
    assert png_size(content(saved)) >= (800, 400)
    reader.pick("Save figures as", "SVG")
    expect(camera).to_have_accessible_name("Download plot")
    saved = reader.saved(camera.click)
    assert saved.suggested_filename == "encoderscope-over-heads.svg"
    svg = ElementTree.fromstring(content(saved))
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    assert "pizza" in "".join(svg.itertext())


def png_size(image: bytes) -> tuple[int, int]:
    """Width and height of a PNG, read from its header."""
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")
