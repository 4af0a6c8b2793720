"""What a reader saves: numbers that are Hugging Face's, and pictures that say what they show, in the page's type."""

import io
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Download, ViewportSize, expect

from components.ui.stage.line import COMPARING, READING
from tests.browser.reader import Reader
from tests.support.reference import Opened, assert_close

SENTENCE = "Squatch eats the pizza and the oven"
MODEL = "all-MiniLM-L6-v2"
PHONE: ViewportSize = {"width": 390, "height": 844}
SVG = "{http://www.w3.org/2000/svg}"


def content(download: Download) -> bytes:
    """The bytes of what was saved."""
    return Path(download.path()).read_bytes()


def table(download: Download, index: int) -> np.ndarray:
    """The numbers of a CSV whose first columns are an index."""
    return pd.read_csv(io.BytesIO(content(download)), index_col=list(range(index))).to_numpy(dtype=float)


def png_size(image: bytes) -> tuple[int, int]:
    """Width and height of a PNG, read from its header."""
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")


def caption(svg: ElementTree.Element) -> str:
    """The caption below a saved picture; lines are broken at blanks."""
    (found,) = [text for text in svg.iter(f"{SVG}text") if text.get("class") == "caption"]
    return " ".join("".join(line.itertext()) for line in found)


def families(source: str) -> set[str]:
    """The typefaces that the texts of a saved picture ask for first."""
    texts = source.partition("</style>")[2]
    named = re.findall(r"""font-family(?:=|:\s*)(?:"|')?(?:&quot;|&apos;|"|')?([A-Z][A-Za-z ]+)""", texts)
    return {name.strip() for name in named}


def embedded(source: str) -> set[str]:
    """The typefaces that a saved picture carries with it."""
    return set(re.findall(r'@font-face\{font-family:"([^"]+)"[^}]*url\("data:', source))


def test_the_saved_attention_is_berts(reader: Reader, bundled: Opened) -> None:
    weights = bundled.reference(SENTENCE).attentions
    reader.open("Attention", text=SENTENCE, layer=2, head=7, overlaid="layer 3, head 1", screen="one head")
    reader.open_save_menu()
    saved = reader.save("attention", "CSV")
    assert saved.suggested_filename == "encoderscope-attention.csv"
    assert_close(table(saved, 1), weights[1, 6])
    assert_close(table(reader.save("lines", "CSV"), 2), np.concatenate([weights[1, 6], weights[2, 0]]))


def test_the_saved_learned_positions_are_berts(reader: Reader, bundled: Opened) -> None:
    positions = bundled.hugging_face().get_parameter("embeddings.position_embeddings.weight").detach().numpy()
    reader.open("Positions", text=SENTENCE, screen="learned")
    reader.open_save_menu()
    assert_close(table(reader.save("learned positions", "CSV"), 1), positions)


@pytest.mark.parametrize("title", [page.title for page in (*READING, *COMPARING)])
def test_every_picture_of_a_page_is_saved_with_its_numbers_under_a_name_of_its_own(reader: Reader, title: str) -> None:
    reader.open(title, text=SENTENCE, screen="all screens")
    reader.open_save_menu()
    menu = reader.page.get_by_test_id("stPopoverBody")
    # The buttons of the pictures stand there a moment after those of the numbers.
    numbers = menu.get_by_role("button", name=re.compile(r"\(CSV\)$"))
    expect(menu.get_by_role("button", name=re.compile(" as PNG$"))).to_have_count(numbers.count())
    labels = [button.get_attribute("aria-label") or button.inner_text() for button in menu.get_by_role("button").all()]
    assert len(set(labels)) == len(labels)
    pictures = [match[1] for label in labels if (match := re.fullmatch(r"Numbers of (.+) \(CSV\)", label))]
    assert pictures
    assert {f"Save {picture} as {kind}" for picture in pictures for kind in ("PNG", "SVG")} <= set(labels)
    names = []
    for number, picture in enumerate(pictures):
        if number % 4 == 3:
            reader.page.wait_for_timeout(1_200)  # Chromium drops the eleventh download within a second
        saved = reader.save(picture, "CSV")
        names.append(saved.suggested_filename)
        assert pd.read_csv(io.BytesIO(content(saved))).shape >= (1, 2), saved.suggested_filename
        names.append(reader.save(picture, "SVG").suggested_filename)
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"encoderscope-[a-z0-9-]+\.(csv|svg)", name) for name in names)


def test_a_saved_matrix_names_its_rows_and_says_what_it_shows_and_about_what(reader: Reader) -> None:
    reader.open("Positions", text=SENTENCE, screen="learned")
    reader.open_save_menu()
    saved = reader.save("learned positions", "SVG")
    assert saved.suggested_filename == "encoderscope-learned-positions.svg"
    source = content(saved).decode("utf-8")
    svg = ElementTree.fromstring(source)
    alt = "Learned position embeddings: one row per position, 384 dimensions as columns"
    assert svg.findtext(f"{SVG}title") == alt
    assert caption(svg) == f"{alt}. “{SENTENCE}” · {MODEL}"
    texts = ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]
    assert "position 1" in texts
    assert families(source) == embedded(source) == {"Source Sans", "Source Code Pro"}


def test_a_saved_figure_has_its_texts_its_caption_and_the_typeface_of_the_page(reader: Reader) -> None:
    reader.open("Positions", text=SENTENCE, screen="how alike")
    reader.open_save_menu()
    source = content(reader.save("learned similarity", "SVG")).decode("utf-8")
    svg = ElementTree.fromstring(source)
    assert "cosine" in {"".join(text.itertext()) for text in svg.iter(f"{SVG}text")}
    assert SENTENCE in caption(svg)
    assert MODEL in caption(svg)
    assert families(source) <= embedded(source)
    assert not re.search(r"(?:href|src)=\"http|url\(\"?http", source)


def test_saved_pictures_are_large_whatever_the_window(reader: Reader) -> None:
    reader.page.set_viewport_size(PHONE)
    for screen, picture in {"learned": "learned positions", "rotary": "rotary"}.items():
        reader.open("Positions", text=SENTENCE, screen=screen)
        reader.open_save_menu()
        width, height = png_size(content(reader.save(picture, "PNG")))
        assert width >= 1600
        assert height >= 600


def test_the_caption_of_a_long_sentence_is_shortened_and_keeps_the_model(reader: Reader) -> None:
    reader.open("Positions", text="pizza " * 100, screen="learned")
    reader.open_save_menu()
    line = caption(ElementTree.fromstring(content(reader.save("learned positions", "SVG"))))
    assert "…" in line
    assert line.endswith(MODEL)
    assert len(line) < 400
