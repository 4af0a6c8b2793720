"""The numbers a reader sees are Hugging Face's own: printed, pointed at, drawn."""

import re

import numpy as np
from playwright.sync_api import expect

from tests.browser.reader import Reader
from tests.browser.way_picture import WayRow
from tests.support.reference import Opened

SENTENCE = "The pizza came out of the oven and it tasted good!"
LAYER, HEAD = 4, 2
WORD_EMBEDDINGS, ATTENTION = 1, 3  # rows of the Overview's picture


def test_the_formula_ends_in_the_weight_bert_attends_with(reader: Reader, bundled: Opened) -> None:
    weights = bundled.reference(SENTENCE).attentions
    reader.open("Attention", text=SENTENCE, layer=LAYER, head=HEAD, screen="one head")
    it, pizza = 10, 3
    assert weights[LAYER - 1, HEAD - 1, it - 1, pizza - 1] > 0.7
    expect(reader.heading).to_have_text(f"Head {HEAD} of layer {LAYER}: “it” gives 70% of its attention to “pizza”")
    for query, key, layer, head in [(it, pizza, LAYER, HEAD), (9, 14, 6, 12), (7, 2, 1, 1)]:
        link: dict[str, str | int] = {
            "layer": layer,
            "head": head,
            "calculation_step": "all at once",
            "screen": "one weight",
        }
        reader.open("Attention", text=SENTENCE, **link)
        expect(reader.main.locator(".es-calculation")).to_have_count(7)
        reader.choose("Query: who is looking", query)
        reader.choose("Key: at whom", key)
        weight = f"{weights[layer - 1, head - 1, query - 1, key - 1]:.4f}"
        expect(reader.main.locator(".es-formula b").last).to_have_text(weight)
        expect(reader.heading).to_contain_text(f" gets its {weight}")


def test_a_thumbnail_is_the_darker_the_larger_the_weight(reader: Reader, bundled: Opened) -> None:
    weights = bundled.reference(SENTENCE).attentions
    reader.open("Overview", text=SENTENCE)
    overview = WayRow(reader, ATTENTION)
    for layer, head in [(3, 1), (5, 11)]:
        brightness = overview.brightness(layer * 12 + head, of=72, columns=12, size=(14, 14))
        order = np.argsort(weights[layer, head], axis=None)
        steps = np.diff(brightness.ravel()[order])
        assert steps.max() <= 2  # of 255: the shades are rounded
        assert brightness.max() - brightness.min() > 100


def test_pointing_at_an_embedding_reads_out_its_number(reader: Reader, bundled: Opened) -> None:
    table = bundled.hugging_face().get_parameter("embeddings.word_embeddings.weight").detach().numpy()
    ids = bundled.tokenizer(SENTENCE)["input_ids"]
    reader.open("Overview", text=SENTENCE)
    strip = WayRow(reader, WORD_EMBEDDINGS)
    for row, column in [(0, 0), (2, 95), (13, 40)]:
        strip.point_at(0, row, column, of=1, columns=1, size=(14, 96))
        token = bundled.tokenizer.convert_ids_to_tokens(ids[row])
        number = f"{table[ids[row], column]:.3f}".replace("-", "−")
        expect(strip.readout).to_have_text(f"Word embeddings: {token} · dimension {column + 1}  {number}")


def test_squatch_and_pizza_change_places_only_where_positions_are_on(reader: Reader, bundled: Opened) -> None:
    sentences = ["Squatch eats pizza", "pizza eats Squatch"]
    vectors = bundled.sentence_model.encode(sentences, normalize_embeddings=True)
    expected = float(vectors[0] @ vectors[1])
    assert f"{expected:.4f}" == "0.9647"
    reader.open("Positions", text=sentences[0])
    drawn = reader.plot("orders")[0]
    shown = dict(zip(drawn["text"], drawn["x"], strict=True))
    assert len(shown) == 6
    assert abs(shown[sentences[1]] - expected) < 1e-5

    reader.main.get_by_role("button", name="Details").click()
    # The table is painted on a canvas; inside it lies the same table for those who cannot see it.
    row = reader.page.locator("canvas tr").filter(has_text=sentences[1])
    # 1 up to what 32 bits round off, which depends on the processor.
    equal = re.compile(r"^(1|0\.999999)")
    expect(row.locator("td")).to_have_text([sentences[1], re.compile("^0.964"), equal])
    assert abs(float(row.locator("td").nth(1).text_content() or "") - expected) < 1e-5

    reader.page.keyboard.press("Escape")
    reader.pick("Positions", "off")
    expect(reader.heading).to_have_text("Without positions all 6 orders are one sentence: cosine 1.0000")
    assert np.allclose(reader.plot("orders")[1]["x"], 1, atol=1e-5)
