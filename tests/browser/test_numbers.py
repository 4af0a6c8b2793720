"""The numbers a reader sees are Hugging Face's own: printed, pointed at, drawn."""

import re

import numpy as np
from playwright.sync_api import expect

from tests.browser.reader import Reader
from tests.unit.reference import Opened

SENTENCE = "The pizza came out of the oven and it tasted good!"
LAYER, HEAD = 4, 2


def test_the_formula_ends_in_the_weight_bert_attends_with(reader: Reader, bundled: Opened) -> None:
    weights = bundled.reference(SENTENCE).attentions
    reader.open("Attention", text=SENTENCE, layer=LAYER, head=HEAD)
    it, pizza = 10, 3
    assert weights[LAYER - 1, HEAD - 1, it - 1, pizza - 1] > 0.7
    expect(reader.heading).to_have_text(f"Head {HEAD} of layer {LAYER} sends 70% of “it” to “pizza”")
    for query, key, layer, head in [(it, pizza, LAYER, HEAD), (9, 14, 6, 12), (7, 2, 1, 1)]:
        reader.pick("Layer", layer)
        reader.pick("Head", head)
        reader.choose("Query: who is looking", query)
        reader.choose("Key: at whom", key)
        expected = f"{weights[layer - 1, head - 1, query - 1, key - 1]:.3f} (the weight)"
        expect(reader.main.locator(".es-formula")).to_contain_text(expected)


def test_the_large_picture_draws_the_weights_of_the_head(reader: Reader, bundled: Opened) -> None:
    reference = bundled.reference(SENTENCE).attentions
    reader.open("Attention", text=SENTENCE)
    for layer, head in [(LAYER, HEAD), (6, 12)]:
        reader.pick("Layer", layer)
        reader.pick("Head", head)
        expect(reader.heading).to_have_text(re.compile(f"^Head {head} of layer {layer} "))
        reader.expect_drawn("attention", reference[layer - 1, head - 1])
        drawn = reader.plot("attention")[0]
        assert drawn["x"] == drawn["y"]
        assert [place.split(" ", 1)[1] for place in drawn["x"]] == bundled.tokenizer.tokenize(
            SENTENCE, add_special_tokens=True
        )


def test_pointing_at_a_cell_of_the_large_picture_reads_out_its_weight(reader: Reader, bundled: Opened) -> None:
    weight = bundled.reference(SENTENCE).attentions[LAYER - 1, HEAD - 1, 9, 2]
    reader.open("Attention", text=SENTENCE, layer=LAYER, head=HEAD)
    plot = reader.main.locator(".st-key-figure_attention .js-plotly-plot")
    x, y = plot.evaluate(
        """({_fullLayout: {xaxis, yaxis}}) =>
             [xaxis._offset + xaxis.d2p("3 pizza"), yaxis._offset + yaxis.d2p("10 it")]"""
    )
    plot.hover(position={"x": x, "y": y})
    expect(plot.locator(".hoverlayer .hovertext")).to_have_text(f"it → pizza  {weight:.3f}")


def test_pointing_at_a_thumbnails_cell_reads_out_its_weight(reader: Reader, bundled: Opened) -> None:
    weights = bundled.reference(SENTENCE).attentions[LAYER - 1]
    tokens = bundled.tokenizer.tokenize(SENTENCE, add_special_tokens=True)
    reader.open("Attention", text=SENTENCE, layer=LAYER, head=HEAD)
    thumbnails = reader.picture(f"Attention weights of the 12 heads of layer {LAYER}")
    for head, row, column in [(1, 9, 2), (11, 13, 0), (0, 0, 13), (6, 4, 7)]:
        thumbnails.point_at(head, row, column, of=12, columns=6, size=(14, 14), label=18)
        expect(thumbnails.readout).to_have_text(
            f"Head {head + 1}:  {tokens[row]} → {tokens[column]}  {weights[head, row, column]:.3f}"
        )


def test_a_thumbnail_is_the_darker_the_larger_the_weight(reader: Reader, bundled: Opened) -> None:
    weights = bundled.reference(SENTENCE).attentions
    reader.open("Overview", text=SENTENCE)
    overview = reader.picture(re.compile("^Attention weights of all 72 heads"))
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
    strip = reader.picture("Word embeddings: one row a token")
    for row, column in [(0, 0), (2, 95), (13, 40)]:
        strip.point_at(0, row, column, of=1, columns=1, size=(14, 96))
        token = bundled.tokenizer.convert_ids_to_tokens(ids[row])
        number = f"{table[ids[row], column]:.3f}".replace("-", "−")
        expect(strip.readout).to_have_text(f"{token} · dimension {column + 1}  {number}")


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

    reader.main.get_by_text("The orders and their cosines").click()
    # The table is painted on a canvas; inside it lies the same table for those who cannot see it.
    row = reader.main.locator("canvas tr").filter(has_text=sentences[1])
    expect(row.locator("td")).to_have_text([sentences[1], re.compile("^0.964"), re.compile("^1"), re.compile("^0")])
    assert abs(float(row.locator("td").nth(1).text_content() or "") - expected) < 1e-5

    reader.pick("Positions", "off")
    expect(reader.main.get_by_text("the lowest cosine is 1.0000")).to_be_visible()
    reader.expect_drawn("orders", np.ones(6))
